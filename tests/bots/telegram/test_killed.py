"""A process that is killed loses nothing, and says nothing twice."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.ending import pass_leases
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def process(
    telegram: TelegramServer, folder: Path, what: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot on its own; killed at the end, if it lives still."""
    found = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bots.telegram.process", str(folder), telegram.root, telegram.token, what),
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
