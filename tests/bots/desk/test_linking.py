"""/link: both sides say yes, within ten minutes, and may take it back."""

from datetime import timedelta

import pytest

from bots.desk import linking
from bots.screens import Screen
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place
from brain.texts import say
from tests.bots.desk.bench import Bench
from tests.factories import ANNA, ANNAS_DM, BEN, BENS_DM, CAFE

THERE = Person(PersonId("telegram:7"), "Anna T")
THEIR_DM = Place(PlaceId("telegram:7"), private=True)
YES = say("en", "link-button-yes")


def code_of(screen: Screen) -> str:
    return screen.text.split("**")[1]


async def test_what_was_told_on_discord_is_known_on_telegram(bench: Bench) -> None:
    await bench.say("My cat is called Mango.")
    await bench.say("Said on Telegram.", person=THERE, place=THEIR_DM)
    here = await bench.command("link")
    there = await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here).lower())
    assert "Anna" in there.text
    noted = await bench.press(there, YES, person=THERE, place=THEIR_DM)
    assert noted.text == say("en", "link-other-side", code=code_of(here))
    assert len(await bench.memories()) == 1
    bench.start()
    done = await bench.press(here, YES)
    assert done.text == say("en", "link-done", platform="telegram")
    assert {m.text for m in await bench.memories()} == {
        "My cat is called Mango.",
        "Said on Telegram.",
    }
    listed = await bench.command("memories", person=THERE, place=THEIR_DM)
    assert "Mango" in listed.text
    await bench.say("What is my cat called?", person=THERE, place=THEIR_DM)
    assert "Mango" in "".join(m.content for m in bench.generator.asked[-1])
    undone = await bench.press(done, say("en", "link-button-undo"))
    assert undone.text == say("en", "link-undone")
    assert {m.text for m in await bench.memories(THERE.id)} == {
        "Said on Telegram.",
        "What is my cat called?",
    }
    assert [m.text for m in await bench.memories()] == ["My cat is called Mango."]


async def test_one_yes_joins_nobody(bench: Bench) -> None:
    here = await bench.command("link")
    assert (await bench.press(here, YES)).text == say("en", "link-nobody-yet", code=code_of(here))
    await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    assert (await bench.press(here, YES)).text == say("en", "link-other-side", code=code_of(here))
    assert await bench.store.person(THERE.id) is None


async def test_a_code_ends_after_ten_minutes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert timedelta(seconds=linking.VALID_S) == timedelta(minutes=10)
    here = await bench.command("link")
    values, later_ms = bench.store.values, round(linking.VALID_S * 1_000)
    now_ms = values._moment
    monkeypatch.setattr(values, "_moment", lambda: now_ms() + later_ms)
    late = await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    assert late.text == say("en", "link-expired")


async def test_a_third_cannot_take_a_code_nor_anybody_guess(bench: Bench) -> None:
    here = await bench.command("link")
    await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    third = Person(PersonId("telegram:8"))
    screen = await bench.command("link", person=third, place=THEIR_DM, code=code_of(here))
    assert screen.text == say("en", "link-expired")
    for _ in range(linking.TRIES_PER_HOUR):
        await bench.command("link", person=BEN, place=BENS_DM, code="AAAAAAAA")
    other = await bench.command("link")
    tired = await bench.command("link", person=BEN, place=BENS_DM, code=code_of(other))
    assert tired.text == say("en", "link-expired")


async def test_a_code_is_never_given_in_a_shared_place(bench: Bench) -> None:
    assert (await bench.command("link", place=CAFE)).text == say("en", "link-only-private")


async def test_two_accounts_of_one_platform_are_refused(bench: Bench) -> None:
    here = await bench.command("link")
    refused = await bench.command("link", person=BEN, place=BENS_DM, code=code_of(here))
    assert refused.text == say("en", "link-impossible")


async def test_cancelling_ends_the_code_for_both(bench: Bench) -> None:
    here = await bench.command("link")
    there = await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    await bench.press(there, "cancel", person=THERE, place=THEIR_DM)
    assert (await bench.press(here, YES, person=ANNA, place=ANNAS_DM)).text == say(
        "en", "link-expired"
    )
