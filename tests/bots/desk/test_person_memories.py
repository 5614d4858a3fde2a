from collections.abc import AsyncIterator, Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.desk.memory_views import State
from bots.desk.person_memories import AmbiguousMemory, PersonMemories, UnknownMemory
from brain.clock import ManualClock
from brain.ids import MemoryId, PersonId
from brain.memory.ranking import Recalled
from brain.memory.record import Kind
from brain.memory.reinforcement import whole_gain
from brain.memory.retention import COMPANION
from brain.messages import Person, Scope
from storage.sqlite.store import SqliteStore
from tests.bots.conftest import memory

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SCOPE = Scope.everything_of(PersonId("terminal:me"))
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Mind:
    """Recalls what it was told to."""

    def __init__(self, *recalled: Recalled) -> None:
        self._recalled = recalled

    async def recall(
        self,
        scope: Scope,  # noqa: ARG002 the signature is given
        text: str,  # noqa: ARG002
        *,
        limit: int,
        without: Collection[str] = (),
        only_relevant: bool = False,  # noqa: ARG002
    ) -> tuple[Recalled, ...]:
        return tuple(one for one in self._recalled if one.memory.id not in without)[:limit]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(tmp_path / "memories.db")
    await store.save_person(Person(PersonId("terminal:me")))
    yield store
    await store.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def mine(store: SqliteStore, clock: ManualClock) -> PersonMemories:
    return PersonMemories(store=store, scope=SCOPE, clock=clock, curve=COMPANION)


async def put(store: SqliteStore, *texts: str, start: datetime = NOW) -> list[MemoryId]:
    """One memory a text, a day apart, the last one at `start`."""
    ids = [MemoryId(f"{index:04x}aaaa{index:04x}") for index in range(len(texts))]
    said = [start - timedelta(days=len(texts) - 1 - index) for index in range(len(texts))]
    await store.add(
        [memory(t, id=i, said_at=s) for t, i, s in zip(texts, ids, said, strict=True)],
        [None] * len(texts),
    )
    return ids


async def test_pages_follow_each_other_newest_first(
    store: SqliteStore, mine: PersonMemories
) -> None:
    await put(store, "one", "two", "three")
    first = await mine.page(limit=2)
    assert [m.text for m in first.memories] == ["three", "two"]
    assert first.total == 3
    last = await mine.page(limit=2, after=first.after)
    assert [m.text for m in last.memories] == ["one"]
    assert last.after is None


async def test_a_view_says_how_much_is_left_and_until_when(
    store: SqliteStore, mine: PersonMemories, clock: ManualClock
) -> None:
    [id_] = await put(store, "tea")
    clock.advance(timedelta(days=100))
    seen = await mine.show(id_)
    assert seen.retention == pytest.approx(0.3679, abs=1e-4)
    assert seen.state is State.ALIVE
    assert seen.fades_at is not None
    assert (seen.fades_at - NOW).days == int(COMPANION.fade_span * 100)
    assert seen.archived_at is not None
    assert seen.erased_at == seen.archived_at + timedelta(days=COMPANION.grace)
    clock.advance(seen.fades_at - clock.now())
    assert (await mine.show(id_)).state is State.FADED


async def test_a_pinned_memory_never_fades_until_it_is_unpinned(
    store: SqliteStore, mine: PersonMemories, clock: ManualClock
) -> None:
    [id_] = await put(store, "tea")
    clock.advance(timedelta(days=100))
    pinned = await mine.pin(id_[:6], pinned=True)
    assert (pinned.fades_at, pinned.archived_at, pinned.erased_at) == (None, None, None)
    assert pinned.retention == 1
    assert (await mine.pin(id_, pinned=False)).fades_at is not None


async def test_a_pin_makes_a_memory_as_much_stronger_as_a_recall_may_once(
    store: SqliteStore, mine: PersonMemories, clock: ManualClock
) -> None:
    [id_] = await put(store, "tea")
    [before] = await store.get(SCOPE, [id_])
    clock.advance(timedelta(days=30))
    for pinned in (True, False, True, True):
        await mine.pin(id_, pinned=pinned)
    [after] = await store.get(SCOPE, [id_])
    gain = whole_gain(before, now=clock.now(), curve=COMPANION)
    assert after.strength == pytest.approx(before.strength + gain.days)
    assert after.last_recalled == clock.now()


@pytest.mark.parametrize("handle", ["ffff", "000", "%", "' OR 1=1 --", "_" * 4, ""])
async def test_an_id_that_nothing_begins_with_is_unknown(
    handle: str, store: SqliteStore, mine: PersonMemories
) -> None:
    await put(store, "tea")
    with pytest.raises(UnknownMemory):
        await mine.show(handle)


async def test_an_id_that_two_begin_with_names_both(
    store: SqliteStore, mine: PersonMemories
) -> None:
    await store.add(
        [memory("a", id="abcd1111", said_at=NOW), memory("b", id="abcd2222", said_at=NOW)],
        [None, None],
    )
    await store.archive(SCOPE, [MemoryId("abcd2222")], now=NOW)
    with pytest.raises(AmbiguousMemory, match="abcd1111, abcd2222"):
        await mine.show("abcd")
    assert (await mine.show("abcd2")).state is State.ARCHIVED


async def test_forgetting_by_words_means_what_holds_all_of_them_faded_ones_too(
    store: SqliteStore, mine: PersonMemories, clock: ManualClock
) -> None:
    await put(store, "Anna likes tea", "Anna likes coffee", "I like tea", "安娜喜欢喝茶")
    clock.advance(timedelta(days=400))
    preview = await mine.preview_words(None, "tea ANNA liked")
    assert [m.text for m in preview.meant] == ["Anna likes tea"]
    assert preview.meant[0].state is State.FADED
    assert [m.text for m in (await mine.preview_words(None, "喝茶")).meant] == ["安娜喜欢喝茶"]
    assert not (await mine.preview_words(None, "?!")).meant


async def test_what_merely_comes_to_mind_is_offered_apart(
    store: SqliteStore, mine: PersonMemories
) -> None:
    await put(store, "Anna likes tea", "a cup of oolong")
    [tea] = await store.get(SCOPE, [MemoryId("0000aaaa0000")])
    [oolong] = await store.get(SCOPE, [MemoryId("0001aaaa0001")])
    mind = Mind(Recalled(tea, 1, 1), Recalled(oolong, 0.5, 1))
    preview = await mine.preview_words(mind, "tea")
    assert [m.text for m in preview.meant] == ["Anna likes tea"]
    assert [m.text for m in preview.similar] == ["a cup of oolong"]


async def test_days_are_days_where_the_person_is(store: SqliteStore, mine: PersonMemories) -> None:
    # 16:30 UTC is half past midnight of the next day in Shanghai.
    await store.add(
        [
            memory("before", id="aaaa1111", said_at=datetime(2026, 3, 1, 15, 59, tzinfo=UTC)),
            memory("first", id="aaaa2222", said_at=datetime(2026, 3, 1, 16, 0, tzinfo=UTC)),
            memory("last", id="aaaa3333", said_at=datetime(2026, 3, 2, 15, 59, tzinfo=UTC)),
            memory("after", id="aaaa4444", said_at=datetime(2026, 3, 2, 16, 0, tzinfo=UTC)),
        ],
        [None] * 4,
    )
    day = date(2026, 3, 2)
    preview = await mine.preview_days(day, day, zone=SHANGHAI)
    assert [m.text for m in preview.meant] == ["last", "first"]
    assert len((await mine.preview_days(None, day, zone=SHANGHAI)).meant) == 3
    assert len((await mine.preview_days(day, None, zone=SHANGHAI)).meant) == 3


async def test_the_ends_of_the_calendar_are_no_special_days(
    store: SqliteStore, mine: PersonMemories
) -> None:
    await put(store, "tea")
    preview = await mine.preview_days(date.min, date.max, zone=SHANGHAI)
    assert len(preview.meant) == 1


async def test_what_was_made_of_a_forgotten_turn_goes_with_it(
    store: SqliteStore, mine: PersonMemories
) -> None:
    turns = await put(store, "I broke up with Sam", "I had tea")
    day = memory("A hard day", id="dddd0001", kind=Kind.DAY, sources=turns[:1], said_at=NOW)
    other = memory("A good day", id="dddd0002", kind=Kind.DAY, sources=turns[1:], said_at=NOW)
    await store.add([day, other], [None, None])
    preview = await mine.preview_ids(turns[:1])
    assert [m.text for m in preview.meant] == ["I broke up with Sam"]
    assert [m.text for m in preview.notes] == ["A hard day"]
    receipt = await mine.forget(preview.meant)
    assert [m.text for m in receipt.notes] == ["A hard day"]
    assert [m.text for m in (await mine.page(limit=9)).memories] == [
        "A good day",
        "I had tea",
    ]


async def test_a_note_is_forgotten_with_what_it_was_made_of(
    store: SqliteStore, mine: PersonMemories
) -> None:
    turns = await put(store, "I broke up with Sam", "I had tea")
    fact = memory("Sam is an ex", id="dddd0001", kind=Kind.FACT, sources=turns[:1], said_at=NOW)
    await store.add([fact], [None])
    preview = await mine.preview_ids(["dddd0001"])
    assert [m.text for m in preview.meant] == ["I broke up with Sam", "Sam is an ex"]


async def test_a_receipt_says_until_when_it_can_be_undone_and_undo_does_it(
    store: SqliteStore, mine: PersonMemories, clock: ManualClock
) -> None:
    ids = await put(store, "one", "two", "three")
    receipt = await mine.forget((await mine.preview_ids(ids[:2])).meant)
    assert [m.text for m in receipt.forgotten] == ["one", "two"]
    assert receipt.restorable_until == NOW + timedelta(days=COMPANION.grace)
    assert [m.text for m in (await mine.page(limit=9)).memories] == ["three"]
    clock.advance(timedelta(hours=1))
    await mine.forget((await mine.preview_ids(ids[2:])).meant)
    assert [m.text for m in await mine.undo()] == ["three"]
    assert {m.text for m in await mine.undo()} == {"one", "two"}
    assert await mine.undo() == ()


async def test_undo_brings_back_what_was_asked_for_not_what_faded_by_itself(
    store: SqliteStore, mine: PersonMemories, clock: ManualClock
) -> None:
    ids = await put(store, "old", "new")
    await mine.forget((await mine.preview_ids(ids[1:])).meant)
    clock.advance(timedelta(days=COMPANION.forget_span * 100 + 1))
    await store.forget_due(now=clock.now(), curve=COMPANION, limit=10)
    assert [m.text for m in await mine.undo(everything=True)] == ["old"]


async def test_erasing_at_once_leaves_no_way_back(store: SqliteStore, mine: PersonMemories) -> None:
    ids = await put(store, "one", "two")
    await mine.forget((await mine.preview_ids(ids[:1])).meant)
    preview = await mine.preview_days(None, None, zone=SHANGHAI, archived=True)
    receipt = await mine.forget(preview.meant, at_once=True)
    assert len(receipt.forgotten) == 2
    assert receipt.restorable_until is None
    assert await mine.undo(everything=True) == ()
    assert (await mine.account()).alive == 0


async def test_forgetting_twice_forgets_once(store: SqliteStore, mine: PersonMemories) -> None:
    preview = await mine.preview_ids(await put(store, "one"))
    await mine.forget(preview.meant)
    assert (await mine.forget(preview.meant)).forgotten == ()


async def test_words_are_told_from_ids(store: SqliteStore, mine: PersonMemories) -> None:
    [id_] = await put(store, "one")
    assert await mine.resolves(id_[:4])
    assert not await mine.resolves("cafe")
    assert not await mine.resolves("")
    assert not await mine.resolves(f"{id_} tea")


async def test_a_view_for_machines_has_iso_times(store: SqliteStore, mine: PersonMemories) -> None:
    [id_] = await put(store, "tea")
    told = (await mine.show(id_)).as_json()
    assert told["said_at"] == NOW.isoformat()
    assert told["kind"] == "turn"


async def test_a_receipt_tells_what_can_be_restored_from_what_is_gone_for_good(
    store: SqliteStore, mine: PersonMemories
) -> None:
    turns = await put(store, "I broke up with Sam", "I had tea")
    fact = memory("Sam is an ex", id="dddd0001", kind=Kind.FACT, sources=turns[:1], said_at=NOW)
    await store.add([fact], [None])
    preview = await mine.preview_ids(["dddd0001"])
    assert preview.restorable_until == NOW + timedelta(days=COMPANION.grace)
    assert [m.text for m in preview.lasting] == ["Sam is an ex"]
    receipt = await mine.forget(preview.meant)
    assert [m.text for m in receipt.forgotten] == ["I broke up with Sam"]
    assert receipt.restorable_until == preview.restorable_until
    assert [m.text for m in receipt.notes] == ["Sam is an ex"]
    assert len(await mine.undo()) == len(receipt.forgotten)


async def test_a_note_without_its_turns_is_gone_for_good_and_the_receipt_says_so(
    store: SqliteStore, mine: PersonMemories
) -> None:
    fact = memory("Sam is an ex", id="dddd0001", kind=Kind.FACT, said_at=NOW)
    await store.add([fact], [None])
    preview = await mine.preview_words(None, "Sam")
    assert preview.restorable_until is None
    receipt = await mine.forget(preview.meant)
    assert [m.text for m in receipt.forgotten] == ["Sam is an ex"]
    assert (receipt.restorable_until, receipt.notes) == (None, ())
    assert await mine.undo(everything=True) == ()


@pytest.mark.parametrize("kind", [Kind.HISTORY, Kind.PORTRAIT, Kind.INSIGHT])
async def test_a_word_that_only_stands_above_the_days_is_forgotten_by_word_and_by_day(
    store: SqliteStore, mine: PersonMemories, kind: Kind
) -> None:
    [turn] = await put(store, "I had tea", start=NOW - timedelta(days=1))
    note = memory("Sam left.", id="dddd0001", kind=kind, sources=[MemoryId(turn)], said_at=NOW)
    await store.add([note], [None])
    by_day = await mine.preview_days(NOW.date(), NOW.date(), zone=ZoneInfo("UTC"))
    preview = await mine.preview_words(None, "Sam")
    assert [m.id for m in by_day.meant] == [m.id for m in preview.meant] == ["dddd0001"]
    assert (await mine.forget(preview.meant)).restorable_until is None
    assert await store.get(SCOPE, [MemoryId("dddd0001")]) == ()
    assert await store.get(SCOPE, [MemoryId(turn)])


async def test_what_faded_by_itself_can_be_forgotten_and_brought_back(
    store: SqliteStore, mine: PersonMemories, clock: ManualClock
) -> None:
    await put(store, "My PIN is 1234")
    clock.advance(timedelta(days=COMPANION.forget_span * 1_000))
    await store.forget_due(now=clock.now(), curve=COMPANION, limit=10)
    preview = await mine.preview_words(None, "PIN")
    receipt = await mine.forget(preview.meant)
    assert receipt.restorable_until == clock.now() + timedelta(days=COMPANION.grace)
    assert [m.text for m in await mine.undo()] == ["My PIN is 1234"]


async def test_what_only_the_companion_said_is_listed_and_not_surely_meant(
    store: SqliteStore, mine: PersonMemories
) -> None:
    own = memory("Zebulon bakes on Sundays.", id="aaaa0001", said_at=NOW)
    said = memory(
        "I play the cello.",
        id="aaaa0002",
        said_at=NOW - timedelta(days=1),
        reply="Zebulon the baker would love that cello.",
    )
    await store.add([own, said], [None, None])
    preview = await mine.preview_words(None, "Zebulon")
    assert [m.text for m in preview.meant] == [own.text]
    assert [m.text for m in preview.similar] == [said.text]
