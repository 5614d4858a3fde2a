"""Simulates Discord for `benchmarks.platforms`, with one bot in a process of its own."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.platforms.discord.limits import NO_LIMITS, Limits
from tests.platforms.discord.records import Channel, Draft, Message, User
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World

QUICK_REPLY = "I see."
"""The beginning of the reply of `benchmarks.bot_services.FixedGenerator`."""


class DiscordSimulation(World):
    """A Discord world in which a test driver waits for replies, and which keeps no messages."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: dict[int, asyncio.Future[None]] = {}

    async def ask(self, person: User, text: str) -> None:
        """Send a private message, and return when the bot's reply is there."""
        channel = self.dm_channel(person)
        answered = asyncio.get_running_loop().create_future()
        self._awaited[channel.id] = answered
        self.dm(person, text)
        await answered
        for message in self._by_channel.pop(channel.id):
            del self.messages[message.id]

    def post(self, author: User, channel: Channel, draft: Draft, **rest: Any) -> Message:  # noqa: ANN401 as the world has it
        """Post a message; one of the bot's ends the wait unless it is the privacy notice."""
        message = super().post(author, channel, draft, **rest)
        if author is self.bot and draft.content.startswith(("w", QUICK_REPLY)):
            self._awaited.pop(channel.id).set_result(None)
        return message


@asynccontextmanager
async def simulated_discord(
    kind: str, *, lawful: bool
) -> AsyncIterator[tuple[DiscordSimulation, int]]:
    """Runs a simulation with a bot of a kind, and gives it with the id of the bot's process."""
    simulation = DiscordSimulation()
    server = DiscordServer(simulation, limits=Limits() if lawful else NO_LIMITS)
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.discord_bots"),
            *(kind, server.root, server.token, folder, *(["lawful"] if lawful else [])),
        )
        try:
            await simulation.until(simulation.sessions.connected, seconds=60)
            yield simulation, process.pid
        finally:
            process.kill()
            await process.wait()
            await server.stop()
