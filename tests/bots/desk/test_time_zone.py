"""/zone: whose days are meant."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bots.settings.loading import zone_of
from brain.messages import Person
from tests.bots.desk.bench import Bench, caller
from tests.factories import ANNA, ANNAS_DM

ANYWHERE = Person(ANNA.id, ANNA.name)
"""As a platform names her: no zone."""


async def test_a_zone_that_was_chosen_dates_what_is_said(bench: Bench) -> None:
    who = caller(ANYWHERE, ANNAS_DM)
    screen = await bench.desk.command(who, "zone", {"name": "asia/tokyo"})
    assert "Asia/Tokyo" in screen.text
    assert "21:00" in screen.text
    bench.clock.advance(timedelta(hours=4))  # 16:00 UTC
    await bench.say("It is late here.", person=ANYWHERE)
    known = await bench.store.person(ANNA.id)
    assert known is not None
    assert known.zone == ZoneInfo("Asia/Tokyo")
    [turn] = (await bench.store.page(who.scope, limit=9)).memories
    assert turn.day.isoformat() == "2026-03-02"


async def test_without_a_choice_it_is_that_of_the_installation(bench: Bench) -> None:
    who = caller(ANYWHERE, ANNAS_DM)
    screen = await bench.desk.command(who, "zone", {})
    assert zone_of(bench.settings).key in screen.text


async def test_utc_can_be_chosen_too(bench: Bench) -> None:
    who = caller(ANYWHERE, ANNAS_DM)
    await bench.desk.command(who, "zone", {"name": "UTC"})
    known = await bench.store.person(ANNA.id)
    assert known is not None
    assert known.zone == ZoneInfo("Etc/UTC")


async def test_a_zone_that_is_none_names_the_nearest(bench: Bench) -> None:
    who = caller(ANYWHERE, ANNAS_DM)
    screen = await bench.desk.command(who, "zone", {"name": "Europe/Berlim"})
    assert "Europe/Berlin" in screen.text
    assert await bench.store.person(ANNA.id) is None


@pytest.mark.parametrize(
    ("name", "zone", "shown"),
    [
        ("GMT+8", "Etc/GMT-8", "UTC+8"),
        ("utc-3", "Etc/GMT+3", "UTC-3"),
        ("+08:00", "Etc/GMT-8", "UTC+8"),
        ("GMT+5:30", "Asia/Kolkata", "Asia/Kolkata"),
        ("utc+0", "Etc/UTC", "Etc/UTC"),
        ("Etc/GMT+8", "Etc/GMT+8", "UTC-8"),
        ("PST", "America/Los_Angeles", "America/Los_Angeles"),
        ("IST", "Asia/Kolkata", "Asia/Kolkata"),
        ("msk", "Europe/Moscow", "Europe/Moscow"),
        ("上海", "Asia/Shanghai", "Asia/Shanghai"),
        ("Oberammergau", "Europe/Berlin", "Europe/Berlin"),
        ("慕尼黑", "Europe/Berlin", "Europe/Berlin"),
        ("cambridge, us", "America/New_York", "America/New_York"),
    ],
)
async def test_a_zone_has_many_names(bench: Bench, name: str, zone: str, shown: str) -> None:
    who = replace(caller(ANYWHERE, ANNAS_DM), language="zh")
    screen = await bench.desk.command(who, "zone", {"name": name})
    assert f"**{shown}**" in screen.text
    known = await bench.store.person(ANNA.id)
    assert known is not None
    assert known.zone == ZoneInfo(zone)
    told = await bench.desk.command(who, "zone", {})
    assert f"**{shown}**" in told.text


@pytest.mark.parametrize("name", ["UTC+15", "GMT-13", "+1:17", "Nowhereburg", "9" * 60, "{" * 60])
async def test_what_is_no_zone_changes_nothing(bench: Bench, name: str) -> None:
    await bench.desk.command(caller(ANYWHERE, ANNAS_DM), "zone", {"name": name})
    assert await bench.store.person(ANNA.id) is None


async def test_the_sign_of_an_offset_is_completed_as_people_write_it(bench: Bench) -> None:
    who = caller(ANYWHERE, ANNAS_DM)
    found = await bench.desk.suggest(who, "zone", "name", "GMT+8")
    assert [(each.label, each.value) for each in found] == [("UTC+8", "Etc/GMT-8")]


async def test_zones_are_completed(bench: Bench) -> None:
    who = caller(ANYWHERE, ANNAS_DM)
    found = await bench.desk.suggest(who, "zone", "name", "new yo")
    assert [each.value for each in found] == ["America/New_York"]
    assert len(await bench.desk.suggest(who, "zone", "name", "a")) == 25
