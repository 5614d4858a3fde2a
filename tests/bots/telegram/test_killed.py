"""A process that is killed loses nothing, and says nothing twice."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from brain.ids import PersonId
from brain.messages import Scope
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.ending import pass_leases
from tests.platforms.telegram.records import Chat
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World
from tests.redis_server import running

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def process(
    telegram: TelegramServer, folder: Path, what: str, *store: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot on its own; killed at the end, if it lives still."""
    found = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bots.telegram.process", str(folder), telegram.root, telegram.token),
        *(what, *store),
        cwd=ROOT,
        env={**os.environ, "PTB_TIMEDELTA": "1"},
    )
    try:
        yield found
    finally:
        if found.returncode is None:
            found.kill()
        await found.wait()


async def test_a_message_whose_process_was_killed_is_answered_once_after_the_restart(
    telegram: TelegramServer, world: World, tmp_path: Path
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with process(telegram, tmp_path, "hang") as first:
        world.say(ann, chat, "Remember me")
        # Typing: it was taken up, and the model was asked.
        await world.until(lambda: chat.actions)
        await world.until(lambda: not world.queue)
        first.kill()
        await first.wait()
    pass_leases(tmp_path / "memories.db")
    before = len(world.replies(chat))
    async with process(telegram, tmp_path, "answer"):
        await world.reply(chat, count=before + 1)
        world.repeat(world.updates[0], 2)
        world.say(ann, chat, "And I you")
        await world.reply(chat, count=before + 2)
        await world.until(lambda: not world.again)
    texts = [message["text"] for message in world.replies(chat)]
    assert texts.count("Here I am.") == 2
    assert len(texts) == before + 2


async def test_a_reply_that_was_sent_and_not_written_is_written_and_not_sent_again(
    telegram: TelegramServer, world: World, tmp_path: Path
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with process(telegram, tmp_path, "unwritten") as first:
        world.say(ann, chat, "Remember me")
        await world.until(lambda: said(world, chat) == 1 and not world.queue)
        async with asyncio.timeout(30):
            # If it dies before it is told that the reply arrived, it has to send it again.
            while not json.loads(on_disk(tmp_path)[0].read_text())["sent"]:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        first.kill()
        await first.wait()
    pass_leases(tmp_path / "memories.db")
    async with process(telegram, tmp_path, "answer"):
        world.say(ann, chat, "And now?")
        await world.until(lambda: said(world, chat) == 2)
        world.say(ann, chat, "And then?")
        await world.until(lambda: said(world, chat) == 3)
        await until_on_disk(tmp_path, 0)
    store = await SqliteStore.open(tmp_path / "memories.db")
    page = await store.page(Scope.everything_of(PersonId(f"telegram:{ann.id}")), limit=9)
    await store.close()
    assert {(turn.text, turn.reply) for turn in page.memories} == {
        ("Remember me", "Here I am."),
        ("And now?", "Here I am."),
        ("And then?", "Here I am."),
    }
    assert said(world, chat) == 3


@pytest.mark.parametrize("edited", [False, True])
async def test_what_came_while_redis_was_away_is_answered_though_the_process_was_killed(
    telegram: TelegramServer, world: World, tmp_path: Path, *, edited: bool
) -> None:
    people = [world.user(f"Person {number}") for number in range(5)]
    chats = [world.private(person) for person in people]
    telegram.world.flood.enforced = False
    (tmp_path / "redis").mkdir()
    with running(tmp_path / "redis", "--appendonly", "yes") as redis:
        async with process(telegram, tmp_path, "answer" if edited else "hang", redis.url) as first:
            messages = []
            if edited:
                each = zip(people, chats, strict=True)
                messages = [world.say(*place, "I live in Ulm.") for place in each]
                await world.until(lambda: all(said(world, chat) for chat in chats))
                await until_on_disk(tmp_path, 0)
            await world.until(lambda: world.called("setMyCommands"))
            redis.kill()
            if edited:
                for message in messages:
                    world.edit(message, "I live in Rome.")
            else:
                for person, chat in zip(people, chats, strict=True):
                    world.say(person, chat, "I live in Rome.")
            await world.until(lambda: not world.queue)
            await until_on_disk(tmp_path, len(people))
            first.kill()
            await first.wait()
        redis.start()
        async with process(telegram, tmp_path, "answer", redis.url):
            await world.until(lambda: all(said(world, chat) == 1 for chat in chats))
            await until_on_disk(tmp_path, 0)
        store = await RedisStore.open(redis.url)
        for person in people:
            page = await store.page(Scope.everything_of(PersonId(f"telegram:{person.id}")), limit=9)
            assert [(turn.text, turn.reply) for turn in page.memories] == [
                ("I live in Rome.", "Here I am.")
            ]
        await store.close()


def said(world: World, chat: Chat) -> int:
    """How often the model's words were sent there."""
    return [message["text"] for message in world.replies(chat)].count("Here I am.")


async def until_on_disk(folder: Path, count: int) -> None:
    """So many messages are kept on disk."""
    async with asyncio.timeout(60):
        # The disk tells nobody when something changed.
        while len(on_disk(folder)) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def on_disk(folder: Path) -> list[Path]:
    """The files with what was received or said."""
    found = (folder / "in-progress").rglob("*")
    return [file for file in found if file.is_file() and file.name != "lock"]
