"""`brain.ports.Derivations.set_importance`: what recall added to the strength stays."""

import pytest
from msgspec.structs import replace

from brain.ids import MemoryId
from brain.memory.record import Memory
from brain.memory.reinforcement import Gain, with_importance
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import MemoryStore
from tests.contracts.harness import Harness
from tests.contracts.test_model import assert_alike
from tests.factories import (
    BEN,
    BEN_IN_PRIVATE,
    BENS_DM,
    CAFE,
    DAY,
    IN_CAFE,
    IN_PRIVATE,
    NOON,
    memory,
    solved,
)


async def one(store: MemoryStore, known: Memory, scope: Scope = IN_PRIVATE) -> Memory:
    [found] = await store.get(scope, [known.id])
    return found


def weighed(known: Memory, importance: float) -> Memory:
    return with_importance(known, importance, curve=COMPANION)


@pytest.mark.parametrize("importance", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("strength", [None, 0.5, 40.0])
async def test_strength_moves_as_the_first_strengths_differ(
    harness: Harness, importance: float, strength: float | None
) -> None:
    known, other = memory(strength=strength), memory()
    await harness.store.add([known, other], [None] * 2)
    await harness.store.set_importance(IN_PRIVATE, {known.id: importance}, curve=COMPANION)
    async for store in harness.twice():
        assert_alike(await one(store, known), weighed(known, importance))
        assert await one(store, other) == other


async def test_what_was_earned_by_recall_stays(store: MemoryStore) -> None:
    known, turn = memory(), memory()
    await store.add([known], [None])
    await store.begin(IN_PRIVATE, turn)
    await store.finish(
        IN_PRIVATE,
        turn.id,
        reply="Yes.",
        vector=None,
        recalled=[known.id],
        reinforced={known.id: Gain(COMPANION.step)},
        now=NOON + DAY,
        curve=COMPANION,
    )
    await store.set_importance(IN_PRIVATE, {known.id: 1.0}, curve=COMPANION)
    found = await one(store, known)
    moved = COMPANION.strength_of(1.0) - COMPANION.strength_of(known.importance)
    assert found.strength == pytest.approx(known.strength + moved + COMPANION.step)
    assert (found.recalls, found.last_recalled) == (1, NOON + DAY)


async def test_there_and_back_is_as_before(store: MemoryStore) -> None:
    known = memory(strength=COMPANION.initial_strength)
    await store.add([known], [None])
    for importance in (0.9, 0.1, known.importance):
        await store.set_importance(IN_PRIVATE, {known.id: importance}, curve=COMPANION)
    assert_alike(await one(store, known), known)


async def test_recall_finds_what_was_faded_and_weighs_more_now(store: MemoryStore) -> None:
    known = memory("The kettle is broken.")
    await store.add([known], [None])
    later = known.fades_at + DAY
    for importance, names in ((None, []), (1.0, [known.id])):
        if importance is not None:
            await store.set_importance(IN_PRIVATE, {known.id: importance}, curve=COMPANION)
        found = await store.search(IN_PRIVATE, text="kettle", vector=None, now=later, limit=9)
        assert [each.id for each, _ in found.lexical] == names


async def test_a_pinned_memory_stays_pinned(store: MemoryStore) -> None:
    known = memory(pinned=True)
    await store.add([known], [None])
    await store.set_importance(IN_PRIVATE, {known.id: 0.0}, curve=COMPANION)
    assert_alike(await one(store, known), weighed(known, 0.0))


async def test_no_strength_falls_to_nothing(store: MemoryStore) -> None:
    weak = memory(strength=0.5)
    await store.add([weak], [None])
    await store.set_importance(IN_PRIVATE, {weak.id: 0.0}, curve=COMPANION)
    assert_alike(await one(store, weak), solved(replace(weak, importance=0.0)))


async def test_who_is_gone_archived_or_out_of_sight_is_passed_over(store: MemoryStore) -> None:
    private, archived = memory(), memory(place=CAFE, archived_at=NOON)
    bens = memory(person=BEN, place=BENS_DM)
    await store.add([private, archived, bens], [None] * 3)
    names = dict.fromkeys([MemoryId("gone"), private.id, archived.id, bens.id], 1.0)
    await store.set_importance(IN_CAFE, names, curve=COMPANION)
    await store.set_importance(IN_PRIVATE, {}, curve=COMPANION)
    assert await one(store, private) == private
    assert await one(store, archived) == archived
    assert await one(store, bens, BEN_IN_PRIVATE) == bens
