"""`brain.ports.MemoryIndex.neighbours`: what was said near a turn."""

from msgspec.structs import replace

from brain.memory.record import Kind, Memory
from brain.messages import Scope
from brain.ports import MemoryStore
from tests.contracts.harness import Harness
from tests.factories import (
    ANNAS_DM,
    BEN,
    BEN_IN_PRIVATE,
    CAFE,
    DAY,
    GARDEN,
    IN_CAFE,
    IN_PRIVATE,
    MINUTE,
    NOON,
    conversation,
    memory,
)


async def near(
    store: MemoryStore, *turns: Memory, scope: Scope = IN_PRIVATE, reach: int = 2
) -> set[tuple[str, str, int]]:
    """Id, neighbour's id, distance."""
    found = await store.neighbours(scope, [turn.id for turn in turns], reach=reach, now=NOON)
    assert len(found) == len({(one.of, one.memory.id) for one in found})
    return {(one.of, one.memory.id, one.distance) for one in found}


async def keep(store: MemoryStore, *memories: Memory) -> None:
    await store.add(memories, [None] * len(memories))


def beside(turn: Memory, *others: tuple[Memory, int]) -> set[tuple[str, str, int]]:
    return {(turn.id, other.id, distance) for other, distance in others}


async def test_each_turn_has_those_before_and_after_with_their_distance(harness: Harness) -> None:
    a, b, c, d, e, f, g = conversation(7)
    # They may arrive in any order.
    await keep(harness.store, d, g, a, c, f, b, e)
    async for store in harness.twice():
        assert await near(store, d) == beside(d, (b, -2), (c, -1), (e, 1), (f, 2))
        assert await near(store, a, f) == (
            beside(a, (b, 1), (c, 2)) | beside(f, (d, -2), (e, -1), (g, 1))
        )
        assert await near(store, d, reach=1) == beside(d, (c, -1), (e, 1))
        assert await near(store) == set()


async def test_turns_of_one_moment_stand_in_the_order_in_which_they_came(
    store: MemoryStore,
) -> None:
    a, b, c = (memory(text) for text in ("one", "two", "three"))
    for turn in (a, b, c):
        await keep(store, turn)
    assert await near(store, b) == beside(b, (a, -1), (c, 1))
    assert await near(store, a) == beside(a, (b, 1), (c, 2))


async def test_neighbours_are_whole_memories_with_replies(store: MemoryStore) -> None:
    asked, told = memory("Where?"), memory("In Kyoto.", reply="Ah.", said_at=NOON + MINUTE)
    await keep(store, asked, told)
    [neighbour] = await store.neighbours(IN_PRIVATE, [asked.id], reach=2, now=NOON)
    assert [neighbour.memory] == list(await store.get(IN_PRIVATE, [told.id]))


async def test_another_place_and_another_person_are_not_near(store: MemoryStore) -> None:
    here = conversation(3)
    elsewhere = conversation(3, place=CAFE)
    bens = conversation(3, person=BEN, place=CAFE)
    await keep(store, *here, *elsewhere, *bens)
    assert await near(store, here[1]) == beside(here[1], (here[0], -1), (here[2], 1))
    assert await near(store, elsewhere[0]) == beside(
        elsewhere[0], (elsewhere[1], 1), (elsewhere[2], 2)
    )


async def test_a_scope_sees_the_neighbours_of_nothing_outside_it(store: MemoryStore) -> None:
    private, shared, garden = (
        conversation(2),
        conversation(2, place=CAFE),
        conversation(2, place=GARDEN),
    )
    await keep(store, *private, *shared, *garden)
    every = (*private, *shared, *garden)
    assert await near(store, *every, scope=BEN_IN_PRIVATE) == set()
    first, second = shared
    assert await near(store, *every, scope=IN_CAFE) == (
        beside(first, (second, 1)) | beside(second, (first, -1))
    )


async def test_what_has_faded_keeps_its_place_and_is_not_given(store: MemoryStore) -> None:
    a, b, c, d = conversation(4)
    await keep(store, a, replace(b, fades_at=NOON), c, d)
    assert await near(store, a) == beside(a, (c, 2))
    assert await near(store, d) == beside(d, (c, -1))


async def test_the_archived_and_the_erased_are_passed_over(store: MemoryStore) -> None:
    a, b, c, d = conversation(4)
    await keep(store, a, b, c, d)
    await store.archive(IN_PRIVATE, [b.id], now=NOON)
    await store.erase(IN_PRIVATE, [c.id])
    assert await near(store, a) == beside(a, (d, 1))
    assert await near(store, b, c) == set()


async def test_notes_and_unknown_ids_have_no_neighbours_and_are_none(store: MemoryStore) -> None:
    a, b = conversation(2)
    note = memory("We talked.", kind=Kind.DAY, place=ANNAS_DM, said_at=NOON + MINUTE / 2)
    fact = memory("Drinks tea.", kind=Kind.FACT, place=ANNAS_DM, said_at=NOON - DAY)
    await keep(store, a, note, fact, b)
    assert await near(store, note, fact) == set()
    assert await near(store, memory(), a) == beside(a, (b, 1))


async def test_a_turn_without_a_reply_yet_is_near_too(store: MemoryStore) -> None:
    a, b = conversation(2)
    await store.begin(IN_PRIVATE, a)
    await store.begin(IN_PRIVATE, b)
    assert await near(store, a) == beside(a, (b, 1))
