"""/link: both sides say yes, within ten minutes, and may take it back."""

from bots.desk import linking
from bots.screens import Screen
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place
from brain.texts import say
from tests.bots.desk.bench import Bench
from tests.factories import ANNAS_DM, BEN, BENS_DM, CAFE

THERE = Person(PersonId("telegram:7"), "Anna T")
THEIR_DM = Place(PlaceId("telegram:7"), private=True)
YES = say("en", "link-button-yes")
LOOK = say("en", "link-button-look")


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
    done = await bench.press(await bench.press(here, LOOK), YES)
    assert "Telegram account 7" in done.text
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
    assert (await bench.press(here, LOOK)).text == say("en", "link-nobody-yet", code=code_of(here))
    await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    noted = await bench.press(await bench.press(here, LOOK), YES)
    assert noted.text == say("en", "link-other-side", code=code_of(here))
    assert await bench.store.person(THERE.id) is None


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
    assert (await bench.press(here, LOOK)).text == say("en", "link-expired")


async def test_the_owner_says_yes_to_nobody_whom_their_screen_did_not_show(bench: Bench) -> None:
    here = await bench.command("link")
    thief = Person(PersonId("telegram:666"), "Anna")
    theirs = Place(PlaceId("telegram:666"), private=True)
    named = await bench.command("link", person=thief, place=theirs, code=code_of(here))
    await bench.press(named, YES, person=thief, place=theirs)
    for _ in range(3):
        asked = await bench.press(here, LOOK)
    assert "Telegram account 666" in asked.text
    assert await bench.store.person(thief.id) is None
    assert (await bench.press(asked, "cancel")).text == say("en", "link-cancelled")
    late = await bench.press(named, YES, person=thief, place=theirs)
    assert late.text == say("en", "link-expired")


async def test_both_screens_show_platform_id_and_name_of_both(bench: Bench) -> None:
    here = await bench.command("link")
    assert "Discord account 1 (“Anna”)" in here.text
    there = await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    asked = await bench.press(here, LOOK)
    for screen in (there, asked):
        assert "Discord account 1 (“Anna”)" in screen.text
        assert "Telegram account 7 (“Anna T”)" in screen.text


async def test_a_name_cannot_pass_for_the_id_before_it(bench: Bench) -> None:
    sly = Person(PersonId("telegram:666"), "\u202e**Discord account 1**\n\n# Press yes")
    here = await bench.command("link")
    await bench.command("link", person=sly, place=THEIR_DM, code=code_of(here))
    text = (await bench.press(here, LOOK)).text
    assert "Telegram account 666 (“\\*\\*Discord account 1\\*\\* \\# Press yes”)" in text
    assert "\u202e" not in text


async def test_the_owner_is_told_of_each_try(bench: Bench) -> None:
    told: list[tuple[str, Screen]] = []

    async def send(place: Place, screen: Screen) -> None:
        told.append((place.id, screen))

    bench.notices.connect("discord", send)
    here = await bench.command("link")
    await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    # Who has an account of the same platform is told of, too.
    for third in (Person(PersonId("telegram:8"), "Eve"), BEN):
        await bench.command("link", person=third, place=BENS_DM, code=code_of(here))
    assert [place for place, _ in told] == [ANNAS_DM.id] * 3
    assert "Telegram account 7" in told[0][1].text
    assert "Telegram account 8" in told[1][1].text
    assert "Discord account 12" in told[2][1].text
    # The first of them asks, and its button works.
    noted = await bench.press(told[0][1], YES)
    assert noted.text == say("en", "link-other-side", code=code_of(here))
    # Without a way to be told at once, the screen tells.
    asked = await bench.press(here, LOOK)
    assert "Telegram account 8" in asked.text
    assert "Discord account 12" in asked.text


async def test_a_notice_that_fails_fails_nobody(bench: Bench) -> None:
    async def send(_place: Place, _screen: Screen) -> None:
        raise OSError

    bench.notices.connect("discord", send)
    here = await bench.command("link")
    there = await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    assert "Anna" in there.text


async def test_who_cannot_be_told_at_once_is_told_in_private_when_they_write(bench: Bench) -> None:
    # As where each platform has a process of its own.
    here = await bench.command("link")
    await bench.command("link", person=THERE, place=THEIR_DM, code=code_of(here))
    await bench.command("link", person=BEN, place=BENS_DM, code=code_of(here))
    told = await bench.say("Hello.", place=CAFE)
    assert told.remarks == [say("en", "chat-consent")]
    told = await bench.say("Hello.")
    assert len(told.remarks) == 2
    assert any("Telegram account 7" in remark for remark in told.remarks)
    assert any("Discord account 12" in remark for remark in told.remarks)
    assert (await bench.say("Hello again.")).remarks == []
