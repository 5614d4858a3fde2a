"""`brain.ports.MemoryCollection`: what a person sees and does with their own memories."""

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict, Unpack

import pytest
from msgspec.structs import replace

from brain.ids import MemoryId
from brain.memory.record import FOREVER, Kind, Memory
from brain.memory.retention import COMPANION, PAPER
from brain.messages import Scope
from brain.ports import MemoryStore, Page
from tests.contracts.harness import Harness
from tests.factories import (
    ANNAS_DM,
    BEN,
    BEN_IN_PRIVATE,
    BENS_DM,
    CAFE,
    DAY,
    GARDEN,
    IN_CAFE,
    IN_PRIVATE,
    MILLISECOND,
    MINUTE,
    NOON,
    memory,
    vector,
    whole,
)


class Filters(TypedDict, total=False):
    kinds: Collection[Kind] | None
    archived: bool
    said_from: datetime
    said_until: datetime
    id_prefix: str


async def every_page(
    store: MemoryStore, scope: Scope = IN_PRIVATE, *, limit: int = 3, **filters: Unpack[Filters]
) -> list[Memory]:
    """All pages one after another; no page but the last is short."""
    shown: list[Memory] = []
    after = None
    while True:
        page = await store.page(scope, limit=limit, after=after, **filters)
        shown += page.memories
        if page.after is None:
            assert len(page.memories) <= limit
            return shown
        assert len(page.memories) == limit
        after = page.after


async def one(store: MemoryStore, known: Memory) -> Memory:
    [found] = await store.get(Scope.everything_of(known.person), [known.id])
    return found


async def keep(store: MemoryStore, *memories: Memory) -> None:
    await store.add(memories, [None] * len(memories))


async def test_memories_come_in_the_order_asked_for(harness: Harness) -> None:
    a, b, c = memory("a"), memory("b", archived_at=NOON), memory("c", place=CAFE)
    await keep(harness.store, a, b, c)
    async for store in harness.twice():
        assert await store.get(IN_PRIVATE, [c.id, MemoryId("none"), a.id, b.id]) == (c, a, b)
        assert await store.get(IN_PRIVATE, []) == ()


async def test_more_ids_than_a_database_takes_arguments_are_looked_up(store: MemoryStore) -> None:
    known = memory()
    await keep(store, known)
    ids = [MemoryId(f"none-{n}") for n in range(40_000)]
    assert await store.get(IN_PRIVATE, [*ids, known.id]) == (known,)


@pytest.mark.parametrize(
    "strange",
    ["", "*", "a,b", "a b", "50%_", "'; --", '"', "猫🐈", "{a}|{b}", "\\", "a:b:c", "\u202eabc"],
)
async def test_any_text_is_an_id(store: MemoryStore, strange: str) -> None:
    odd, plain = memory("odd", id=strange, place=CAFE), memory("plain")
    await keep(store, odd, plain)
    assert await store.get(IN_CAFE, [MemoryId(strange)]) == (odd,)
    assert await store.pin(IN_CAFE, MemoryId(strange), pinned=True, curve=COMPANION)
    assert await store.archive(IN_CAFE, [MemoryId(strange)], now=NOON) == (strange,)
    assert await store.restore(IN_CAFE, [MemoryId(strange)], now=NOON, curve=COMPANION) == (
        strange,
    )
    assert await store.erase(IN_CAFE, [MemoryId(strange)]) == (strange,)
    assert await store.page(IN_PRIVATE, limit=5) == Page((plain,), None)


async def test_pages_run_from_the_newest_to_the_oldest_without_gaps(harness: Harness) -> None:
    made = [memory(f"{n}", said_at=NOON + (n * 7 % 23) * MINUTE) for n in range(23)]
    await keep(harness.store, *made)
    newest_first = sorted(made, key=lambda known: known.said_at, reverse=True)
    async for store in harness.twice():
        for limit in (1, 2, 5, 22, 23, 24, 1_000):
            assert await every_page(store, limit=limit) == newest_first


async def test_memories_of_the_same_moment_are_each_shown_once(store: MemoryStore) -> None:
    made = [memory(f"{n}", said_at=NOON + n // 10 * MILLISECOND) for n in range(35)]
    await keep(store, *made)
    for limit in (1, 4, 10):
        shown = await every_page(store, limit=limit)
        assert sorted(known.id for known in shown) == sorted(known.id for known in made)
        moments = [known.said_at for known in shown]
        assert moments == sorted(moments, reverse=True)


async def test_the_last_page_says_that_it_is_the_last(store: MemoryStore) -> None:
    assert await store.page(IN_PRIVATE, limit=3) == Page((), None)
    await keep(store, *(memory() for _ in range(3)))
    assert (await store.page(IN_PRIVATE, limit=3)).after is None
    assert (await store.page(IN_PRIVATE, limit=2)).after is not None


async def test_a_page_goes_on_where_it_was_though_memories_come_and_go(store: MemoryStore) -> None:
    made = [memory(f"{n}", said_at=NOON - n * MINUTE) for n in range(9)]
    await keep(store, *made)
    page = await store.page(IN_PRIVATE, limit=3)
    assert page.memories == tuple(made[:3])
    await keep(store, memory("new", said_at=NOON + DAY))
    await store.erase(IN_PRIVATE, [made[2].id, made[4].id])
    rest = await store.page(IN_PRIVATE, limit=10, after=page.after)
    assert rest.memories == (made[3], *made[5:])


async def test_the_archive_is_listed_by_itself(store: MemoryStore) -> None:
    alive, archived = memory("alive"), memory("archived", archived_at=NOON)
    await keep(store, alive, archived)
    assert await every_page(store) == [alive]
    assert await every_page(store, archived=True) == [archived]


async def test_faded_memories_are_still_listed(store: MemoryStore) -> None:
    faded = memory("faded", strength=0.001)
    await keep(store, faded)
    assert await every_page(store) == [faded]


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_page_can_be_of_one_kind(store: MemoryStore, kind: Kind) -> None:
    made = [
        memory(f"{kind} {n}", kind=kind, said_at=NOON - n * MINUTE)
        for n, kind in enumerate(list(Kind) * 4)
    ]
    await keep(store, *made)
    assert await every_page(store, kinds=[kind]) == [known for known in made if known.kind is kind]


async def test_a_page_can_be_of_several_kinds_and_of_none(store: MemoryStore) -> None:
    made = [
        memory(f"{kind} {n}", kind=kind, said_at=NOON - n * MINUTE)
        for n, kind in enumerate(list(Kind) * 4)
    ]
    await keep(store, *made)
    for kinds in (frozenset({Kind.DAY, Kind.PORTRAIT}), (Kind.TURN, Kind.FACT), ()):
        expected = [known for known in made if known.kind in kinds]
        assert await every_page(store, kinds=kinds) == expected
    assert await every_page(store, kinds=None) == made


async def test_a_page_can_be_of_a_span_that_leaves_out_its_end(store: MemoryStore) -> None:
    made = [memory(f"{n}", said_at=NOON - n * DAY) for n in range(10)]
    await keep(store, *made)
    start, end = made[6].said_at, made[2].said_at
    assert await every_page(store, said_from=start, said_until=end) == made[3:7]
    assert await every_page(store, said_from=start) == made[:7]
    assert await every_page(store, said_until=end) == made[3:]
    assert await every_page(store, said_from=end, said_until=end) == []
    just_after = end + MILLISECOND
    assert await every_page(store, said_from=end, said_until=just_after) == [made[2]]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("abc", ["abc", "abcd", "abcde"]),
        ("abcd", ["abcd", "abcde"]),
        ("b", ["b"]),
        ("B", ["B"]),
        ("%", []),
        ("_", []),
        ("a*", []),
        ("a_c", ["a_c"]),
        ("猫", ["猫猫"]),
        ("", ["abc", "abcd", "abcde", "b", "B", "a_c", "猫猫"]),
        ("x" * 300, []),
    ],
)
async def test_a_page_can_be_of_ids_that_begin_alike(
    store: MemoryStore, prefix: str, expected: list[str]
) -> None:
    names = ["abc", "abcd", "abcde", "b", "B", "a_c", "猫猫"]
    made = [memory(name, id=name, said_at=NOON - n * MINUTE) for n, name in enumerate(names)]
    await keep(store, *made)
    assert [known.id for known in await every_page(store, id_prefix=prefix)] == expected


async def test_all_filters_hold_at_once(store: MemoryStore) -> None:
    wanted = [
        memory(
            f"{n}", id=f"day-{n}", kind=Kind.DAY, said_at=NOON - n * MINUTE, archived_at=NOON,
            place=CAFE,
        )
        for n in range(1, 6)
    ]  # fmt: skip
    others = [
        replace(wanted[0], id="day-alive", archived_at=None),
        replace(wanted[0], id="other-prefix"),
        replace(wanted[0], id="day-turn", kind=Kind.TURN),
        replace(wanted[0], id="day-late", said_at=NOON + MINUTE),
        replace(wanted[0], id="day-early", said_at=NOON - DAY),
        replace(wanted[0], id="day-elsewhere", place=GARDEN.id),
        replace(wanted[0], id="day-private", place=ANNAS_DM.id, private=True),
        replace(wanted[0], id="day-ben", person=BEN.id),
    ]
    await keep(store, *others, *wanted)
    shown = await every_page(
        store,
        IN_CAFE,
        limit=2,
        kinds={Kind.DAY},
        archived=True,
        said_from=NOON - 5 * MINUTE,
        said_until=NOON,
        id_prefix="day-",
    )
    assert shown == wanted


async def test_a_pinned_memory_never_fades_and_an_unpinned_one_does_again(
    harness: Harness,
) -> None:
    known = memory("I am allergic to walnuts.", strength=2.0)
    await harness.store.add([known], [vector(1)])
    assert await harness.store.pin(IN_PRIVATE, known.id, pinned=True, curve=COMPANION)
    pinned = replace(known, pinned=True, fades_at=FOREVER, forgotten_at=FOREVER)
    async for store in harness.twice():
        assert await one(store, known) == pinned
    store = harness.store
    assert await store.pin(IN_PRIVATE, known.id, pinned=True, curve=COMPANION)
    assert await one(store, known) == pinned
    assert await store.pin(IN_PRIVATE, known.id, pinned=False, curve=PAPER)
    unpinned = await one(store, known)
    assert_near(unpinned.fades_at, PAPER.fades_at(NOON, 2.0, pinned=False))
    assert_near(unpinned.forgotten_at, PAPER.forgotten_at(NOON, 2.0, pinned=False))
    assert replace(unpinned, fades_at=known.fades_at, forgotten_at=known.forgotten_at) == known


def assert_near(found: datetime, expected: datetime) -> None:
    assert abs(found - expected) <= 2 * MILLISECOND


async def test_pinning_nothing_says_so(store: MemoryStore) -> None:
    known = memory("private")
    await keep(store, known)
    assert not await store.pin(IN_PRIVATE, MemoryId("none"), pinned=True, curve=COMPANION)
    assert not await store.pin(IN_CAFE, known.id, pinned=True, curve=COMPANION)
    assert not await store.pin(BEN_IN_PRIVATE, known.id, pinned=True, curve=COMPANION)
    assert await one(store, known) == known


async def test_archiving_takes_out_of_sight_and_restoring_brings_back(harness: Harness) -> None:
    known, other = memory("tea", strength=3.0), memory("milk")
    store = harness.store
    await store.add([known, other], [vector(1), vector(2)])
    later = whole(NOON + 2 * DAY + 7 * MILLISECOND)
    assert await store.archive(IN_PRIVATE, [known.id, MemoryId("none")], now=later) == (known.id,)
    archived = replace(known, archived_at=later, forgotten_at=FOREVER)
    async for store in harness.twice():
        assert await one(store, known) == archived
        assert await every_page(store) == [other]
        assert await every_page(store, archived=True) == [archived]
        assert await store.count(IN_PRIVATE) == 1
    again = later + 9 * DAY
    store = harness.store
    done = await store.restore(IN_PRIVATE, [other.id, known.id], now=again, curve=COMPANION)
    assert done == (known.id,)
    async for store in harness.twice():
        restored = await one(store, known)
        assert restored.archived_at is None
        assert restored.last_recalled == again
        assert (restored.strength, restored.recalls) == (known.strength, known.recalls)
        assert_near(restored.fades_at, COMPANION.fades_at(again, 3.0, pinned=False))
        assert_near(restored.forgotten_at, COMPANION.forgotten_at(again, 3.0, pinned=False))
        assert await store.count(IN_PRIVATE) == 2
        found = await store.search(IN_PRIVATE, text="tea", vector=vector(1), now=again, limit=1)
        assert (
            [kept for kept, _ in found.dense] == [kept for kept, _ in found.lexical] == [restored]
        )


async def test_archiving_again_does_not_prolong_the_grace(store: MemoryStore) -> None:
    known = memory()
    await keep(store, known)
    assert await store.archive(IN_PRIVATE, [known.id], now=NOON) == (known.id,)
    assert await store.archive(IN_PRIVATE, [known.id], now=NOON + DAY) == ()
    assert (await one(store, known)).archived_at == NOON


async def test_what_time_has_archived_can_be_put_away_and_restored(harness: Harness) -> None:
    faded = replace(memory(archived_at=NOON, strength=3.0), forgotten_at=NOON - DAY)
    await keep(harness.store, faded)
    later = NOON + DAY
    assert await harness.store.archive(IN_PRIVATE, [faded.id], now=later) == (faded.id,)
    async for store in harness.twice():
        away = replace(faded, archived_at=later, forgotten_at=FOREVER)
        assert await one(store, faded) == away
        assert await store.archive(IN_PRIVATE, [faded.id], now=later + DAY) == ()
    store = harness.store
    assert await store.restore(IN_PRIVATE, [faded.id], now=later, curve=COMPANION) == (faded.id,)
    restored = await one(store, faded)
    assert_near(restored.forgotten_at, COMPANION.forgotten_at(later, 3.0, pinned=False))


async def test_a_pin_and_another_curve_leave_who_archived_a_memory_told(harness: Harness) -> None:
    away = memory(strength=3.0)
    faded = replace(memory(archived_at=NOON), forgotten_at=NOON - DAY)
    await keep(harness.store, away, faded)
    await harness.store.archive(IN_PRIVATE, [away.id], now=NOON)
    await harness.store.pin(IN_PRIVATE, faded.id, pinned=True, curve=COMPANION)
    async for store in harness.twice(curve=PAPER):
        assert (await one(store, away)).forgotten_at == FOREVER
        assert await one(store, faded) == replace(faded, pinned=True)


async def test_restoring_what_is_alive_changes_nothing(store: MemoryStore) -> None:
    known = memory()
    await keep(store, known)
    assert await store.restore(IN_PRIVATE, [known.id], now=NOON + DAY, curve=PAPER) == ()
    assert await one(store, known) == known


async def test_a_pinned_memory_is_restored_pinned(store: MemoryStore) -> None:
    known = memory(pinned=True)
    await keep(store, known)
    assert await store.archive(IN_PRIVATE, [known.id], now=NOON) == (known.id,)
    await store.restore(IN_PRIVATE, [known.id], now=NOON + DAY, curve=PAPER)
    assert await one(store, known) == replace(known, last_recalled=NOON + DAY)


async def test_erasing_is_for_good_alive_or_archived(harness: Harness) -> None:
    alive, archived, kept = memory("tea"), memory("tea", archived_at=NOON), memory("milk")
    await harness.store.add([alive, archived, kept], [vector(1), vector(1), vector(2)])
    erased = await harness.store.erase(
        IN_PRIVATE, [alive.id, MemoryId("none"), archived.id, alive.id]
    )
    assert sorted(erased) == sorted([alive.id, archived.id])
    async for store in harness.twice():
        assert await store.get(IN_PRIVATE, [alive.id, archived.id, kept.id]) == (kept,)
        assert await every_page(store) == [kept]
        assert await every_page(store, archived=True) == []
        assert await store.count(IN_PRIVATE) == 1
        assert await store.unembedded(limit=5) == ()
        assert await store.erase(IN_PRIVATE, [alive.id, archived.id]) == ()
        assert await store.restore(IN_PRIVATE, [archived.id], now=NOON, curve=PAPER) == ()


async def test_an_erased_id_can_be_used_again(store: MemoryStore) -> None:
    first = memory("tea", id="one")
    await keep(store, first)
    await store.erase(IN_PRIVATE, [MemoryId("one")])
    again = memory("milk", id="one", person=BEN, place=BENS_DM)
    assert await store.begin(BEN_IN_PRIVATE, again)
    assert await store.get(BEN_IN_PRIVATE, [MemoryId("one")]) == (again,)
    assert await store.get(IN_PRIVATE, [MemoryId("one")]) == ()


async def test_thousands_are_archived_restored_and_erased_at_once(store: MemoryStore) -> None:
    made = [memory(f"Number {n}.") for n in range(3_000)]
    await keep(store, *made)
    ids = [known.id for known in made]
    assert len(await store.archive(IN_PRIVATE, ids, now=NOON)) == 3_000
    assert await store.count(IN_PRIVATE) == 0
    assert len(await store.restore(IN_PRIVATE, ids[:2_000], now=NOON, curve=PAPER)) == 2_000
    assert await store.count(IN_PRIVATE) == 2_000
    assert len(await store.erase(IN_PRIVATE, ids)) == 3_000
    assert await store.page(IN_PRIVATE, limit=1, archived=True) == Page((), None)
