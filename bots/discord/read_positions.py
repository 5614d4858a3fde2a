"""Keeps how far each channel was read, so that missed messages can be fetched after a gap."""

import asyncio
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord
from cachetools import FIFOCache

from bots.discord.conversion import guild_of
from brain.errors import StoreError
from brain.ports import Clock
from brain.ports.values import Values

MOST = 300
"""Channels whose position is kept, those with the latest messages."""
KEPT_S = 30 * 86_400.0
"""Seconds that the positions are kept in the store."""
SAVE_AFTER_S = 60.0
AT_ONCE_EVERY = timedelta(seconds=5)
_OWNER = "discord"


@dataclass(frozen=True, slots=True)
class ReadPosition:
    """How far one channel was read."""

    guild: int | None
    message: int
    """Id of the last message that was read."""


class ReadPositions:
    """The read position of each channel where the bot was addressed, kept in the store."""

    def __init__(self, values: Values, *, shards: Collection[int], clock: Clock) -> None:
        """Begin without positions.

        Args:
            values: the values of the store.
            shards: ids of this process's shards, whose positions it keeps; empty: all.
            clock: tells when positions were last saved.
        """
        self._values = values
        self._clock = clock
        self._saved_at: datetime | None = None
        self._name = f"seen:{','.join(map(str, shards)) or 'all'}"
        self._positions: FIFOCache[int, ReadPosition] = FIFOCache(MOST)
        self._is_changed = False
        self._saving: asyncio.Task[None] | None = None

    def record(self, message: discord.Message) -> None:
        """Record that a message was read; it is saved within a minute."""
        channel = message.channel.id
        before = self._positions.get(channel)
        # A message that was left behind is read late, and must not move the position back.
        newest = max(message.id, before.message if before else 0)
        self._positions[channel] = ReadPosition(guild_of(message), newest)
        self._is_changed = True
        if self._saving is None:
            self._saving = asyncio.create_task(self._save_soon())

    async def record_answered(self, message: discord.Message) -> None:
        """Record a message that is answered, and save at once if its channel is new.

        It is not saved within `AT_ONCE_EVERY` of the last time: with very many busy channels, each
        is new again and again. Errors of the store are ignored.
        """
        is_new = message.channel.id not in self._positions
        self.record(message)
        since = None if self._saved_at is None else self._clock.now() - self._saved_at
        if is_new and (since is None or not timedelta(0) <= since < AT_ONCE_EVERY):
            with suppress(StoreError):  # it is kept in a minute
                await self.save()

    def record_ignored(self, message: discord.Message) -> None:
        """Record a message that is not for the bot, if the bot was addressed there before."""
        if message.channel.id in self._positions:
            self.record(message)

    def items(self) -> list[tuple[int, ReadPosition]]:
        """Return the id of each channel with its position."""
        return list(self._positions.items())

    async def load(self) -> None:
        """Load what the last run saved. Raises StoreError."""
        kept = (await self._values.get(_OWNER)).get(self._name)
        for channel, guild, message in json.loads(kept or "[]"):
            self._positions[channel] = ReadPosition(guild, message)

    async def save(self) -> None:
        """Save all positions for the next run. Raises StoreError."""
        rows = [
            [channel, position.guild, position.message]
            for channel, position in self._positions.items()
        ]
        self._is_changed = False
        self._saved_at = self._clock.now()
        try:
            await self._values.set(_OWNER, self._name, json.dumps(rows), ttl_s=KEPT_S)
        except StoreError:
            self._is_changed = True
            raise

    def stop(self) -> None:
        """Stop the task that saves positions."""
        if self._saving is not None:
            self._saving.cancel()

    async def _save_soon(self) -> None:
        while self._is_changed:
            await asyncio.sleep(SAVE_AFTER_S)
            with suppress(StoreError):  # away for now: perhaps not in a minute
                await self.save()
        self._saving = None
