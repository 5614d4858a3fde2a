"""`brain.ports.turns.TurnStore`: begun durably, finished once, reinforced exactly."""

from datetime import datetime

import numpy as np
import pytest
from msgspec.structs import replace

from brain.ids import MemoryId
from brain.memory.record import FOREVER, Kind, Memory
from brain.memory.reinforcement import Gain, reinforce
from brain.memory.retention import COMPANION, PAPER, Curve
from brain.messages import Person, Place, Scope
from brain.ports import Due, MemoryStore
from brain.ports.turns import Conversation
from tests.contracts.harness import Harness
from tests.factories import (
    ANNA,
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
    conversation,
    memory,
    solved,
    vector,
)

LATER = NOON + 3 * DAY
STEEP = Curve(
    initial_strength=0.5, step=0.25, importance_factor=2.0, fade=0.3, forget=0.02, grace=1.0
)


async def finish(
    store: MemoryStore,
    turn: Memory,
    *recalled: MemoryId,
    scope: Scope | None = None,
    reply: str = "I see.",
    now: datetime = LATER,
    curve: Curve = COMPANION,
) -> bool:
    return await store.finish(
        scope or Scope(turn.person, None if turn.private else turn.place),
        turn.id,
        reply=reply,
        vector=vector(1),
        recalled=recalled,
        reinforced={memory_id: Gain(curve.step) for memory_id in recalled},
        now=now,
        curve=curve,
    )


async def begun(store: MemoryStore, *, person: Person = ANNA, place: Place = ANNAS_DM) -> Memory:
    turn = memory("And now?", person=person, place=place, said_at=LATER)
    assert await store.begin(Scope.of(person, place), turn)
    return turn


async def one(store: MemoryStore, known: Memory) -> Memory:
    [found] = await store.get(Scope.everything_of(known.person), [known.id])
    return found


def assert_reinforced(before: Memory, after: Memory, *, now: datetime, curve: Curve) -> None:
    expected = reinforce(before, Gain(curve.step), now=now, curve=curve)
    assert after.strength == pytest.approx(expected.strength, abs=1e-9)
    assert abs(after.fades_at - expected.fades_at) <= 2 * MILLISECOND
    assert abs(after.forgotten_at - expected.forgotten_at) <= 2 * MILLISECOND
    computed = ("strength", "fades_at", "forgotten_at")
    assert replace(after, **{name: getattr(expected, name) for name in computed}) == expected


def assert_on_curve(after: Memory, curve: Curve) -> None:
    fades_at = curve.fades_at(after.last_recalled, after.strength, pinned=after.pinned)
    forgotten_at = curve.forgotten_at(after.last_recalled, after.strength, pinned=after.pinned)
    assert abs(after.fades_at - fades_at) <= 2 * MILLISECOND
    assert abs(after.forgotten_at - forgotten_at) <= 2 * MILLISECOND


async def test_a_begun_turn_is_kept_at_once_as_it_was_said(harness: Harness) -> None:
    turn = memory("My cat is called Möhrchen 🐈.\n\tReally.", language="de", sources=["x", "y"])
    assert await harness.store.begin(IN_PRIVATE, turn)
    assert await harness.store.get(IN_PRIVATE, [turn.id]) == (turn,)
    store = await harness.reopen()
    assert await store.get(IN_PRIVATE, [turn.id]) == (turn,)


async def test_beginning_a_known_turn_again_changes_nothing(store: MemoryStore) -> None:
    turn = await begun(store)
    again = replace(turn, text="Something else.", said_at=LATER + DAY)
    assert not await store.begin(IN_PRIVATE, again)
    assert await one(store, turn) == turn


async def test_a_finished_turn_cannot_be_begun_again(store: MemoryStore) -> None:
    turn = await begun(store)
    await finish(store, turn)
    assert not await store.begin(IN_PRIVATE, turn)
    assert (await one(store, turn)).reply == "I see."


async def test_an_id_is_known_whoever_it_belongs_to(store: MemoryStore) -> None:
    turn = await begun(store)
    theirs = memory("Mine!", id=turn.id, person=BEN, place=BENS_DM)
    assert not await store.begin(BEN_IN_PRIVATE, theirs)
    assert await store.get(BEN_IN_PRIVATE, [turn.id]) == ()
    assert await store.person(BEN.id) is None
    assert BEN.id not in {person.id for person in await store.people()}


@pytest.mark.parametrize(
    "turn",
    [
        memory(person=BEN, place=BENS_DM),
        memory(person=BEN, place=CAFE),
        memory(place=ANNAS_DM),
        memory(place=GARDEN),
    ],
    ids=["another person", "another person here", "in private", "another place"],
)
async def test_a_turn_is_never_begun_outside_its_scope(store: MemoryStore, turn: Memory) -> None:
    # Whether that is an error or a plain False is not in the contract; that nothing is kept, is.
    try:
        done = await store.begin(IN_CAFE, turn)
    except ValueError:
        done = False
    assert not done
    assert await store.get(Scope.everything_of(turn.person), [turn.id]) == ()


async def test_finishing_adds_the_reply_and_the_vector(harness: Harness) -> None:
    store = harness.store
    turn = await begun(store)
    assert await finish(store, turn, reply="Let us bake a rhubarb cake.")
    expected = replace(turn, reply="Let us bake a rhubarb cake.")
    assert await one(store, turn) == expected
    async for opened in harness.twice():
        found = await opened.search(
            IN_PRIVATE, text="rhubarb", vector=vector(1), now=LATER, limit=5
        )
        assert [kept for kept, _ in found.lexical] == [expected]
        assert [kept for kept, _ in found.dense] == [expected]
        assert await opened.unembedded(limit=5) == ()


async def test_a_turn_is_finished_once(store: MemoryStore) -> None:
    known = memory()
    await store.add([known], [None])
    turn = await begun(store)
    assert await finish(store, turn, known.id)
    before = await one(store, known), await one(store, turn)
    assert not await finish(store, turn, known.id, reply="Another.", now=LATER + DAY)
    assert (await one(store, known), await one(store, turn)) == before


async def test_finishing_a_turn_that_is_gone_reinforces_nothing(store: MemoryStore) -> None:
    known = memory()
    await store.add([known], [None])
    turn = await begun(store)
    await store.erase(IN_PRIVATE, [turn.id])
    assert not await finish(store, turn, known.id)
    assert not await finish(store, memory(), known.id)
    assert await one(store, known) == known


@pytest.mark.parametrize("scope", [BEN_IN_PRIVATE, IN_CAFE, Scope(BEN.id, ANNAS_DM.id)])
async def test_a_turn_is_never_finished_outside_its_scope(store: MemoryStore, scope: Scope) -> None:
    known = memory(place=CAFE)
    await store.add([known], [None])
    turn = await begun(store)
    assert not await finish(store, turn, known.id, scope=scope)
    assert (await one(store, turn), await one(store, known)) == (turn, known)
    assert await finish(store, turn, known.id)


@pytest.mark.parametrize("curve", [PAPER, COMPANION, STEEP], ids=["paper", "companion", "steep"])
async def test_reinforcing_adds_a_step_and_starts_the_curve_anew(
    harness: Harness, curve: Curve
) -> None:
    store = harness.store
    first, second = memory("I love tea.", curve=curve), memory("ok", place=CAFE, curve=curve)
    untouched = memory("Nothing new.", curve=curve)
    await store.add([first, second, untouched], [vector(2), None, None])
    turn = await begun(store)
    now = NOON + DAY / 7
    now = now.replace(microsecond=123_000)
    assert await finish(store, turn, first.id, second.id, now=now, curve=curve)
    async for opened in harness.twice(curve=curve):
        assert_reinforced(first, await one(opened, first), now=now, curve=curve)
        assert_reinforced(second, await one(opened, second), now=now, curve=curve)
        assert await one(opened, untouched) == untouched


async def test_every_finished_turn_reinforces_again(store: MemoryStore) -> None:
    known = memory(strength=0.1)
    await store.add([known], [None])
    for n in range(1, 8):
        turn = await begun(store)
        assert await finish(store, turn, known.id, now=LATER + n * MINUTE, curve=PAPER)
    after = await one(store, known)
    assert after.strength == pytest.approx(7.1, abs=1e-9)
    assert after.recalls == 7
    assert after.last_recalled == LATER + 7 * MINUTE
    assert_on_curve(after, PAPER)


async def test_a_memory_that_was_recalled_meanwhile_gains_nothing(store: MemoryStore) -> None:
    """A gain is for the last recall that it was computed from, to the millisecond."""
    known, other = memory(), memory()
    await store.add([known, other], [None, None])
    first, second = await begun(store), await begun(store)
    for turn in (first, second):
        assert await store.finish(
            IN_PRIVATE,
            turn.id,
            reply="I see.",
            vector=None,
            recalled=[known.id, other.id],
            reinforced={
                known.id: Gain(7.5, NOON),
                other.id: Gain(7.5, NOON + MILLISECOND),
            },
            now=LATER,
            curve=COMPANION,
        )
    after = await one(store, known)
    assert after.strength == pytest.approx(known.strength + 7.5)
    assert (after.recalls, after.last_recalled) == (1, LATER)
    assert await one(store, other) == other


async def test_a_memory_that_is_named_twice_counts_once(store: MemoryStore) -> None:
    known = memory()
    await store.add([known], [None])
    turn = await begun(store)
    await finish(store, turn, known.id, known.id)
    assert_reinforced(known, await one(store, known), now=LATER, curve=COMPANION)


async def test_ids_that_are_gone_archived_foreign_or_the_turn_itself_are_passed_over(
    store: MemoryStore,
) -> None:
    good = memory(place=CAFE)
    erased = memory(place=CAFE)
    archived = memory(place=CAFE)
    private = memory(place=ANNAS_DM)
    elsewhere = memory(place=GARDEN)
    bens = memory(place=CAFE, person=BEN)
    kept = [good, archived, private, elsewhere, bens]
    await store.add([*kept, erased], [None] * 6)
    await store.erase(IN_PRIVATE, [erased.id])
    await store.archive(IN_PRIVATE, [archived.id], now=NOON)
    turn = await begun(store, place=CAFE)
    before = [await one(store, known) for known in kept]
    ids = [turn.id, erased.id, MemoryId("never there"), *(known.id for known in kept)]
    assert await finish(store, turn, *ids)
    after = [await one(store, known) for known in kept]
    assert_reinforced(before[0], after[0], now=LATER, curve=COMPANION)
    assert after[1:] == before[1:]
    assert await one(store, turn) == replace(turn, reply="I see.", sources=tuple(ids))
    assert await store.get(IN_PRIVATE, [erased.id]) == ()


async def test_in_private_a_reply_may_reinforce_what_was_said_in_shared_places(
    store: MemoryStore,
) -> None:
    said_in_cafe = memory(place=CAFE)
    await store.add([said_in_cafe], [None])
    turn = await begun(store)
    await finish(store, turn, said_in_cafe.id)
    assert_reinforced(said_in_cafe, await one(store, said_in_cafe), now=LATER, curve=COMPANION)


async def test_reinforcing_brings_a_faded_memory_back_into_recall(store: MemoryStore) -> None:
    faded = memory("Lemon tea.", strength=0.5)
    await store.add([faded], [vector(5)])
    assert faded.fades_at < LATER
    turn = await begun(store)
    assert (await store.count_due(now=LATER, curve=COMPANION)) == Due(archived=1, erased=0)
    await finish(store, turn, faded.id)
    found = await store.search(IN_PRIVATE, text="lemon", vector=vector(5), now=LATER, limit=1)
    assert [kept.id for kept, _ in found.dense] == [faded.id]
    assert [kept.id for kept, _ in found.lexical] == [faded.id]
    assert (await store.count_due(now=LATER, curve=COMPANION)) == Due(archived=0, erased=0)


async def test_a_pinned_memory_grows_stronger_and_still_never_fades(store: MemoryStore) -> None:
    pinned = memory(pinned=True)
    await store.add([pinned], [None])
    turn = await begun(store)
    await finish(store, turn, pinned.id)
    after = await one(store, pinned)
    assert_reinforced(pinned, after, now=LATER, curve=COMPANION)
    assert after.fades_at == after.forgotten_at == FOREVER


async def test_an_answer_that_failed_leaves_the_turn_open(store: MemoryStore) -> None:
    """Should the message come again, it can still be answered."""
    turn = await begun(store)
    assert await store.set_vector(IN_PRIVATE, turn.id, vector(1))
    assert await one(store, turn) == turn
    assert (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=1)).recent == (turn,)
    found = await store.search(IN_PRIVATE, text="now", vector=vector(1), now=LATER, limit=1)
    assert [kept.id for kept, _ in found.dense] == [turn.id]
    assert [kept.id for kept, _ in found.lexical] == [turn.id]
    assert await finish(store, turn)
    assert (await one(store, turn)).reply == "I see."


async def test_a_turn_finished_without_a_vector_is_found_by_its_words(store: MemoryStore) -> None:
    turn = await begun(store)
    assert await store.finish(
        IN_PRIVATE,
        turn.id,
        reply="Rhubarb.",
        vector=None,
        recalled=[],
        now=LATER,
        curve=COMPANION,
    )
    found = await store.search(IN_PRIVATE, text="rhubarb", vector=vector(1), now=LATER, limit=5)
    assert [kept.id for kept, _ in found.lexical] == [turn.id]
    assert found.dense == ()
    [(scope, unembedded)] = await store.unembedded(limit=5)
    assert unembedded == turn.id
    assert scope.sees(person_id=turn.person, place_id=turn.place, private=turn.private)


async def test_recent_turns_come_oldest_first_and_no_more_than_asked_for(harness: Harness) -> None:
    turns = conversation(6)
    for turn in turns:
        await harness.store.begin(IN_PRIVATE, turn)
    async for store in harness.twice():
        assert (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=4)).recent == tuple(
            turns[-4:]
        )
        assert (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=100)).recent == tuple(turns)


async def test_recent_turns_go_by_when_they_were_said(store: MemoryStore) -> None:
    turns = conversation(5)
    await store.add([turns[n] for n in (3, 0, 4, 2, 1)], [None] * 5)
    assert (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=3)).recent == tuple(turns[-3:])


async def test_recent_shows_unfinished_turns_and_leaves_out_archived_ones(
    store: MemoryStore,
) -> None:
    finished, archived, unfinished = conversation(3)
    for turn in (finished, archived, unfinished):
        await store.begin(IN_PRIVATE, turn)
    await finish(store, finished)
    await finish(store, archived)
    await store.archive(IN_PRIVATE, [archived.id], now=LATER)
    recent = (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=10)).recent
    assert recent == (replace(finished, reply="I see."), unfinished)
    await store.restore(IN_PRIVATE, [archived.id], now=LATER, curve=COMPANION)
    recent = (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=10)).recent
    assert [turn.id for turn in recent] == [finished.id, archived.id, unfinished.id]


async def test_recent_is_this_person_in_this_place(store: MemoryStore) -> None:
    here = memory("Here.", place=CAFE)
    others = [
        memory("In private."),
        memory("Elsewhere.", place=GARDEN),
        memory("Somebody else.", place=CAFE, person=BEN),
        memory("A day in the café.", place=CAFE, kind=Kind.DAY),
        memory("A fact.", place=CAFE, kind=Kind.FACT),
    ]
    await store.add([here, *others], [None] * 6)
    assert (await store.conversation(IN_CAFE, CAFE.id, limit=10)).recent == (here,)
    assert (await store.conversation(IN_PRIVATE, CAFE.id, limit=10)).recent == (here,)
    assert (await store.conversation(IN_CAFE, ANNAS_DM.id, limit=10)).recent == ()
    assert (await store.conversation(IN_CAFE, GARDEN.id, limit=10)).recent == ()
    assert (await store.conversation(BEN_IN_PRIVATE, ANNAS_DM.id, limit=10)).recent == ()


async def test_what_is_kept_as_it_is_comes_back_as_it_is(harness: Harness) -> None:
    odd = solved(
        replace(
            memory("  spaces,\ttabs\nand 𝔘𝔫𝔦𝔠𝔬𝔡𝔢  ", reply="", kind=Kind.FACT, place=CAFE),
            strength=1 / 3,
            importance=0.1 + 0.2,
            recalls=12345,
            last_recalled=NOON + 7 * MILLISECOND,
            archived_at=NOON + 8 * MILLISECOND,
            sources=("a,b", "c|d", ""),
            zone="America/Argentina/Buenos_Aires",
            language="zh",
        )
    )
    assert await harness.store.add([odd], [None]) == (odd.id,)
    async for store in harness.twice():
        assert await store.get(IN_CAFE, [odd.id]) == (odd,)


async def test_recent_turns_are_those_up_to_a_moment(store: MemoryStore) -> None:
    turns = [memory(said_at=NOON + n * DAY) for n in range(4)]
    for turn in turns:
        await store.begin(IN_PRIVATE, turn)
    recent = (
        await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=2, until=NOON + 2 * DAY)
    ).recent
    assert recent == (turns[1], turns[2])


async def test_a_turn_that_was_finished_meanwhile_keeps_its_vector(store: MemoryStore) -> None:
    turn = await begun(store)
    assert await finish(store, turn)
    [before] = await store.vectors(IN_PRIVATE, [turn.id])
    assert not await store.set_vector(IN_PRIVATE, turn.id, vector(9))
    [after] = await store.vectors(IN_PRIVATE, [turn.id])
    assert before is not None
    assert after is not None
    assert np.array_equal(before, after)


async def test_who_forgot_something_while_they_were_answered_gets_no_reply_kept(
    harness: Harness,
) -> None:
    store = harness.store
    given, gone = memory("given"), memory("gone")
    await store.add([given, gone], [vector(2), None])
    turn = await begun(store)
    revision = await store.revision(ANNA.id)
    await store.erase(IN_PRIVATE, [gone.id])

    async def kept(revision: int | None) -> bool:
        return await store.finish(
            IN_PRIVATE,
            turn.id,
            reply="I see.",
            vector=None,
            recalled=[given.id],
            now=LATER,
            curve=COMPANION,
            revision=revision,
        )

    assert not await kept(revision)
    assert await store.get(IN_PRIVATE, [turn.id, given.id]) == (turn, given)
    assert await kept(await store.revision(ANNA.id))
    [finished] = await store.get(IN_PRIVATE, [turn.id])
    assert finished.reply == "I see."


async def test_a_conversation_has_what_a_reply_needs_besides_recall(harness: Harness) -> None:
    store = harness.store
    before = await store.conversation(
        IN_PRIVATE, ANNAS_DM.id, limit=9, notes=[MemoryId("portrait")]
    )
    assert before == Conversation(revision=0, person=None, recent=(), notes=())
    turns = [memory(f"turn {n}", said_at=NOON + n * DAY) for n in range(5)]
    portrait = memory("a sailor", id="portrait", kind=Kind.PORTRAIT)
    history = memory("a life at sea", id="history", kind=Kind.HISTORY, archived_at=NOON)
    await store.save_person(ANNA)
    await store.add([*turns, portrait, history], [None] * 7)
    await store.archive(IN_PRIVATE, [turns[3].id], now=NOON)
    async for again in harness.twice():
        read = await again.conversation(
            IN_PRIVATE,
            ANNAS_DM.id,
            limit=2,
            until=turns[3].said_at,
            notes=[MemoryId("history"), MemoryId("none"), MemoryId("portrait")],
        )
        assert read == Conversation(
            revision=await again.revision(ANNA.id),
            person=ANNA,
            recent=(turns[1], turns[2]),
            notes=(history, portrait),
        )


async def test_a_conversation_in_a_shared_place_shows_nothing_of_others(store: MemoryStore) -> None:
    shared, private = memory(place=CAFE), memory(place=ANNAS_DM)
    await store.add([shared, private, memory(place=CAFE, person=BEN)], [None] * 3)
    read = await store.conversation(IN_CAFE, CAFE.id, limit=9, notes=[private.id, shared.id])
    assert (read.recent, read.notes) == ((shared,), (shared,))
    read = await store.conversation(IN_CAFE, ANNAS_DM.id, limit=9)
    assert read.recent == ()


async def test_a_turn_is_marked_as_replaced_and_nothing_else_of_it_changes(
    harness: Harness,
) -> None:
    known, other = memory(reply="Yes."), memory()
    await harness.store.add([known, other], [vector(1), None])
    await harness.store.mark_replaced(IN_PRIVATE, [known.id, MemoryId("gone")], by=other.id)
    async for store in harness.twice():
        assert await store.get(IN_PRIVATE, [known.id, other.id]) == (
            replace(known, ended_by=other.id),
            other,
        )
        assert await store.revision(ANNA.id) == 0
    await harness.store.mark_replaced(IN_PRIVATE, [known.id], by=MemoryId("another"))
    [again] = await harness.store.get(IN_PRIVATE, [known.id])
    assert again.ended_by == "another"


async def test_only_living_turns_of_the_scope_are_marked_as_replaced(store: MemoryStore) -> None:
    private = memory()
    archived = memory(archived_at=NOON, place=CAFE)
    fact = memory(kind=Kind.FACT, place=CAFE)
    await store.add([private, archived, fact], [None] * 3)
    ids = [private.id, archived.id, fact.id]
    await store.mark_replaced(IN_CAFE, ids, by=MemoryId("later"))
    assert await store.get(IN_PRIVATE, ids) == (private, archived, fact)


async def test_a_turn_that_is_marked_before_it_is_finished_keeps_both(store: MemoryStore) -> None:
    turn = memory()
    await store.begin(IN_PRIVATE, turn)
    await store.mark_replaced(IN_PRIVATE, [turn.id], by=MemoryId("later"))
    assert await store.finish(
        IN_PRIVATE, turn.id, reply="Yes.", vector=None, recalled=(), now=NOON, curve=COMPANION
    )
    [kept] = await store.get(IN_PRIVATE, [turn.id])
    assert (kept.reply, kept.ended_by) == ("Yes.", "later")
