"""What the model refuses or answers unusably: who has to wait for it, and for how long."""

from datetime import timedelta

import pytest

from brain.consolidation.consolidator import AGAIN_AFTER, QUIET
from brain.consolidation.failed_days import MOST_ATTEMPTS
from brain.consolidation.run_progress import Report
from brain.consolidation.summariser import FORMS_SKIPPED
from brain.errors import AnswerUnusable, GeneratorRefused, PromptTooLong
from brain.ids import PersonId, PlaceId
from brain.memory.periods import LIFE
from brain.memory.record import Kind
from brain.messages import Person, Place, Scope
from tests.factories import ANNA, BEN, BENS_DM, DAY, IN_PRIVATE
from tests.world import World

CAT = "My cat is called Mango and fears thunder."
JOB = "I started a new job at the harbour."
POISON = "They talked of poison and more words of it."
EVENTS, INSIGHT, MONTH = "record of its conversations", "was said to their", "(2026-03)"
REFUSED = GeneratorRefused(model="tiny", reason="The server rejected the request (400).")


async def run(world: World, *, quiet: timedelta = QUIET) -> Report:
    return await world.companion.consolidator.run(quiet=quiet)


async def facts(world: World) -> set[str]:
    return {text for _, text in await world.notes(IN_PRIVATE, Kind.FACT)}


@pytest.mark.parametrize("error", [REFUSED, PromptTooLong()])
async def test_a_day_that_is_refused_keeps_nobody_else_waiting(
    world: World, error: Exception
) -> None:
    await world.say(POISON)
    await world.say(JOB, person=BEN, place=BENS_DM)
    world.clock.advance(DAY)
    await world.say(CAT)
    world.clock.advance(DAY)
    world.model.reactions["poison"] = error
    report = await run(world)
    assert (report.days, report.failed, report.error) == (2, 1, None)
    assert await world.notes(Scope.everything_of(BEN.id))
    asked = world.model.summaries
    report = await run(world)
    assert (report.failed, world.model.summaries) == (1, asked), "it rests"
    world.model.reactions.clear()
    world.clock.advance(AGAIN_AFTER)
    assert (await run(world)).days == 1


async def test_a_refusal_of_everything_ends_the_run_and_is_told(world: World) -> None:
    for number in range(8):
        person = Person(PersonId(f"discord:9{number}"), "Eve")
        await world.say(
            CAT, person=person, place=Place(PlaceId(f"discord:dm-9{number}"), private=True)
        )
    world.clock.advance(DAY)
    world.model.summary = REFUSED
    world.model.reactions["facts that a companion"] = REFUSED
    report = await run(world)
    assert report.error is REFUSED
    assert world.model.summaries <= 6, "two people's, three requests each"
    assert len(await world.store.stale_days(limit=20)) == 8


async def test_who_is_alone_and_refused_is_told_so(world: World) -> None:
    await world.say(CAT)
    world.model.summary = REFUSED
    world.model.reactions["facts that a companion"] = REFUSED
    for _ in range(2 * MOST_ATTEMPTS):
        report = await run(world, quiet=timedelta(0))
        assert (report.failed, report.error) == (1, REFUSED)
    assert len(await world.store.stale_days(limit=9)) == 1, "a wrong key gives no day up"


async def test_facts_stay_when_a_form_cannot_be_filled_in(world: World) -> None:
    await world.say(CAT)
    await run(world, quiet=timedelta(0))
    known = await facts(world)
    assert known
    world.clock.advance(timedelta(minutes=1))
    await world.say(JOB)
    world.model.reactions["facts that a companion"] = AnswerUnusable(model="tiny")
    report = await run(world, quiet=timedelta(0))
    assert (report.days, report.failed) == (0, 1)
    assert await facts(world) == known
    world.model.reactions.clear()
    assert (await run(world, quiet=timedelta(0))).days == 1
    assert len(await facts(world)) == len(known) + 1, "that was bad luck, and passed"

    world.model.can_fill = False
    world.clock.advance(timedelta(minutes=1))
    await world.say("I bought a red bicycle yesterday.")
    assert (await run(world, quiet=timedelta(0))).days == 1
    assert len(await facts(world)) == len(known) + 1, "a server without forms takes none away"
    asked = world.model.forms
    world.clock.advance(timedelta(minutes=1))
    await world.say("It has a bell.")
    assert (await run(world, quiet=timedelta(0))).days == 1
    assert world.model.forms == asked, "it is asked for no more of them"

    world.model.can_fill = True
    for number in range(FORMS_SKIPPED):
        world.clock.advance(timedelta(minutes=1))
        await world.say(f"My bicycle has {number} spokes now.")
        assert (await run(world, quiet=timedelta(0))).days == 1
    assert world.model.forms > asked, "for a while, and not for ever"
    assert "bicycle" in " ".join(await facts(world))


@pytest.mark.parametrize(
    ("instructions", "missing"),
    [("diary of a companion", Kind.DAY), ("You know people well", Kind.INSIGHT)],
)
async def test_of_a_day_that_is_half_a_mess_the_other_half_is_kept(
    world: World, instructions: str, missing: Kind
) -> None:
    await world.say(CAT)
    world.clock.advance(DAY)
    world.model.reactions[instructions] = "I'm sorry, no."
    for attempt in range(MOST_ATTEMPTS):
        report = await run(world)
        kinds = {kind for kind, _ in await world.notes(IN_PRIVATE)}
        above = {Kind.DAY: Kind.HISTORY, Kind.INSIGHT: Kind.PORTRAIT}[missing]
        assert kinds == set(Kind) - {Kind.TURN, missing, above}
        assert (report.days, report.failed) == ((0, 1), (1, 0))[attempt == MOST_ATTEMPTS - 1]
        world.clock.advance(AGAIN_AFTER)
    asked = len(world.model.asked)
    await run(world)
    assert len(world.model.asked) == asked, "given up, until the day changes"


async def test_what_is_sound_of_a_day_is_asked_for_once(world: World) -> None:
    await world.say(CAT)
    world.clock.advance(DAY)
    world.model.reactions["facts that a companion"] = AnswerUnusable(model="tiny")
    costs = []
    for _ in range(MOST_ATTEMPTS + 1):
        before = world.model.summaries
        await run(world)
        costs.append(world.model.summaries - before)
        world.clock.advance(AGAIN_AFTER)
    assert costs == [3, 1, 1, 0], "events, insight and facts; then the facts alone"
    assert await world.companion.notes(IN_PRIVATE)


async def test_an_insight_needs_no_word_of_the_person(world: World) -> None:
    await world.say("I feel okay today, just a bit so-so after everything.")
    told = "They are friendly and a little weary; answer them warmly and gently."
    world.model.reactions["You know people well"] = told
    assert (await run(world, quiet=timedelta(0))).days == 1
    assert (await world.companion.notes(IN_PRIVATE))[Kind.PORTRAIT] == told


async def test_an_unusable_month_does_no_day_twice_and_rests_with_its_days(world: World) -> None:
    for number in range(10):
        await world.say(f"{CAT} Day {number}.")
        world.clock.advance(DAY)
    world.model.reactions[MONTH] = "I'm sorry, no."
    costs = []
    for _ in range(4):
        before = world.model.summaries + world.model.forms
        report = await run(world)
        assert (report.days, report.failed) == (0, 10)
        costs.append(world.model.summaries + world.model.forms - before)
    assert costs == [30 + 4, 0, 0, 0]
    world.clock.advance(AGAIN_AFTER)
    before = world.model.summaries + world.model.forms
    world.model.reactions.clear()
    assert (await run(world)).days == 10
    assert world.model.summaries + world.model.forms - before == 2, "history and portrait"
    assert (Kind.HISTORY, LIFE) in await world.notes(IN_PRIVATE)


async def test_a_history_is_written_where_that_of_the_portrait_is_unusable(world: World) -> None:
    for _ in range(2):
        await world.say(CAT)
        world.clock.advance(DAY)
    world.model.reactions["Write a portrait"] = "I'm sorry, no."
    for _ in range(MOST_ATTEMPTS):
        assert (Kind.PORTRAIT, LIFE) not in await world.notes(IN_PRIVATE)
        report = await run(world)
        world.clock.advance(AGAIN_AFTER)
    assert report.days == 2
    assert set(await world.companion.notes(IN_PRIVATE)) == {Kind.HISTORY}
    assert ANNA.id not in {day.person for day in await world.store.stale_days(limit=9)}
