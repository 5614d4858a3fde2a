"""Months, years and the life: always led up to, and never asked for without need."""

from datetime import timedelta

import pytest

from brain.consolidation.days import EVENT_LINES
from brain.errors import StoreUnavailable
from brain.ids import MemoryId
from brain.memory.periods import LIFE
from brain.memory.record import Kind
from brain.messages import Scope
from tests.factories import CAFE, DAY, IN_CAFE, IN_PRIVATE, NOON, memory
from tests.world import World

NOW = timedelta(0)
CAT = "My cat is called Mango and fears thunder."
JOB = "I started a new job at the harbour."
HIDDEN = "My hidden word is xylophone."
LONG = (Kind.HISTORY, Kind.PORTRAIT)


async def run(world: World) -> int:
    return (await world.companion.consolidator.run(quiet=NOW)).days


async def forget(world: World, id: str, *, scope: Scope = IN_PRIVATE) -> None:  # noqa: A002
    plan = await world.companion.forgetting.plan(
        scope, await world.store.get(scope, [MemoryId(id)])
    )
    await world.companion.forgetting.carry_out(plan, at_once=True)


async def test_year_and_life_are_made_again_without_a_month_that_was_all_forgotten(
    world: World,
) -> None:
    await world.say(CAT)
    await run(world)
    world.clock.advance(timedelta(days=40))
    secret = await world.say(HIDDEN)
    await run(world)
    await forget(world, secret.id)
    assert await run(world) == 1
    notes = await world.notes(IN_PRIVATE, *LONG)
    assert {period for _, period in notes} == {"2026-03", "2026", LIFE}
    assert all("Mango" in note.text and "xylo" not in note.text for note in notes.values())


async def test_what_was_forgotten_in_a_shared_place_leaves_the_private_life_whole(
    world: World,
) -> None:
    await world.say(CAT)
    secret = await world.say(HIDDEN, place=CAFE)
    await run(world)
    await forget(world, secret.id, scope=IN_CAFE)
    await run(world)
    assert "Mango" in (await world.notes(IN_PRIVATE, *LONG))[Kind.HISTORY, LIFE].text
    assert await world.notes(IN_CAFE, *LONG) == {}


async def test_a_death_between_month_and_year_leaves_none_of_them_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.say(CAT)
    await run(world)
    world.clock.advance(DAY)
    await world.say(JOB)
    rewrite = world.store.rewrite

    async def dying(scope: Scope, **values: object) -> bool:
        added = values.get("add", ())
        assert isinstance(added, list)
        if any(note.kind is Kind.HISTORY and note.period == "2026" for note in added):
            raise StoreUnavailable(reason="gone")
        return await rewrite(scope, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(world.store, "rewrite", dying)
    with pytest.raises(StoreUnavailable):
        await run(world)
    monkeypatch.undo()
    assert await run(world) == 1
    notes = await world.notes(IN_PRIVATE, *LONG)
    assert all("harbour" in note.text for note in notes.values())


async def test_a_month_of_which_nothing_changed_is_not_asked_for_again(world: World) -> None:
    for _ in range(2):
        await world.say(CAT)
        world.clock.advance(DAY)
        await world.say(JOB)
        await run(world)
        world.clock.advance(timedelta(days=40))
    asked = len(world.model.asked)
    await world.say("Hi!")
    await run(world)
    assert len(world.model.asked) == asked + 1, "the greeting itself"
    await world.say("Later I planted three apple trees behind the house.")
    await run(world)
    months = [each[0].content for each in world.model.asked[asked:]]
    assert not any("(2026-03)" in text or "(2026-04)" in text for text in months)
    assert any("(2026)" in text for text in months)


async def test_what_a_month_says_of_days_outlives_them(world: World) -> None:
    for number in range(5):
        await world.say(f"{CAT} Walk number {number} to the harbour.")
        world.clock.advance(DAY)
    await run(world)
    for _ in range(2):
        world.clock.advance(timedelta(days=3_000))
        await world.companion.upkeep()
    assert await world.notes(IN_PRIVATE, Kind.DAY, Kind.TURN) == {}
    for late in (6, 7):
        await world.store.add([memory(JOB, said_at=NOON + late * DAY)], [None])
        assert await run(world) == 1
        life = (await world.notes(IN_PRIVATE, *LONG))[Kind.HISTORY, LIFE].text
        assert "harbour" in life
        assert all(f"Walk number {number}" in life for number in range(5))


async def test_a_month_goes_on_telling_of_days_that_have_faded(world: World) -> None:
    await world.say(CAT)
    await run(world)
    [day] = (await world.notes(IN_PRIVATE, Kind.DAY)).values()
    world.clock.advance(day.forgotten_at - world.clock.now() + DAY)
    await world.companion.upkeep()
    assert await world.notes(IN_PRIVATE, Kind.DAY) == {}
    await world.store.add([memory(JOB, said_at=NOON + 6 * DAY)], [None])
    await run(world)
    month = (await world.notes(IN_PRIVATE, *LONG))[Kind.HISTORY, "2026-03"]
    assert "Mango" in month.text
    assert "harbour" in month.text


async def test_a_day_goes_on_telling_of_turns_that_are_gone_however_often_it_is_redone(
    world: World,
) -> None:
    gone = await world.say(CAT)
    await world.say(JOB)
    await run(world)
    assert await world.store.erase(IN_PRIVATE, [gone.id])
    for text in ("I bought a red bicycle yesterday.", "My sister came to see it."):
        world.clock.advance(timedelta(minutes=1))
        await world.say(text)
        assert await run(world) == 1
        [day] = (await world.notes(IN_PRIVATE, Kind.DAY)).values()
        assert "Mango" in day.text
        assert gone.id in day.sources
        assert len(day.text.splitlines()) <= EVENT_LINES
    facts = await world.notes(IN_PRIVATE, Kind.FACT)
    assert any("Mango" in text for _, text in facts), "a fact outlives its turn as well"


async def test_a_greeting_takes_no_summary_away(world: World) -> None:
    gone = await world.say(CAT)
    await run(world)
    await world.store.erase(IN_PRIVATE, [gone.id])
    await world.say("Hi!")
    assert await run(world) == 1
    notes = await world.notes(IN_PRIVATE)
    assert {kind for kind, _ in notes} >= {Kind.DAY, Kind.INSIGHT, *LONG}
    assert all("Mango" in note.text for (kind, _), note in notes.items() if kind != Kind.FACT)
