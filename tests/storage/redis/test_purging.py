"""Thousands that are forgotten at once: gone in one step, and taken away in many."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest

from brain.errors import StoreUnavailable
from brain.ids import MemoryId
from brain.memory.record import Kind
from brain.memory.retention import COMPANION
from brain.ports import MemoryStore
from storage.redis import derivations
from tests.contracts.harness import Harness, redis
from tests.factories import BEN, BENS_DM, CAFE, IN_PRIVATE, NOON, memory, vector


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever is to take something away step by step dies before the first step."""

    async def die(*_: object) -> None:
        raise StoreUnavailable(reason="killed")

    with monkeypatch.context() as patch:
        patch.setattr(derivations, "purge", die)
        yield


async def test_who_dies_over_it_leaves_nothing_to_recall_and_upkeep_ends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with redis() as harness:
        store = harness.store
        erased = [memory(f"My hidden word is xylophone, {n}.", place=CAFE) for n in range(80)]
        away = [memory(f"Not this either, {n}.") for n in range(80)]
        kept = memory("I had tea.")
        await store.add([*erased, *away, kept], [vector(n) for n in range(161)])
        await store.mark_summarised(await store.stale_days(limit=9))

        with dying(monkeypatch):
            assert await store.rewrite(
                IN_PRIVATE,
                revision=0,
                now=NOON,
                archive=[known.id for known in away],
                erase=[known.id for known in erased],
            )
        ids = [known.id for known in (*erased, *away)]
        store = await harness.reopen()
        found = await store.search(IN_PRIVATE, text="hidden", vector=vector(1), now=NOON, limit=200)
        assert [known.id for known, _ in (*found.dense, *found.lexical)] == [kept.id]
        assert await store.get(IN_PRIVATE, ids) == ()
        assert await store.vectors(IN_PRIVATE, ids[:1]) == (None,)
        assert (await store.conversation(IN_PRIVATE, CAFE.id, limit=9)).recent == ()
        assert (await store.page(IN_PRIVATE, limit=500)).memories == (kept,)
        assert (await store.page(IN_PRIVATE, limit=500, archived=True)).memories == ()
        assert await store.neighbours(IN_PRIVATE, [kept.id], reach=9, now=NOON) == ()
        assert not await store.pin(IN_PRIVATE, away[0].id, pinned=True, curve=COMPANION)

        await store.forget_due(now=NOON, curve=COMPANION, limit=100)
        assert await left(harness) == 81
        assert await store.get(IN_PRIVATE, [known.id for known in erased]) == ()
        restored = await store.restore(IN_PRIVATE, ids, now=NOON, curve=COMPANION)
        assert set(restored) == {known.id for known in away}
        # Both places: the one that was left is a day in private by now.
        assert {day.place for day in await store.stale_days(limit=9)} == {None}


async def left(harness: Harness) -> int:
    pages = [await harness.store.page(IN_PRIVATE, limit=500, archived=a) for a in (False, True)]
    return sum(len(page.memories) for page in pages)


async def test_an_erased_person_has_nothing_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    async with redis() as harness:
        store = harness.store
        notes = [memory(f"Note {n}.", kind=Kind.FACT) for n in range(80)]
        await store.add(notes, [None] * 80)

        with dying(monkeypatch):
            await store.rewrite(
                IN_PRIVATE, revision=0, now=NOON, erase=[known.id for known in notes]
            )
        await store.erase_person(notes[0].person)
        assert await store.add(notes[:1], [None]) == (notes[0].id,)
        assert await left(harness) == 1


async def texts(store: MemoryStore, ids: Sequence[MemoryId]) -> list[str]:
    return [known.text for known in await store.get(IN_PRIVATE, ids)]


async def test_what_is_kept_under_an_id_that_is_still_leaving_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with redis() as harness:
        store = harness.store
        ids = [MemoryId(f"id {n}") for n in range(80)]
        # The last was never there.
        await store.add([memory("It rained.", id=known) for known in ids[:-1]], [None] * 79)
        await store.mark_summarised(await store.stale_days(limit=9))
        with dying(monkeypatch):
            assert await store.rewrite(IN_PRIVATE, revision=0, now=NOON, erase=ids)
        later = NOON + timedelta(days=1)
        new = [memory("It snowed.", id=known, said_at=later) for known in (*ids[:2], ids[-1])]
        assert await store.begin(IN_PRIVATE, new[0])
        assert await store.rewrite(IN_PRIVATE, revision=1, now=NOON, add=[new[1]], vectors=[None])
        assert await store.add([new[2]], [None]) == (ids[-1],)
        # The day that lost something is to be summarised anew, beside that of what is new.
        assert {day.day.day for day in await store.stale_days(limit=9)} == {NOON.day, later.day}
        for _ in range(2):
            assert await texts(store, ids) == ["It snowed."] * 3
            assert await left(harness) == 3
            await store.forget_due(now=NOON, curve=COMPANION, limit=100)
        assert await store.count(IN_PRIVATE) == 3


async def test_what_is_on_its_way_to_the_archive_keeps_its_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with redis() as harness:
        store = harness.store
        ids = [MemoryId(f"id {n}") for n in range(80)]
        await store.add([memory("It rained.", id=known) for known in ids], [None] * 80)
        with dying(monkeypatch):
            assert await store.rewrite(IN_PRIVATE, revision=0, now=NOON, archive=ids)
        assert await store.add([memory("It snowed.", id=ids[0])], [None]) == ()
        theirs = memory("It snowed.", id=ids[1], person=BEN, place=BENS_DM)
        assert await store.add([theirs], [None]) == ()
        await store.forget_due(now=NOON, curve=COMPANION, limit=100)
        assert await texts(store, ids) == ["It rained."] * 80
