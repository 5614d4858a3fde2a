"""Messages that are changed or deleted, people who leave, and what comes along with a message."""

import asyncio

import pytest

from brain.texts import say
from tests.bots.discord.conftest import Open
from tests.bots.discord.rig import Rig
from tests.platforms.discord.records import Attachment
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.sessions import GUILD_MEMBERS
from tests.platforms.discord.world import World

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


async def test_an_edited_message_changes_its_memory(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    message = world.dm(ann, "My cat is called Mochi.")
    await world.until(lambda: rig.said(ann))

    world.edit(message, "My cat is called Miso.")

    await rig.until_remembered(ann, ["My cat is called Miso."])
    assert len(rig.said(ann)) == 1


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("private", [True, False])
async def test_a_deleted_message_takes_its_memory_along(
    world: World, rig: Rig, *, private: bool, restart: bool
) -> None:
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    where = world.dm_channel(ann) if private else channel
    message = world.say(ann, where, f"{world.bot.mention} My cat is called Mochi.")
    await world.until(lambda: rig.said(where))
    if restart:
        await rig.stop()
        await rig.start()
    await rig.until_remembered(ann, ["My cat is called Mochi."])

    world.delete(message)

    await rig.until_remembered(ann, [])


async def test_a_message_that_is_deleted_while_it_waits_is_not_answered(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says([go, "One."], ["Two."])
    world.dm(ann, "first")
    unsaid = world.dm(ann, "never mind")
    world.dm(ann, "third")
    await world.until(lambda: rig.generator.asked)

    world.delete(unsaid)
    await asyncio.sleep(0)
    bot = rig.platform._bot if rig.platform else None
    assert bot is not None
    await world.until(lambda: unsaid.id in bot.messages.changes.gone)
    go.set()
    await world.until(lambda: len(rig.said(ann)) == 2)
    await rig.stop()

    assert [turn.text for turn in await rig.remembered(ann)] == ["third", "first"]


async def test_who_leaves_a_server_is_forgotten_there_if_the_settings_say_so(
    world: World, open_bot: Open
) -> None:
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    thread = world.thread(channel, "tea")
    rig = await open_bot(forget_leavers=True)
    world.dm(ann, "in private")
    for place in (channel, thread):
        world.say(ann, place, f"{world.bot.mention} in {place.name}")
    await world.until(lambda: all(rig.said(where) for where in (ann, channel, thread)))
    await rig.until_remembered(ann, ["in general", "in private", "in tea"])

    world.leave(ann, guild)

    await rig.until_remembered(ann, ["in private"])


async def test_who_leaves_a_server_is_remembered_otherwise(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    world.say(ann, channel, f"{world.bot.mention} I was here")
    await world.until(lambda: rig.said(channel))

    world.leave(ann, guild)
    world.dm(ann, "still there?")
    await world.until(lambda: rig.said(ann))

    await rig.until_remembered(ann, ["I was here", "still there?"])


@pytest.mark.parametrize(
    ("file", "read"),
    [
        (("notes.txt", "milk, 茶".encode(), "text/plain; charset=utf-8"), "milk, 茶"),
        (("old.txt", "café".encode("cp1252"), "text/plain"), "café"),
        (("wide.txt", "tea".encode("utf-16"), "text/plain"), "tea"),
        (("list.py", b"tea = 1", "application/octet-stream"), "tea = 1"),
        (("empty.json", b"{}", "application/json"), "{}"),
    ],
)
async def test_text_files_are_read(
    world: World, rig: Rig, file: tuple[str, bytes, str], read: str
) -> None:
    ann = world.user("Ann")

    world.dm(ann, "", files=[world.file(*file)])
    await world.until(lambda: rig.said(ann))
    await rig.stop()

    [turn] = await rig.remembered(ann)
    assert turn.text == f"[{file[0]}]\n{read}"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("song.mp3", b"la", "audio/mpeg"), "could not open song.mp3"),
        (("odd.txt", b"a\x00b", "text/plain"), "could not open odd.txt"),
        (("long.txt", b"x" * 40_000, "text/plain"), "more than I can read"),
        (("huge.txt", b"x" * 300_000, "text/plain"), "more than I can read"),
    ],
)
async def test_a_file_that_cannot_be_used_gets_a_friendly_line(
    world: World, rig: Rig, file: tuple[str, bytes, str], said: str
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)

    world.dm(ann, "", files=[world.file(*file)])

    await world.until(lambda: len(rig.said(ann)) == 2)
    line, reply = rig.said(ann)
    assert said in line
    assert reply == "I see."


async def test_a_file_that_discord_does_not_hand_out_is_told(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    file = world.file("notes.txt", b"milk")

    world.dm(ann, "read this", files=[file])
    del world.files[file.id]

    await world.until(lambda: len(rig.said(ann)) == 2)
    line, _ = rig.said(ann)
    assert "notes.txt" in line


async def test_pictures_go_to_a_model_that_sees(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    rig.generator.sees = True  # type: ignore[attr-defined]

    world.dm(ann, "look", files=_pictures(world, 5))
    await world.until(lambda: len(rig.said(ann)) == 2)

    assert [image.content for image in rig.generator.asked[-1][-1].images] == [PNG] * 4


@pytest.mark.parametrize("text", ["", "look"])
async def test_a_model_that_does_not_see_says_so(world: World, rig: Rig, text: str) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)

    world.dm(ann, text, files=_pictures(world, 1))

    await world.until(lambda: len(rig.said(ann)) == (2 if text else 1))
    assert all(not message.images for prompt in rig.generator.asked for message in prompt)


def _pictures(world: World, count: int) -> list[Attachment]:
    return [world.file(f"{number}.png", PNG, "image/png") for number in range(count)]


@pytest.mark.parametrize("heard", [True, False])
async def test_a_server_may_choose_to_forget_leavers_where_the_bot_hears_of_them(
    world: World, discord_server: DiscordServer, open_bot: Open, *, heard: bool
) -> None:
    if not heard:
        discord_server.gateway.privileged &= ~GUILD_MEMBERS
    await open_bot()
    channel = world.channel(world.guild("Home", world.owner), "general")

    asked = world.slash(world.owner, channel, "/settings", {"name": "leavers", "value": "on"})
    await world.until(lambda: asked.original and not asked.original.loading)

    assert asked.original is not None
    shown = asked.original.content
    assert (say("en", "community-leavers-on") in shown) == heard
    assert (say("en", "community-leavers-unseen") in shown) != heard


async def test_a_message_that_is_changed_and_deleted_while_it_is_answered_goes(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says([go, "One."], ["Two."])
    message = world.dm(ann, "first")
    await world.until(lambda: rig.generator.asked)
    bot = rig.platform._bot if rig.platform else None
    assert bot is not None

    world.edit(message, "first of all")
    world.delete(message)
    await world.until(lambda: message.id in bot.messages.changes.gone)
    go.set()

    world.dm(ann, "second")
    await world.until(lambda: "Two." in rig.said(ann))
    await rig.until_remembered(ann, ["second"])
