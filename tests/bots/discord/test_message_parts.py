"""Whose words a message has: its author's own, those it answers, and those it forwards."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from brain.ids import PersonId
from brain.messages import Person
from tests.bots.discord.rig import Rig
from tests.platforms.discord.records import Channel, Payload, User
from tests.platforms.discord.world import World

POLL = {
    "question": {"text": "Tea?"},
    "answers": [
        {"answer_id": 1, "poll_media": {"text": "Yes"}},
        {"answer_id": 2, "poll_media": {"text": "No"}},
    ],
    "expiry": "2099-01-01T00:00:00+00:00",
    "allow_multiselect": False,
    "layout_type": 1,
}
STICKER = {"id": "5", "name": "wave", "format_type": 1}
EMBED = {
    "type": "rich",
    "title": "News",
    "description": "It rains.",
    "author": {"name": "Weather"},
    "fields": [{"name": "Wind", "value": "none"}],
}
MOMENT = 1_777_770_000
"""3 May 2026, 01:00 UTC, in seconds since 1970."""


@pytest.fixture
async def ann(world: World, rig: Rig) -> User:
    user = world.user("Ann")
    await rig.introduce(user)
    return user


def asked(rig: Rig) -> list[str]:
    """What the model was asked, each time."""
    return [messages[-1].content for messages in rig.generator.asked]


async def answered(world: World, rig: Rig, where: Channel | User, count: int) -> str:
    """What the model was asked last, once so many replies are there."""
    await world.until(lambda: len(rig.said(where)) == count)
    return asked(rig)[-1]


def day(moment: datetime) -> str:
    return f"{moment:%a}, {moment.day} {moment:%b %Y}"


async def test_a_reply_brings_what_it_answers(world: World, rig: Rig, ann: User) -> None:
    rig.says(["Tea or coffee?"], ["I see."])
    own = world.dm(ann, "What shall I drink?")
    await answered(world, rig, ann, 1)
    [offered] = rig.answers(ann)
    cases = [(offered, "the companion", "Tea or coffee?"), (own, "Ann", "What shall I drink?")]
    for count, (earlier, name, text) in enumerate(cases, start=2):
        world.dm(ann, "Yes, that one.", reply_to=earlier)
        found = await answered(world, rig, ann, count)
        assert found == f"> [Quoted from {name}]\n> {text}\n\nYes, that one."


async def test_who_is_quoted_in_a_server_has_the_name_that_is_shown(
    world: World, rig: Rig, ann: User
) -> None:
    ben = world.user("Ben")
    channel = world.channel(world.guild("Home", ann, ben), "general")
    said = world.say(
        ben, channel, "Ask <@1> at <t:1777770000:D>", extra={"sticker_items": [STICKER]}
    )
    world.say(ann, channel, f"{world.bot.mention} what does he mean?", reply_to=said)
    found = await answered(world, rig, channel, 1)
    assert found == (
        "> [Quoted from Ben]\n> Ask <@1> at Sun, 3 May 2026\n>\n> :wave:\n\nwhat does he mean?"
    )


async def test_a_screen_that_is_answered_is_not_remembered(
    world: World, rig: Rig, ann: User
) -> None:
    world.dm(ann, "My number is 4711.")
    await answered(world, rig, ann, 1)
    world.slash(ann, world.dm_channel(ann), "memories")
    await world.until(lambda: any("4711" in found.content for found in world.replies(ann)))
    screen = next(found for found in world.replies(ann) if "4711" in found.content)
    world.dm(ann, "Nice.", reply_to=screen)
    await world.until(lambda: len(rig.generator.asked) == 2)
    assert asked(rig)[-1] == "Nice."


async def test_a_forward_is_of_its_author_and_day(world: World, rig: Rig, ann: User) -> None:
    ben = world.user("Ben")
    channel = world.channel(world.guild("Home", ann, ben), "general")
    text = "I was diagnosed.\nI live in Kyoto."
    said = world.say(ben, channel, text, extra={"embeds": [EMBED], "sticker_items": [STICKER]})
    world.say(ann, world.dm_channel(ann), "", forwards=said)
    lines = [
        f"[Forwarded from Ben, {day(said.at)}]",
        *text.split("\n"),
        "",
        *("Weather", "News", "It rains.", "Wind: none"),
        "",
        ":wave:",
    ]
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    assert await answered(world, rig, ann, 1) == quoted
    await rig.until_remembered(ann, [quoted])


async def test_a_forward_from_where_the_bot_is_not_has_no_author(
    world: World, rig: Rig, ann: User
) -> None:
    ben = world.user("Ben")
    elsewhere = world.channel(world.guild("Other", ben, bot=False), "general")
    said = world.say(ben, elsewhere, "Hi", files=[world.file("a.txt", b"I am Ben.")])
    world.say(ann, world.dm_channel(ann), "", forwards=said)
    assert await answered(world, rig, ann, 1) == (
        f"> [Forwarded, {day(said.at)}]\n> Hi\n\n[a.txt]\nI am Ben."
    )


async def test_polls_stickers_and_times_are_read(world: World, rig: Rig, ann: User) -> None:
    account = PersonId(f"discord:{ann.id}")
    await rig.store.save_person(Person(account, "Ann", zone=ZoneInfo("Asia/Tokyo")))
    contents: list[tuple[str, Payload, str]] = [
        ("", {"poll": POLL}, "(poll: Tea? – Yes / No)"),
        ("Hi", {"sticker_items": [STICKER]}, "Hi\n\n:wave:"),
        (f"At <t:{MOMENT}>!", {}, "At Sunday, 3 May 2026, 10:00!"),
        (f"On <t:{MOMENT}:d>", {}, "On Sun, 3 May 2026"),
        ("In <t:999999999999:R>", {}, "In <t:999999999999:R>"),
    ]
    for count, (text, extra, line) in enumerate(contents, start=1):
        world.say(ann, world.dm_channel(ann), text, extra=extra)
        assert await answered(world, rig, ann, count) == line


async def test_an_edited_reply_keeps_what_it_answers(world: World, rig: Rig, ann: User) -> None:
    said = world.dm(ann, "Hello")
    await answered(world, rig, ann, 1)
    answer = world.dm(ann, "Tea.", reply_to=said)
    await answered(world, rig, ann, 2)
    world.edit(answer, f"Coffee at <t:{MOMENT}:D>.")
    await rig.until_remembered(
        ann, ["Hello", "> [Quoted from Ann]\n> Hello\n\nCoffee at Sun, 3 May 2026."]
    )
