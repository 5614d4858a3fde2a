"""Telegram for `benchmarks.platforms`: the wire server of the tests, and one bot in a process."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.platforms.telegram.people import Chat, Json, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

CONSENT = "remember what you tell me"
"""Of the line that a newcomer reads first."""


class TelegramStage(World):
    """A world that tells each person of their answer, and lets go of what was said."""

    def __init__(self, *, lawful: bool) -> None:
        super().__init__()
        self.flood.enforced = lawful
        self._awaited: dict[int, asyncio.Future[None]] = {}

    async def ask(self, person: User, text: str) -> None:
        """See `benchmarks.talking.Stage`."""
        chat = self.private(person)
        answered = asyncio.get_running_loop().create_future()
        self._awaited[chat.id] = answered
        self.say(person, chat, text)
        await answered
        chat.messages.clear()
        chat.versions.clear()
        self.updates.clear()
        self.calls.clear()

    def put(self, user: User, chat: Chat, content: Json, **rest: Any) -> Json:  # noqa: ANN401 as the world has it
        """Say it; the bot's answer is not the line about what it keeps."""
        message = super().put(user, chat, content, **rest)
        if user is self.bot and CONSENT not in content.get("text", ""):
            self._awaited.pop(chat.id).set_result(None)
        return message


@asynccontextmanager
async def on_telegram(kind: str, *, lawful: bool) -> AsyncIterator[tuple[TelegramStage, int]]:
    """The stage with a bot of that kind, and the id of its process."""
    stage = TelegramStage(lawful=lawful)
    server = TelegramServer(stage)
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.telegram_bots"),
            *(kind, server.root, server.token, folder),
        )
        try:
            await stage.until(lambda: stage.called("deleteWebhook"), within=60)
            yield stage, process.pid
        finally:
            process.kill()
            await process.wait()
            await server.stop()
