"""`brain.ports.Upkeep`: forgetting what is due, and what a start checks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from brain.errors import EmbedderChanged
from brain.ids import MemoryId
from brain.memory.record import FOREVER, Kind, Memory
from brain.memory.retention import COMPANION, PAPER, Curve
from brain.messages import Scope
from brain.ports import Due, MemoryStore, Page
from tests.contracts.harness import EMBEDDER, Harness
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BENS_DM,
    CAFE,
    DAY,
    DIMENSIONS,
    IN_CAFE,
    IN_PRIVATE,
    MILLISECOND,
    MINUTE,
    NOON,
    memory,
    vector,
)

GRACE = timedelta(days=COMPANION.grace)


async def keep(store: MemoryStore, *memories: Memory) -> None:
    await store.add(memories, [None] * len(memories))


async def one(store: MemoryStore, known: Memory) -> Memory:
    [found] = await store.get(Scope.everything_of(known.person), [known.id])
    return found


async def forget(store: MemoryStore, now: datetime, *, limit: int = 100) -> Due:
    return await store.forget_due(now=now, curve=COMPANION, limit=limit)


async def due(store: MemoryStore, now: datetime) -> Due:
    return await store.count_due(now=now, curve=COMPANION)


async def test_nothing_is_due_in_an_empty_store(store: MemoryStore) -> None:
    assert await due(store, NOON) == await forget(store, NOON) == Due(0, 0)


async def test_a_memory_is_archived_then_kept_for_its_grace_then_erased(harness: Harness) -> None:
    store = harness.store
    known = memory("tea", strength=1.0)
    await store.add([known], [vector(1)])
    moment = known.forgotten_at

    assert await forget(store, moment - MILLISECOND) == Due(0, 0)
    assert await due(store, moment - MILLISECOND) == Due(0, 0)
    assert await one(store, known) == known

    assert await due(store, moment) == Due(archived=1, erased=0)
    assert await forget(store, moment) == Due(archived=1, erased=0)
    assert await one(store, known) == structs.replace(known, archived_at=moment)
    assert await store.count(IN_PRIVATE) == 0

    store = await harness.reopen()
    almost = moment + GRACE - MILLISECOND
    assert await due(store, almost) == await forget(store, almost) == Due(0, 0)
    assert await one(store, known) == structs.replace(known, archived_at=moment)

    assert await due(store, moment + GRACE) == Due(archived=0, erased=1)
    assert await forget(store, moment + GRACE) == Due(archived=0, erased=1)
    async for opened in harness.twice():
        assert await opened.get(IN_PRIVATE, [known.id]) == ()
        assert await opened.page(IN_PRIVATE, limit=1, archived=True) == Page((), None)
        assert await forget(opened, moment + 100 * GRACE) == Due(0, 0)


async def test_what_is_archived_late_still_has_its_whole_grace(store: MemoryStore) -> None:
    known = memory(strength=1.0)
    await keep(store, known)
    years_later = NOON + 900 * DAY
    assert await forget(store, years_later) == Due(archived=1, erased=0)
    assert await forget(store, years_later) == Due(0, 0)
    assert (await one(store, known)).archived_at == years_later


async def test_what_a_person_archived_is_erased_after_the_grace_too(store: MemoryStore) -> None:
    known = memory(strength=10_000.0)
    await keep(store, known)
    await store.archive(IN_PRIVATE, [known.id], now=NOON)
    assert await forget(store, NOON + GRACE - MILLISECOND) == Due(0, 0)
    assert await forget(store, NOON + GRACE) == Due(archived=0, erased=1)


async def test_a_restored_memory_is_not_erased(store: MemoryStore) -> None:
    known = memory(strength=100.0)
    await keep(store, known)
    await store.archive(IN_PRIVATE, [known.id], now=NOON)
    await store.restore(IN_PRIVATE, [known.id], now=NOON + DAY, curve=COMPANION)
    assert await forget(store, NOON + GRACE + DAY) == Due(0, 0)
    assert (await one(store, known)).archived_at is None


async def test_a_pinned_memory_is_never_due(store: MemoryStore) -> None:
    pinned, later = memory(strength=0.001, pinned=True), memory(strength=0.001)
    await keep(store, pinned, later)
    await store.pin(IN_PRIVATE, later.id, pinned=True, curve=COMPANION)
    for now in (NOON + 10_000 * DAY, NOON.replace(year=9990)):
        assert await due(store, now) == await forget(store, now) == Due(0, 0)
    assert await store.count(IN_PRIVATE) == 2


async def test_an_unpinned_memory_is_due_again(store: MemoryStore) -> None:
    known = memory(strength=1.0, pinned=True)
    await keep(store, known)
    await store.pin(IN_PRIVATE, known.id, pinned=False, curve=COMPANION)
    assert await forget(store, NOON + 100 * DAY) == Due(archived=1, erased=0)


async def test_one_step_forgets_no_more_than_it_may(store: MemoryStore) -> None:
    old = [memory(archived_at=NOON - GRACE - n * MINUTE) for n in range(25)]
    due_now = [memory(strength=0.5 + n / 100, place=CAFE) for n in range(32)]
    safe = [memory(strength=1_000.0, person=BEN, place=BENS_DM) for _ in range(5)]
    await keep(store, *old, *due_now, *safe)
    now = NOON + 10 * DAY
    assert await due(store, now) == Due(archived=32, erased=25)
    steps = []
    while (step := await forget(store, now, limit=10)) != Due(0, 0):
        steps.append(step)
        left = await due(store, now)
        assert left.archived == 32 - sum(done.archived for done in steps)
        assert left.erased == 25 - sum(done.erased for done in steps)
    assert steps == [Due(10, 10), Due(10, 10), Due(10, 5), Due(2, 0)]
    assert await store.count(Scope.everything_of(BEN.id)) == 5
    assert len((await store.page(IN_CAFE, limit=99, archived=True)).memories) == 32


async def test_counting_changes_nothing(store: MemoryStore) -> None:
    known, archived = memory(strength=1.0), memory(archived_at=NOON)
    await keep(store, known, archived)
    for _ in range(3):
        assert await due(store, NOON + 99 * DAY) == Due(archived=1, erased=1)
    assert await store.get(IN_PRIVATE, [known.id, archived.id]) == (known, archived)


async def test_what_is_due_was_written_by_the_turns_themselves(store: MemoryStore) -> None:
    turn = memory("ok", strength=1.0, place=CAFE)
    await store.begin(IN_CAFE, turn)
    assert await forget(store, turn.forgotten_at) == Due(archived=1, erased=0)
    assert (await store.conversation(IN_CAFE, CAFE.id, limit=3)).recent == ()


async def test_a_memory_without_a_vector_waits_for_one(harness: Harness) -> None:
    begun = memory("begun")
    await harness.store.begin(IN_PRIVATE, begun)
    added = memory("added", person=BEN, place=CAFE)
    with_vector, archived = memory("there"), memory("away", archived_at=NOON)
    await harness.store.add([added, with_vector, archived], [None, vector(1), None])
    async for store in harness.twice():
        waiting = await store.unembedded(limit=10)
        assert sorted(name for _, name in waiting) == sorted([begun.id, added.id])
        for scope, name in waiting:
            assert [known.id for known in await store.get(scope, [name])] == [name]
    assert len(await harness.store.unembedded(limit=1)) == 1


async def test_every_waiting_memory_gets_its_vector_batch_by_batch(store: MemoryStore) -> None:
    made = [memory(f"{n}", person=(ANNA, BEN)[n % 2], place=CAFE) for n in range(25)]
    await keep(store, *made)
    seen: list[str] = []
    while batch := await store.unembedded(limit=4):
        assert len(batch) <= 4
        for scope, name in batch:
            assert await store.set_vector(scope, name, vector(len(seen)))
            seen.append(name)
    assert sorted(seen) == sorted(known.id for known in made)


async def test_a_restored_memory_without_a_vector_waits_for_one_again(store: MemoryStore) -> None:
    known = memory()
    await keep(store, known)
    await store.archive(IN_PRIVATE, [known.id], now=NOON)
    assert await store.unembedded(limit=5) == ()
    await store.restore(IN_PRIVATE, [known.id], now=NOON, curve=COMPANION)
    assert [name for _, name in await store.unembedded(limit=5)] == [known.id]


@pytest.mark.parametrize("curve", [PAPER, replace(COMPANION, fade=0.5, forget=0.4)])
async def test_a_changed_curve_moves_all_times(harness: Harness, curve: Curve) -> None:
    made = [
        memory(f"tea {n}", strength=strength, pinned=pinned, archived_at=archived_at)
        for n, (strength, pinned, archived_at) in enumerate(
            [(1.0, False, None), (33.3, False, None), (2.0, True, None), (4.0, False, NOON)]
        )
    ]
    await keep(harness.store, *made)
    store = await harness.reopen(curve=curve)
    *alive, archived = made
    # Its times tell whether a person put it away; when it is restored, they are solved.
    assert await one(store, archived) == archived
    for known in alive:
        now = await one(store, known)
        fades_at = curve.fades_at(known.last_recalled, known.strength, pinned=known.pinned)
        forgotten_at = curve.forgotten_at(known.last_recalled, known.strength, pinned=known.pinned)
        assert abs(now.fades_at - fades_at) <= 2 * MILLISECOND
        assert abs(now.forgotten_at - forgotten_at) <= 2 * MILLISECOND
        assert (
            structs.replace(now, fades_at=known.fades_at, forgotten_at=known.forgotten_at) == known
        )
    # Recall and upkeep go by the new times.
    faded = curve.fades_at(NOON, 1.0, pinned=False)
    for moment, number in ((faded - MINUTE, 3), (faded + MINUTE, 2)):
        found = await store.search(IN_PRIVATE, text="tea", vector=None, now=moment, limit=9)
        assert len(found.lexical) == number
    forgotten = curve.forgotten_at(NOON, 1.0, pinned=False)
    for moment, number in ((forgotten - MINUTE, 0), (forgotten + MINUTE, 1)):
        assert (await store.count_due(now=moment, curve=curve)).archived == number
    pinned = await one(store, made[2])
    assert pinned.fades_at == pinned.forgotten_at == FOREVER


async def test_a_curve_changed_back_gives_back_the_times(harness: Harness) -> None:
    known = memory(strength=33.3)
    await keep(harness.store, known)
    await harness.reopen(curve=PAPER)
    store = await harness.reopen(curve=COMPANION)
    again = await one(store, known)
    assert abs(again.fades_at - known.fades_at) <= 2 * MILLISECOND
    assert abs(again.forgotten_at - known.forgotten_at) <= 2 * MILLISECOND


async def test_the_same_curve_leaves_times_as_they_were_set(harness: Harness) -> None:
    known = structs.replace(memory(), fades_at=NOON + MINUTE, forgotten_at=NOON + DAY)
    await keep(harness.store, known)
    store = await harness.reopen()
    assert await one(store, known) == known


@pytest.mark.parametrize(
    ("embedder", "dimensions"),
    [("another", DIMENSIONS), (EMBEDDER, 2 * DIMENSIONS), ("another", 2 * DIMENSIONS)],
)
async def test_vectors_of_another_embedder_are_refused_and_kept(
    harness: Harness, embedder: str, dimensions: int
) -> None:
    known = memory("tea")
    await harness.store.add([known], [vector(1)])
    with pytest.raises(EmbedderChanged) as refusal:
        await harness.reopen(curve=PAPER, embedder=embedder, dimensions=dimensions)
    assert embedder in str(refusal.value.values["configured"])
    assert EMBEDDER in str(refusal.value.values["stored"])
    store = await harness.reopen()
    assert await one(store, known) == known
    found = await store.search(IN_PRIVATE, text="", vector=vector(1), now=NOON, limit=1)
    assert [kept for kept, _ in found.dense] == [known]


async def test_archived_vectors_are_of_their_embedder_too(harness: Harness) -> None:
    known = memory(archived_at=NOON)
    await harness.store.add([known], [vector(1)])
    with pytest.raises(EmbedderChanged):
        await harness.reopen(embedder="another")


async def test_without_vectors_the_embedder_is_free_to_change(harness: Harness) -> None:
    known, erased = memory("tea"), memory("milk")
    await harness.store.add([known, erased], [None, vector(1)])
    await harness.store.erase(IN_PRIVATE, [erased.id])
    store = await harness.reopen(embedder="another")
    assert await store.set_vector(IN_PRIVATE, known.id, vector(1))
    with pytest.raises(EmbedderChanged):
        await harness.reopen(embedder=EMBEDDER)


async def test_upkeep_moves_no_words(store: MemoryStore) -> None:
    turn = memory("A secret.", place=ANNAS_DM)
    await store.begin(IN_PRIVATE, turn)
    assert "secret" not in repr(await store.unembedded(limit=1))


async def test_a_budget_archives_what_would_be_forgotten_first(harness: Harness) -> None:
    store = harness.store
    turns = [memory(strength=10.0 + n, said_at=NOON - 3 * DAY) for n in range(6)]
    others = [memory(person=BEN, place=BENS_DM, strength=1.0 + n) for n in range(3)]
    await keep(store, *reversed(turns), *others)
    small = replace(COMPANION, memories_per_person=4)

    assert await store.count_due(now=NOON, curve=small) == Due(archived=2, erased=0)
    assert await store.forget_due(now=NOON, curve=small, limit=100) == Due(archived=2, erased=0)
    assert await store.count_due(now=NOON, curve=small) == Due(0, 0)
    assert await store.forget_due(now=NOON, curve=small, limit=100) == Due(0, 0)

    store = await harness.reopen()
    archived = [each.id for each in await store.get(IN_PRIVATE, ids(turns)) if each.archived_at]
    assert archived == ids(turns[:2])
    assert await store.count(Scope.everything_of(BEN.id)) == 3
    # It is forgotten by time, and not put away by its person.
    left = await one(store, turns[0])
    assert (left.archived_at, left.forgotten_at, left.is_put_away) == (NOON, NOON, False)
    assert await store.restore(IN_PRIVATE, [left.id], now=NOON, curve=small) == (left.id,)
    assert (await one(store, left)).forgotten_at > NOON
    erased = await store.forget_due(now=NOON + GRACE, curve=small, limit=100)
    assert erased.erased == 1


async def test_a_budget_spares_pins_facts_days_and_what_was_just_said(store: MemoryStore) -> None:
    before = NOON - 3 * DAY
    spared = [
        memory(said_at=before, pinned=True),
        memory(said_at=before, kind=Kind.FACT, strength=2.0),
        memory(said_at=before, kind=Kind.DAY, strength=2.0, period="2026-02-26"),
        memory(said_at=NOON - MINUTE, strength=2.0),
    ]
    turns = [memory(said_at=before, strength=200.0 + n) for n in range(3)]
    await keep(store, *spared, *turns)
    for most, gone in ((6, 1), (1, 2)):
        curve = replace(COMPANION, memories_per_person=most)
        assert await store.count_due(now=NOON, curve=curve) == Due(gone, 0)
        assert await store.forget_due(now=NOON, curve=curve, limit=100) == Due(gone, 0)
    assert await store.count(IN_PRIVATE) == len(spared)


async def test_a_budget_counts_what_is_due_once_and_keeps_to_the_limit(store: MemoryStore) -> None:
    due_now = [memory(said_at=NOON - 30 * DAY, strength=1.0) for _ in range(3)]
    turns = [memory(said_at=NOON - 3 * DAY, strength=50.0 + n) for n in range(8)]
    await keep(store, *due_now, *turns)
    curve = replace(COMPANION, memories_per_person=5)
    assert await store.count_due(now=NOON, curve=curve) == Due(archived=6, erased=0)
    assert await store.forget_due(now=NOON, curve=curve, limit=4) == Due(archived=4, erased=0)
    assert await store.forget_due(now=NOON, curve=curve, limit=4) == Due(archived=2, erased=0)
    assert [each.archived_at is None for each in await store.get(IN_PRIVATE, ids(turns))] == [
        *(3 * [False]),
        *(5 * [True]),
    ]


async def test_a_budget_of_bytes_lets_go_of_the_share_that_is_too_much(store: MemoryStore) -> None:
    turns = [memory(said_at=NOON - 3 * DAY, strength=50.0 + n) for n in range(20)]
    await keep(store, *turns)
    enough = replace(COMPANION, store_bytes=1 << 40)
    assert await store.count_due(now=NOON, curve=enough) == Due(0, 0)
    tiny = replace(COMPANION, store_bytes=1)
    assert await store.count_due(now=NOON, curve=tiny) == Due(archived=20, erased=0)
    assert await store.forget_due(now=NOON, curve=tiny, limit=7) == Due(archived=7, erased=0)
    archived = {each.id for each in await store.get(IN_PRIVATE, ids(turns)) if each.archived_at}
    assert archived == set(ids(turns[:7]))


def ids(memories: Sequence[Memory]) -> list[MemoryId]:
    return [each.id for each in memories]
