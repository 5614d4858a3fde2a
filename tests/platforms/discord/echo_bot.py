"""Minimal bots on discord.py alone that repeat every message, for tests of the simulated server."""

from typing import Any

import discord
from discord import app_commands

INTENTS = discord.Intents(
    guilds=True, members=True, guild_messages=True, dm_messages=True, message_content=True
)


class _Echoing(discord.Client):
    """Repeats every message, without the waits that Discord requires at the start."""

    def __init__(self, *, heartbeat_timeout: float = 60.0, **options: Any) -> None:  # noqa: ANN401
        """`heartbeat_timeout` is the seconds without an answer before it leaves the gateway."""
        super().__init__(
            intents=INTENTS,
            guild_ready_timeout=0.05,
            heartbeat_timeout=heartbeat_timeout,
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.events: list[str] = []
        """Names of the events from the gateway, in order."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once, where discord.py would wait 5 seconds."""

    async def on_socket_event_type(self, name: str) -> None:
        self.events.append(name)

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            await message.reply(message.content)


class Echo(_Echoing, discord.AutoShardedClient):
    """An echo bot with as many shards as the gateway recommends."""


class PlainEcho(_Echoing):
    """An echo bot with one connection and no shards."""


Bare = Echo | PlainEcho
