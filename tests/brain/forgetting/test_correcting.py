"""What a person corrects has their words, and nothing that was made of it tells the old ones."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from brain.accounts.copying import copied_id
from brain.accounts.linking import join
from brain.consolidation.fact_schema import Facts, StatedFact
from brain.errors import BadInput, NotText
from brain.forgetting.correcting import (
    ArchivedMemory,
    Correction,
    MadeOfOthers,
    NewWordsTooLong,
    NoNewWords,
    SameWords,
)
from brain.ids import PersonId, PlaceId
from brain.memory.record import Kind, Memory
from brain.memory.reinforcement import whole_gain
from brain.memory.retention import COMPANION
from brain.messages import Person, Place, Scope
from tests.factories import ANNA, CAFE, DAY, IN_CAFE, IN_PRIVATE, MINUTE, NOON, memory
from tests.world import World

NOW = timedelta(0)
BERLIN = "My sister Marta lives in Berlin."
LISBON = "My sister Marta lives in Lisbon."


async def consolidate(world: World) -> None:
    await world.companion.consolidator.run(quiet=NOW)


async def correct(
    world: World, wrong: Memory, text: str, *, scope: Scope = IN_PRIVATE
) -> Correction:
    [there] = await world.store.get(scope, [wrong.id])
    done = await world.companion.correcting.carry_out(scope, there, text)
    assert done is not None
    return done


async def undo(world: World) -> set[str]:
    """Undoes the last change, and returns the ids of what is as it was."""
    page = await world.store.page(IN_PRIVATE, limit=50, archived=True)
    last = max((found.archived_at or NOON for found in page.memories), default=NOON)
    changed = [found for found in page.memories if found.archived_at == last]
    restored = await world.companion.forgetting.restore(IN_PRIVATE, changed, curve=COMPANION)
    return set(restored)


async def note(world: World, kind: Kind, *, holding: str = "") -> Memory:
    return next(
        found
        for found in await world.every_note(IN_PRIVATE)
        if found.kind is kind and holding in found.text
    )


async def texts(world: World, *kinds: Kind) -> list[str]:
    return [found.text for found in await world.every_note(IN_PRIVATE) if found.kind in kinds]


def states(world: World, *statements: str, replaces: tuple[int, ...] = ()) -> None:
    """The model states those of line 1, whatever it is given."""
    facts = [
        StatedFact(
            statement=text,
            subject="Marta",
            relation="lives in",
            value=text,
            lines=[1],
            replaces=list(replaces),
            same_as=None,
            importance=8,
        )
        for text in statements
    ]
    world.model.facts = Facts(facts=facts, ratings=[])


async def test_a_turn_has_the_new_words_and_all_that_was_made_of_it_is_made_anew(
    either_world: World,
) -> None:
    world = either_world
    turn = await world.say(BERLIN)
    await consolidate(world)
    assert any("Berlin" in text for text in await texts(world, *Kind))

    done = await correct(world, turn, LISBON)

    assert {found.kind for found in done.notes} == set(Kind) - {Kind.TURN}
    assert await world.every_note(IN_PRIVATE) == ()
    [kept] = await world.store.get(IN_PRIVATE, [turn.id])
    assert (kept.text, kept.id, kept.said_at) == (LISBON, turn.id, turn.said_at)
    assert (await world.store.vectors(IN_PRIVATE, [turn.id]))[0] is not None
    found = await world.companion.recall(IN_PRIVATE, "Lisbon", limit=5)
    assert [one.memory.text for one in found] == [LISBON]
    await consolidate(world)
    made = await texts(world, *Kind)
    assert made
    assert not any("Berlin" in text for text in made)


async def test_a_correction_strengthens_as_a_memory_does_that_was_wholly_used(
    world: World,
) -> None:
    turn = await world.say(BERLIN)
    world.clock.advance(10 * DAY)
    gain = whole_gain(turn, now=world.clock.now(), curve=COMPANION)
    assert gain.days > 0
    done = await correct(world, turn, LISBON)
    assert done.after.strength == pytest.approx(turn.strength + gain.days)
    assert done.after.last_recalled == world.clock.now()
    assert done.after.recalls == turn.recalls + 1


async def test_a_turn_that_says_otherwise_now_replaces_what_it_replaces_when_it_is_said(
    either_world: World,
) -> None:
    world = either_world
    older = await world.say("I live in Kyoto, near the river.")
    world.clock.advance(DAY)
    newer = await world.say("I watched a film.")
    await correct(world, newer, "I moved to Osaka.")
    found = await world.companion.recall(IN_PRIVATE, "Where do I live?", limit=8)
    replaced = {one.memory.id: one.replaced_at for one in found}
    assert replaced == {older.id: newer.said_at, newer.id: None}
    # A link that is there already holds no longer.
    await correct(world, newer, "I saw two films.")
    found = await world.companion.recall(IN_PRIVATE, "Where do I live?", limit=8)
    assert all(one.replaced_at is None for one in found)


async def test_a_reply_that_repeats_the_old_words_goes_and_comes_back_with_them(
    either_world: World,
) -> None:
    world = either_world
    world.model.reactions = {BERLIN: "Berlin is a fine city for Marta."}
    turn = await world.say(BERLIN)
    world.model.reactions = {"Where is she?": "Marta lives in Berlin, your sister does."}
    later = await world.say("Where is she?")
    assert later.reply

    done = await correct(world, turn, LISBON)

    assert (done.before.reply is None, done.after.reply) == (False, None)
    assert [echo.id for echo in done.echoes] == [later.id]
    [after, without] = await world.store.get(IN_PRIVATE, [turn.id, later.id])
    assert (after.reply, without.reply) == (None, None)
    assert await undo(world) == {turn.id, later.id}
    [before, again] = await world.store.get(IN_PRIVATE, [turn.id, later.id])
    assert (before.text, before.reply, again.reply) == (BERLIN, turn.reply, later.reply)


async def test_a_fact_keeps_id_pin_and_the_person_s_words_whatever_is_summarised_later(
    either_world: World,
) -> None:
    world = either_world
    turn = await world.say(BERLIN)
    states(world, "Marta lives in Berlin.")
    await consolidate(world)
    fact = await note(world, Kind.FACT)
    await world.store.pin(IN_PRIVATE, fact.id, pinned=True, curve=COMPANION)

    done = await correct(world, fact, "Marta lives in Lisbon.")

    assert (done.after.id, done.after.pinned, done.after.is_corrected) == (fact.id, True, True)
    assert [found.text for found in await world.store.get(IN_PRIVATE, [turn.id])] == [BERLIN]
    assert (await world.store.vectors(IN_PRIVATE, [fact.id]))[0] is not None
    for statement in ("Marta lives in Berlin.", "marta LIVES in Berlin"):
        states(world, statement)
        world.clock.advance(MINUTE)
        await world.say("And the train was late.")
        await consolidate(world)
        assert await texts(world, Kind.FACT) == ["Marta lives in Lisbon."]


async def test_what_else_was_made_of_the_same_words_is_made_anew_with_the_correction(
    either_world: World,
) -> None:
    world = either_world
    await world.say(BERLIN)
    states(world, "Marta lives in Berlin.")
    await consolidate(world)
    await correct(world, await note(world, Kind.FACT), "Marta lives in Lisbon.")
    await consolidate(world)
    for kind in (Kind.DAY, Kind.INSIGHT, Kind.HISTORY, Kind.PORTRAIT):
        assert "Marta lives in Lisbon." in (await note(world, kind)).text


async def test_a_wrong_fact_does_not_come_back_as_what_replaces_the_correction(
    either_world: World,
) -> None:
    world = either_world
    await world.say(BERLIN)
    states(world, "Marta lives in Berlin.")
    await consolidate(world)
    await correct(world, await note(world, Kind.FACT), "Marta lives in Lisbon.")
    # In other words, so that neither its id nor its wording is known.
    states(world, "Berlin is where sister Marta lives.", replaces=(1,))
    await consolidate(world)
    assert await texts(world, Kind.FACT) == ["Marta lives in Lisbon."]


async def test_what_is_said_after_the_correction_is_believed(either_world: World) -> None:
    world = either_world
    await world.say(BERLIN)
    states(world, "Marta lives in Berlin.")
    await consolidate(world)
    fact = await note(world, Kind.FACT)
    await correct(world, fact, "Marta lives in Lisbon.")
    world.clock.advance(100 * DAY)
    await world.say("My sister Marta has moved: she lives in Berlin.")
    states(world, "Marta lives in Berlin.", replaces=(1,))
    await consolidate(world)
    [corrected] = await world.store.get(IN_PRIVATE, [fact.id])
    new = await note(world, Kind.FACT, holding="Berlin")
    assert (corrected.text, corrected.ended_by) == ("Marta lives in Lisbon.", new.id)
    assert new.id != fact.id


async def test_a_corrected_fact_is_what_it_was_after_an_undo(either_world: World) -> None:
    world = either_world
    await world.say(BERLIN)
    states(world, "Marta lives in Berlin.")
    await consolidate(world)
    fact = await note(world, Kind.FACT)
    await world.store.pin(IN_PRIVATE, fact.id, pinned=True, curve=COMPANION)
    world.clock.advance(DAY)
    await correct(world, fact, "Marta lives in Lisbon.")
    assert await undo(world) == {fact.id}
    [again] = await world.store.get(IN_PRIVATE, [fact.id])
    assert (again.text, again.said_at, again.pinned) == (fact.text, fact.said_at, True)
    assert (again.sources, again.is_corrected) == (fact.sources, False)
    assert await undo(world) == set()


async def test_the_earlier_version_of_a_fact_goes_with_the_grace_or_with_the_fact(
    either_world: World,
) -> None:
    world = either_world
    for ends in ("by time", "with the fact", "with the turn"):
        turn = await world.say(BERLIN)
        states(world, "Marta lives in Berlin.")
        await consolidate(world)
        fact = await note(world, Kind.FACT)
        await correct(world, fact, "Marta lives in Lisbon.")
        assert len(await archived_facts(world)) == 1
        if ends == "by time":
            world.clock.advance(31 * DAY)
            await world.companion.upkeep()
        forgetting = world.companion.forgetting
        meant = turn if ends == "with the turn" else fact
        if ends != "by time":
            plan = await forgetting.plan(IN_PRIVATE, await world.store.get(IN_PRIVATE, [meant.id]))
            await forgetting.carry_out(plan, at_once=False)
        assert await archived_facts(world) == []
        await world.store.erase_person(IN_PRIVATE.person)


async def archived_facts(world: World) -> list[str]:
    page = await world.store.page(IN_PRIVATE, limit=9, kinds={Kind.FACT}, archived=True)
    return [found.text for found in page.memories]


async def test_a_corrected_fact_comes_along_when_accounts_are_joined(either_world: World) -> None:
    world = either_world
    account = Person(PersonId("telegram:7"), "Anna T")
    place = Place(PlaceId("telegram:7"), private=True)
    scope = Scope.of(account, place)
    turn = await world.say(BERLIN, person=account, place=place)
    states(world, "Marta lives in Berlin.")
    await consolidate(world)
    [fact] = [found for found in await world.every_note(scope) if found.kind is Kind.FACT]
    await correct(world, fact, "Marta lives in Lisbon.", scope=scope)

    await join(world.store, ANNA.id, account.id)
    await consolidate(world)

    assert await texts(world, Kind.FACT) == ["Marta lives in Lisbon."]
    assert (await note(world, Kind.FACT)).sources[0] == copied_id(turn.id, ANNA.id)
    await undo(world)
    assert await texts(world, Kind.FACT) == ["Marta lives in Berlin."]


async def test_the_summary_of_a_day_stays_as_the_person_wrote_it(either_world: World) -> None:
    world = either_world
    await world.say(BERLIN)
    await consolidate(world)
    day = await note(world, Kind.DAY)

    done = await correct(world, day, "We spoke of Marta, who lives in Lisbon.")

    assert {found.kind for found in done.notes} == {Kind.HISTORY}
    assert (done.after.period, done.after.said_at) == (day.period, day.said_at)
    await world.say("And the train was late again this morning.")
    await consolidate(world)
    assert await texts(world, Kind.DAY) == ["We spoke of Marta, who lives in Lisbon."]
    assert "Lisbon" in (await note(world, Kind.HISTORY)).text
    assert "Berlin" not in (await note(world, Kind.HISTORY)).text
    await undo(world)
    assert (await texts(world, Kind.DAY)) == [day.text]


async def test_a_summary_whose_turns_time_has_erased_marks_its_day(either_world: World) -> None:
    world = either_world
    day = memory("A day in Berlin.", kind=Kind.DAY, sources=["gone"], period="2026-03-01")
    await world.store.add([day], [None])
    await correct(world, day, "A day in Lisbon.")
    assert [stale.day for stale in await world.store.stale_days(limit=5)] == [day.day]


async def test_a_shared_place_corrects_what_was_said_there_and_nothing_else(
    either_world: World,
) -> None:
    world = either_world
    private = await world.say(BERLIN)
    shared = await world.say(BERLIN, place=CAFE)
    assert await world.companion.correcting.carry_out(IN_CAFE, shared, LISBON) is not None
    assert await world.store.get(IN_CAFE, [private.id]) == ()
    assert [found.text for found in await world.store.get(IN_PRIVATE, [private.id])] == [BERLIN]


@pytest.mark.parametrize(
    ("kind", "archived", "text", "error"),
    [
        (Kind.TURN, False, " \n ", NoNewWords),
        (Kind.TURN, False, "x" * 40_001, NewWordsTooLong),
        (Kind.TURN, False, "a\0b", NotText),
        (Kind.FACT, False, f" {BERLIN} ", SameWords),
        (Kind.FACT, True, LISBON, ArchivedMemory),
        (Kind.PORTRAIT, False, LISBON, MadeOfOthers),
    ],
)
async def test_what_cannot_be_corrected_changes_nothing(
    world: World, kind: Kind, *, archived: bool, text: str, error: type[BadInput]
) -> None:
    there = memory(BERLIN, kind=kind)
    await world.store.add([there], [None])
    if archived:
        await world.store.archive(IN_PRIVATE, [there.id], now=world.clock.now())
        [there] = await world.store.get(IN_PRIVATE, [there.id])
    for work in (world.companion.correcting.plan, world.companion.correcting.carry_out):
        with pytest.raises(error):
            await work(IN_PRIVATE, there, text)
    assert [found.text for found in await world.store.get(IN_PRIVATE, [there.id])] == [BERLIN]


async def test_who_was_erased_meanwhile_stays_so(either_world: World) -> None:
    world = either_world
    for kind in (Kind.TURN, Kind.FACT):
        there = replace(memory(BERLIN, kind=kind), reply=None)
        await world.store.add([there], [None])
        await world.companion.erase_person(IN_PRIVATE.person)
        assert await world.companion.correcting.carry_out(IN_PRIVATE, there, LISBON) is None
        assert (await world.store.page(IN_PRIVATE, limit=9)).memories == ()
