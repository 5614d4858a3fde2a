"""Simulates Telegram for `benchmarks.platforms`, with one bot in a process of its own."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

CONSENT = "remember what you tell me"
"""Part of the privacy notice that a new person is sent first."""


class TelegramSimulation(World):
    """A Telegram world in which a test driver waits for replies, and which keeps no messages."""

    def __init__(self, *, lawful: bool) -> None:
        super().__init__()
        self.flood.enforced = lawful
        self._awaited: dict[int, asyncio.Future[None]] = {}

    async def ask(self, person: User, text: str) -> None:
        """Send a private message, and return when the bot's reply is there."""
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
        """Post a message; one of the bot's ends the wait unless it is the privacy notice."""
        message = super().put(user, chat, content, **rest)
        if user is self.bot and CONSENT not in content.get("text", ""):
            self._awaited.pop(chat.id).set_result(None)
        return message


@asynccontextmanager
async def simulated_telegram(
    kind: str, *, lawful: bool
) -> AsyncIterator[tuple[TelegramSimulation, int]]:
    """Runs a simulation with a bot of a kind, and gives it with the id of the bot's process."""
    simulation = TelegramSimulation(lawful=lawful)
    server = TelegramServer(simulation)
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.telegram_bots"),
            *(kind, server.root, server.token, folder),
        )
        try:
            await simulation.until(lambda: simulation.called("deleteWebhook"), within=60)
            yield simulation, process.pid
        finally:
            process.kill()
            await process.wait()
            await server.stop()
