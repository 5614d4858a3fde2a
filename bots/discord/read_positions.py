"""How far each conversation was read, so that what came meanwhile can be fetched afterwards."""

import asyncio
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from bots.discord.translate import guild_of
from bots.recent import Recent
from brain.errors import StoreError
from brain.ports import Clock
from brain.ports.values import Values

MOST = 300
"""Conversations that are read on after a gap: the last ones."""
KEPT_S = 30 * 86_400.0
"""How long it is known where a conversation was, in seconds."""
KEEP_AFTER_S = 60.0
AT_ONCE_EVERY = timedelta(seconds=5)
_OWNER = "discord"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a conversation stands."""

    guild: int | None
    message: int
    """The last one that was read."""


class Seen:
    """By channel."""

    def __init__(self, values: Values, *, shards: Collection[int], clock: Clock) -> None:
        """`shards` of this process (none: all): each process keeps its own."""
        self._values = values
        self._clock = clock
        self._kept_at: datetime | None = None
        self._name = f"seen:{','.join(map(str, shards)) or 'all'}"
        self._marks: Recent[int, Mark] = Recent(MOST)
        self._is_changed = False
        self._keeping: asyncio.Task[None] | None = None

    def saw(self, message: discord.Message) -> None:
        """That message was read. Within a minute that is kept: the process may be killed."""
        channel = message.channel.id
        before = self._marks.get(channel)
        # What was left behind is read late: it must not turn the mark back.
        newest = max(message.id, before.message if before else 0)
        self._marks.set(channel, Mark(guild_of(message), newest))
        self._is_changed = True
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_soon())

    async def met(self, message: discord.Message) -> None:
        """As `saw`; a conversation that is new is kept at once. No StoreError comes out.

        Not so right after another one: where very many are busy, each is new again and again.
        """
        is_new = message.channel.id not in self._marks
        self.saw(message)
        since = None if self._kept_at is None else self._clock.now() - self._kept_at
        if is_new and (since is None or not timedelta(0) <= since < AT_ONCE_EVERY):
            with suppress(StoreError):  # it is kept in a minute
                await self.keep()

    def passed(self, message: discord.Message) -> None:
        """That message was read, and is for others; it counts where the bot is spoken to."""
        if message.channel.id in self._marks:
            self.saw(message)

    def marks(self) -> list[tuple[int, Mark]]:
        """Of every channel, by id."""
        return self._marks.items()

    async def load(self) -> None:
        """Take up what the last run kept. Raises StoreError."""
        kept = (await self._values.get(_OWNER)).get(self._name)
        for channel, guild, message in json.loads(kept or "[]"):
            self._marks.set(channel, Mark(guild, message))

    async def keep(self) -> None:
        """Keep it for the next run. Raises StoreError."""
        rows = [[channel, mark.guild, mark.message] for channel, mark in self._marks.items()]
        self._is_changed = False
        self._kept_at = self._clock.now()
        try:
            await self._values.set(_OWNER, self._name, json.dumps(rows), ttl_s=KEPT_S)
        except StoreError:
            self._is_changed = True
            raise

    def stop(self) -> None:
        """Keep nothing by itself any more."""
        if self._keeping is not None:
            self._keeping.cancel()

    async def _keep_soon(self) -> None:
        while self._is_changed:
            await asyncio.sleep(KEEP_AFTER_S)
            with suppress(StoreError):  # away for now: perhaps not in a minute
                await self.keep()
        self._keeping = None
