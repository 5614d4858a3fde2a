"""Days are those of the clock on the wall where something was said."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from brain.memory.record import Kind
from brain.messages import Person
from tests.factories import ANNA, IN_PRIVATE
from tests.world import World

NOW = timedelta(0)
CAT = "My cat is called Mango and fears thunder."
JOB = "I started a new job at the harbour."
TREES = "I planted three apple trees behind the house."


async def says(world: World, text: str, moment: datetime, zone: str) -> None:
    world.clock.advance(moment - world.clock.now())
    await world.say(text, person=Person(ANNA.id, ANNA.name, ZoneInfo(zone)))


def diaries(world: World) -> list[str]:
    asked = (each[0].content for each in world.model.asked)
    return [text for text in asked if "record of its conversations" in text]


async def test_the_day_on_which_the_clocks_go_forward_is_one_day_of_23_hours(
    world: World,
) -> None:
    # In Berlin 29 March 2026 lasts from 23:00 UTC to 22:00 UTC.
    await says(world, CAT, datetime(2026, 3, 28, 22, 59, tzinfo=UTC), "Europe/Berlin")
    await says(world, JOB, datetime(2026, 3, 28, 23, 1, tzinfo=UTC), "Europe/Berlin")
    await says(world, JOB, datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "Europe/Berlin")
    await says(world, TREES, datetime(2026, 3, 29, 22, 1, tzinfo=UTC), "Europe/Berlin")
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 3
    notes = await world.notes(IN_PRIVATE, Kind.DAY)
    texts = {period: note.text for (_, period), note in notes.items()}
    assert sorted(texts) == ["2026-03-28", "2026-03-29", "2026-03-30"]
    assert "Mango" in texts["2026-03-28"]
    assert len(texts["2026-03-29"].splitlines()) == texts["2026-03-29"].count("harbour") == 2
    assert "apple" in texts["2026-03-30"]


async def test_who_moves_to_another_zone_keeps_their_days_as_they_were(world: World) -> None:
    moment = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    await says(world, CAT, moment, "Asia/Tokyo")  # 08:00 on the second
    await says(world, JOB, moment + timedelta(hours=1), "America/New_York")  # 19:00 on the first
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 2
    notes = await world.notes(IN_PRIVATE, Kind.DAY, Kind.INSIGHT)
    assert "harbour" in notes[Kind.DAY, "2026-03-01"].text
    assert "Mango" in notes[Kind.DAY, "2026-03-02"].text
    assert {(note.zone, note.period) for note in notes.values()} == {
        ("America/New_York", "2026-03-01"),
        ("Asia/Tokyo", "2026-03-02"),
    }


async def test_the_model_is_told_the_day_that_it_was_and_not_that_of_todays_zone(
    world: World,
) -> None:
    await says(world, CAT, datetime(2026, 3, 1, 23, 0, tzinfo=UTC), "Asia/Tokyo")
    await world.store.save_person(Person(ANNA.id, ANNA.name, ZoneInfo("America/New_York")))
    await world.companion.consolidator.run(quiet=NOW)
    [told] = diaries(world)
    assert "2 Mar 2026" in told
