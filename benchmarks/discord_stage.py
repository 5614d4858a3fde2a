"""Discord for `benchmarks.platforms`: the wire server of the tests, and one bot in a process."""

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

SAID = "I see."


class DiscordStage(World):
    """A world that tells each person of their answer, and lets go of what was said."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: dict[int, asyncio.Future[None]] = {}

    async def ask(self, person: User, text: str) -> None:
        """See `benchmarks.talking.Stage`."""
        channel = self.dm_channel(person)
        answered = asyncio.get_running_loop().create_future()
        self._awaited[channel.id] = answered
        self.dm(person, text)
        await answered
        for message in self._by_channel.pop(channel.id):
            del self.messages[message.id]

    def post(self, author: User, channel: Channel, draft: Draft, **rest: Any) -> Message:  # noqa: ANN401 as the world has it
        """Say it; the bot's answer is not the line about what it keeps."""
        message = super().post(author, channel, draft, **rest)
        if author is self.bot and draft.content.startswith(("w", SAID)):
            self._awaited.pop(channel.id).set_result(None)
        return message


@asynccontextmanager
async def on_discord(kind: str, *, lawful: bool) -> AsyncIterator[tuple[DiscordStage, int]]:
    """The stage with a bot of that kind, and the id of its process."""
    stage = DiscordStage()
    server = DiscordServer(stage, limits=Limits() if lawful else NO_LIMITS)
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.discord_bots"),
            *(kind, server.root, server.token, folder, *(["lawful"] if lawful else [])),
        )
        try:
            await stage.until(stage.sessions.connected, seconds=60)
            yield stage, process.pid
        finally:
            process.kill()
            await process.wait()
            await server.stop()
