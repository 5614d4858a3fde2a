"""`brain.ports.derivations.Derivations`: which days are to be summarised anew, and since what."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec import structs

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Kind, Memory
from brain.memory.retention import COMPANION
from brain.ports import Due, MemoryStore
from brain.ports.derivations import StaleDay
from tests.contracts.harness import Harness
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BENS_DM,
    CAFE,
    DAY,
    GARDEN,
    IN_CAFE,
    IN_PRIVATE,
    MINUTE,
    NOON,
    memory,
    vector,
)

TODAY = date(2026, 3, 1)
"""Of NOON, for Anna as for Ben."""
Cause = Callable[[MemoryStore, Memory], Awaitable[object]]


async def stale(
    store: MemoryStore, person: PersonId | None = None
) -> list[tuple[date, str | None]]:
    return [(day.day, day.place) for day in await store.stale_days(limit=100, person_id=person)]


async def mark_all_summarised(store: MemoryStore) -> None:
    await store.mark_summarised(await store.stale_days(limit=1_000))
    assert await stale(store) == []


async def finish(store: MemoryStore, turn: Memory) -> None:
    await store.finish(
        IN_PRIVATE, turn.id, reply="Yes.", vector=None, recalled=[], now=NOON, curve=COMPANION
    )


async def archive(store: MemoryStore, turn: Memory) -> None:
    await store.archive(IN_PRIVATE, [turn.id], now=NOON)


async def erase(store: MemoryStore, turn: Memory) -> None:
    await store.erase(IN_PRIVATE, [turn.id])


async def rewrite_archives(store: MemoryStore, turn: Memory) -> None:
    revision = await store.revision(ANNA.id)
    assert await store.rewrite(IN_PRIVATE, revision=revision, now=NOON, archive=[turn.id])


async def rewrite_erases(store: MemoryStore, turn: Memory) -> None:
    revision = await store.revision(ANNA.id)
    assert await store.rewrite(IN_PRIVATE, revision=revision, now=NOON, erase=[turn.id])


async def rewrite_replaces(store: MemoryStore, turn: Memory) -> None:
    revision = await store.revision(ANNA.id)
    edited = structs.replace(turn, text="I had coffee.")
    assert await store.rewrite(
        IN_PRIVATE, revision=revision, now=NOON, erase=[turn.id], add=[edited], vectors=[None]
    )


async def test_nothing_is_stale_at_first(store: MemoryStore) -> None:
    assert await store.stale_days(limit=10) == ()
    assert await store.stale_days(limit=10, person_id=ANNA.id) == ()
    assert await store.revision(ANNA.id) == 0


async def test_a_turn_that_begins_marks_its_day(harness: Harness) -> None:
    assert await harness.store.begin(IN_PRIVATE, memory())
    async for store in harness.twice():
        [day] = await store.stale_days(limit=10)
        assert (day.person, day.day, day.place) == (ANNA.id, TODAY, None)


async def test_a_turn_that_is_there_already_marks_nothing(store: MemoryStore) -> None:
    turn = memory()
    await store.begin(IN_PRIVATE, turn)
    await mark_all_summarised(store)
    assert not await store.begin(IN_PRIVATE, turn)
    assert await store.add([turn], [None]) == ()
    assert await stale(store) == []


@pytest.mark.parametrize(
    "cause", [finish, archive, erase, rewrite_archives, rewrite_erases, rewrite_replaces]
)
async def test_whatever_a_person_does_to_a_turn_marks_its_day(
    harness: Harness, cause: Cause
) -> None:
    turn = memory()
    await harness.store.begin(IN_PRIVATE, turn)
    await mark_all_summarised(harness.store)
    await cause(harness.store, turn)
    async for store in harness.twice():
        assert await stale(store) == [(TODAY, None)]


async def test_a_summary_that_is_taken_away_marks_its_day_and_a_new_version_does_not(
    store: MemoryStore,
) -> None:
    note = memory("A quiet day.", kind=Kind.DAY, period="2026-03-01")
    await store.add([note], [None])
    assert await stale(store) == []
    revision = await store.revision(ANNA.id)
    again = structs.replace(note, text="A day of tea.")
    assert await store.rewrite(
        IN_PRIVATE, revision=revision, now=NOON, erase=[note.id], add=[again], vectors=[None]
    )
    assert await stale(store) == []
    assert await store.rewrite(IN_PRIVATE, revision=revision + 1, now=NOON, erase=[note.id])
    assert await stale(store) == [(TODAY, None)]


async def test_the_days_of_turns_that_are_named_are_marked_too(store: MemoryStore) -> None:
    evidence, bens = memory(said_at=NOON - DAY), memory(person=BEN, place=BENS_DM)
    fact = memory(kind=Kind.FACT, sources=(evidence.id,))
    await store.add([evidence, bens, fact], [None] * 3)
    await mark_all_summarised(store)
    revision = await store.revision(ANNA.id)
    assert await store.rewrite(
        IN_PRIVATE, revision=revision, now=NOON, erase=[fact.id], stale=[evidence.id, bens.id]
    )
    assert await stale(store) == [((NOON - DAY).date(), None)]


async def test_the_day_of_a_summary_that_is_named_is_marked_though_it_is_replaced(
    store: MemoryStore,
) -> None:
    day = memory("A quiet day.", kind=Kind.DAY, period="2026-03-01")
    fact = memory(kind=Kind.FACT, place=GARDEN)
    await store.add([day, fact], [None] * 2)
    again = structs.replace(day, text="A day of tea.")
    assert await store.rewrite(
        IN_PRIVATE,
        revision=await store.revision(ANNA.id),
        now=NOON,
        erase=[day.id],
        add=[again],
        vectors=[None],
        stale=[day.id, fact.id],
    )
    assert await stale(store) == [(TODAY, None)]


async def test_a_shared_place_that_is_left_marks_the_day_in_private(harness: Harness) -> None:
    turn = memory(place=CAFE)
    await harness.store.add([turn], [None])
    await mark_all_summarised(harness.store)
    revision = await harness.store.revision(ANNA.id)
    await harness.store.rewrite(IN_CAFE, revision=revision, now=NOON, erase=[turn.id])
    async for store in harness.twice():
        assert await stale(store) == [(TODAY, None)]


async def test_a_turn_that_comes_back_marks_its_day(store: MemoryStore) -> None:
    turn = memory()
    await store.add([turn], [None])
    await store.archive(IN_PRIVATE, [turn.id], now=NOON)
    await mark_all_summarised(store)
    await store.restore(IN_PRIVATE, [turn.id], now=NOON + DAY, curve=COMPANION)
    assert await stale(store) == [(TODAY, None)]


async def test_a_finished_turn_that_is_finished_again_marks_nothing(store: MemoryStore) -> None:
    turn = memory()
    await store.begin(IN_PRIVATE, turn)
    await finish(store, turn)
    await mark_all_summarised(store)
    await finish(store, turn)
    assert await stale(store) == []


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TURN])
async def test_only_turns_mark_their_day(store: MemoryStore, kind: Kind) -> None:
    derived = memory(kind=kind)
    await store.add([derived], [None])
    await store.archive(IN_PRIVATE, [derived.id], now=NOON)
    await store.restore(IN_PRIVATE, [derived.id], now=NOON, curve=COMPANION)
    await store.erase(IN_PRIVATE, [derived.id])
    assert await stale(store) == []


async def test_what_is_not_touched_marks_nothing(store: MemoryStore) -> None:
    private, hidden = memory(), memory(place=CAFE, archived_at=NOON)
    await store.add([private, hidden], [None, None])
    await mark_all_summarised(store)
    # Neither seen from the café, nor alive, nor there.
    await store.erase(IN_CAFE, [private.id, MemoryId("gone")])
    await store.archive(IN_PRIVATE, [hidden.id, MemoryId("gone")], now=NOON)
    await store.restore(IN_PRIVATE, [private.id, MemoryId("gone")], now=NOON, curve=COMPANION)
    assert await stale(store) == []
    assert await store.revision(ANNA.id) == 0


async def test_recall_pins_weights_and_vectors_mark_nothing(store: MemoryStore) -> None:
    known, turn = memory(), memory(place=CAFE, said_at=NOON + DAY)
    await store.add([known], [None])
    await store.begin(IN_CAFE, turn)
    await mark_all_summarised(store)
    await store.finish(
        IN_PRIVATE,
        turn.id,
        reply="Yes.",
        vector=vector(1),
        recalled=[known.id],
        now=NOON,
        curve=COMPANION,
    )
    await store.pin(IN_PRIVATE, known.id, pinned=True, curve=COMPANION)
    await store.set_importance(IN_PRIVATE, {known.id: 1.0}, curve=COMPANION)
    await store.set_vector(IN_PRIVATE, known.id, vector(2))
    assert await stale(store) == [(TODAY + timedelta(days=1), CAFE.id)]
    assert await store.revision(ANNA.id) == 0


async def test_forgetting_by_itself_marks_nothing_and_is_no_revision(store: MemoryStore) -> None:
    await store.add([memory(strength=0.1)], [None])
    await mark_all_summarised(store)
    later = NOON + 100 * DAY
    assert await store.forget_due(now=later, curve=COMPANION, limit=9) == Due(1, 0)
    assert await stale(store) == []
    last = later + 100 * DAY
    assert await store.forget_due(now=last, curve=COMPANION, limit=9) == Due(0, 1)
    assert await stale(store) == []
    assert await store.revision(ANNA.id) == 0


async def test_private_places_are_one_day_and_each_shared_place_has_its_own(
    store: MemoryStore,
) -> None:
    another_dm = replace(ANNAS_DM, id=PlaceId("telegram:dm-1"))
    for place in (ANNAS_DM, CAFE, another_dm, GARDEN, CAFE):
        await store.add([memory(place=place)], [None])
    assert set(await stale(store)) == {(TODAY, None), (TODAY, CAFE.id), (TODAY, GARDEN.id)}
    assert len(await stale(store)) == 3


async def test_a_shared_place_without_a_name_is_not_the_private_ones(store: MemoryStore) -> None:
    await store.add([memory(), memory(place=replace(CAFE, id=PlaceId("")))], [None] * 2)
    assert set(await stale(store)) == {(TODAY, None), (TODAY, "")}


async def test_a_day_is_one_of_the_zone_in_which_it_was_said(store: MemoryStore) -> None:
    half_past_eleven = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    await store.add(
        [
            memory(said_at=half_past_eleven),
            memory(said_at=half_past_eleven, person=BEN, place=BENS_DM),
        ],
        [None] * 2,
    )
    assert await stale(store, ANNA.id) == [(TODAY, None)]  # Berlin
    assert await stale(store, BEN.id) == [(date(2026, 2, 28), None)]  # UTC


async def test_the_day_whose_last_change_is_oldest_comes_first(store: MemoryStore) -> None:
    for days in (2, 0, 1):
        await store.add([memory(said_at=NOON + days * DAY)], [None])
    await store.add([memory(person=BEN, place=BENS_DM)], [None])
    await store.add([memory(said_at=NOON + 2 * DAY + MINUTE)], [None])
    order = [TODAY + timedelta(days=days) for days in (0, 1, 0, 2)]
    found = await store.stale_days(limit=10)
    assert [day.day for day in found] == order
    assert [day.person for day in found] == [ANNA.id, ANNA.id, BEN.id, ANNA.id]
    changes = [day.change for day in found]
    assert changes == sorted(set(changes))
    assert await store.stale_days(limit=2) == found[:2]
    assert await store.stale_days(limit=2, person_id=ANNA.id) == found[:2]
    assert await store.stale_days(limit=2, person_id=BEN.id) == found[2:3]
    assert await store.stale_days(limit=0) == ()


async def test_a_summarised_day_is_stale_no_more(harness: Harness) -> None:
    for days in range(3):
        await harness.store.add([memory(said_at=NOON + days * DAY)], [None])
    first, second, third = await harness.store.stale_days(limit=10)
    await harness.store.mark_summarised([first, third])
    await harness.store.mark_summarised([])
    async for store in harness.twice():
        assert await store.stale_days(limit=10) == (second,)


async def test_a_day_that_changed_meanwhile_stays_stale(store: MemoryStore) -> None:
    await store.add([memory()], [None])
    seen = await store.stale_days(limit=10)
    await store.add([memory(said_at=NOON + MINUTE)], [None])
    await store.mark_summarised(seen)
    [day] = await store.stale_days(limit=10)
    assert day.change > seen[0].change
    await store.mark_summarised([day])
    assert await stale(store) == []


async def test_a_change_has_a_number_that_never_comes_again(store: MemoryStore) -> None:
    numbers: list[int] = []
    for minute in range(4):
        await store.add([memory(said_at=NOON + minute * MINUTE)], [None])
        days = await store.stale_days(limit=10)
        numbers += [day.change for day in days]
        await store.mark_summarised(days)
    await store.erase_person(ANNA.id)
    await store.add([memory()], [None])
    numbers += [day.change for day in await store.stale_days(limit=10)]
    assert numbers == sorted(set(numbers))


async def test_marking_a_day_of_one_person_leaves_that_of_another(store: MemoryStore) -> None:
    await store.add([memory(), memory(person=BEN, place=BENS_DM)], [None] * 2)
    await store.mark_summarised(await store.stale_days(limit=10, person_id=ANNA.id))
    [day] = await store.stale_days(limit=10)
    assert day.person == BEN.id


async def test_a_day_that_nobody_knows_is_marked_without_effect(store: MemoryStore) -> None:
    await store.add([memory()], [None])
    await store.mark_summarised([StaleDay(PersonId("nobody"), TODAY, None, 0)])
    assert await stale(store) == [(TODAY, None)]


async def test_who_is_erased_leaves_no_stale_day(harness: Harness) -> None:
    await harness.store.add([memory(), memory(person=BEN, place=BENS_DM)], [None] * 2)
    await harness.store.erase_person(ANNA.id)
    async for store in harness.twice():
        assert [day.person for day in await store.stale_days(limit=10)] == [BEN.id]


async def test_what_a_person_forgets_or_brings_back_is_a_new_revision(harness: Harness) -> None:
    turns = [memory() for _ in range(3)]
    await harness.store.add(turns, [None] * 3)
    names = [turn.id for turn in turns]
    revisions = [await harness.store.revision(ANNA.id)]
    await harness.store.archive(IN_PRIVATE, names, now=NOON)
    revisions.append(await harness.store.revision(ANNA.id))
    await harness.store.restore(IN_PRIVATE, names, now=NOON, curve=COMPANION)
    revisions.append(await harness.store.revision(ANNA.id))
    await harness.store.erase(IN_PRIVATE, names)
    revisions.append(await harness.store.revision(ANNA.id))
    assert revisions[0] == 0
    assert revisions == sorted(set(revisions))
    async for store in harness.twice():
        assert await store.revision(ANNA.id) == revisions[-1]
        assert await store.revision(BEN.id) == 0


async def test_talking_is_no_revision(store: MemoryStore) -> None:
    turn = memory()
    await store.begin(IN_PRIVATE, turn)
    await finish(store, turn)
    await store.save_person(ANNA)
    await store.add([memory(kind=Kind.FACT)], [None])
    assert await store.revision(ANNA.id) == 0
