"""Edited messages that have files with them."""

import asyncio

import discord
import pytest

from bots.discord import attachments
from bots.discord.attachments import AttachmentContent
from brain.texts import say
from tests.bots.discord.rig import Rig
from tests.platforms.discord.world import World


@pytest.mark.parametrize("words", ["For Monday", "For [list.txt]\nMonday"])
async def test_a_file_that_is_not_handed_out_now_says_what_it_said(
    world: World, rig: Rig, words: str
) -> None:
    ann = world.user("Ann")
    gone, here = world.file("list.txt", b"milk and eggs"), world.file("more.txt", b"tea")
    message = world.dm(ann, "For Friday", files=[gone, here])
    before = "For Friday\n\n[list.txt]\nmilk and eggs\n\n[more.txt]\ntea"
    await world.until(lambda: rig.said(ann))
    await rig.until_remembered(ann, [before])
    del world.files[gone.id]

    world.edit(message, words)

    await rig.until_remembered(ann, [before.replace("For Friday", words)])


async def test_words_beside_a_file_that_is_not_handed_out_are_taken_back_when_it_is(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.transport.retrying.WAITS_S", (0.02,) * 3_000)
    ann = world.user("Ann")
    rig.generator.sees = True  # type: ignore[attr-defined]
    picture = world.file("cat.png", b"\x89PNG\r\n\x1a\n" + bytes(16), "image/png")
    message = world.dm(ann, "My cat", files=[picture])
    await world.until(lambda: rig.said(ann))
    await rig.until_remembered(ann, ["My cat"])
    del world.files[picture.id]

    world.edit(message, "")
    later = world.dm(ann, "And now?")
    await world.until(lambda: len(rig.said(ann)) == 2)
    world.edit(later, "And then?")
    await rig.until_remembered(ann, ["My cat", "And then?"])
    world.files[picture.id] = picture

    await rig.until_remembered(ann, [say("en", "chat-picture-alone"), "And then?"])


async def test_what_a_file_said_is_cut_to_the_room_that_longer_words_leave(
    world: World, rig: Rig
) -> None:
    limit = rig.settings.chat.message_characters
    ann = world.user("Ann")
    gone = world.file("list.txt", b"m" * (limit - 30))
    message = world.dm(ann, "Milk", files=[gone])
    await world.until(lambda: rig.said(ann))
    del world.files[gone.id]
    words = "Eggs and more eggs " * 9

    world.edit(message, words)

    async with asyncio.timeout(60):
        while not (now := [*await rig.remembered(ann)])[0].text.startswith(words.strip()):
            await world.a_moment()
    assert "[list.txt]\nmmm" in now[0].text
    assert len(now[0].text) <= limit


async def test_files_of_a_message_that_is_for_others_are_not_fetched(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    read = attachments._read

    async def watched(file: discord.Attachment, attached: AttachmentContent) -> bytes | None:
        fetched.append(file.filename)
        return await read(file, attached)

    monkeypatch.setattr(attachments, "_read", watched)
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    theirs = world.say(ann, channel, "for Ben", files=[world.file("private.txt", b"secret")])
    own = world.say(
        ann, channel, f"{world.bot.mention} hello", files=[world.file("public.txt", b"tea")]
    )
    await world.until(lambda: rig.said(channel))

    world.edit(theirs, "for Bob")
    world.edit(own, f"{world.bot.mention} good day")
    await rig.until_remembered(ann, ["good day\n\n[public.txt]\ntea"])

    assert fetched == ["public.txt", "public.txt"]
