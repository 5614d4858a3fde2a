"""A bare bot on discord.py, with nothing of ours: it proves the server, and is a floor."""

from typing import Any

import discord
from discord import app_commands

INTENTS = discord.Intents(
    guilds=True, members=True, guild_messages=True, dm_messages=True, message_content=True
)


class _Echoing(discord.Client):
    """Says everything again. Hurried: it waits for nothing that Discord would have it wait for."""

    def __init__(self, *, heartbeat_timeout: float = 60.0, **options: Any) -> None:  # noqa: ANN401
        """`heartbeat_timeout`: seconds of silence after which it leaves the gateway."""
        super().__init__(
            intents=INTENTS,
            guild_ready_timeout=0.05,
            heartbeat_timeout=heartbeat_timeout,
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.events: list[str] = []
        """Names of what came over the gateway, in order."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once, where discord.py would wait for 5 s."""

    async def on_socket_event_type(self, name: str) -> None:
        self.events.append(name)

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            await message.reply(message.content)


class Echo(_Echoing, discord.AutoShardedClient):
    """With as many shards as the gateway recommends."""


class PlainEcho(_Echoing):
    """With one connection and no shards."""


Bare = Echo | PlainEcho
