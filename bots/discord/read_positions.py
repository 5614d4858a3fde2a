"""Keeps how far each channel was read, so that missed messages can be fetched after a gap.

note      a channel in which the bot is addressed is noted in the store at once, and how far it
          was read within a minute
gap       after a start and with each new session a channel is behind, until it was read on from
          where it was; what comes by events meanwhile does not move its position
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import discord
from cachetools import FIFOCache

from bots.discord.conversion import guild_of
from brain.errors import StoreError
from brain.ports.values import Values

MOST = 1_000
"""Channels whose position is kept, those with the latest messages."""
KEPT_S = 30 * 86_400.0
"""Seconds that a position is kept in the store."""
SAVE_AFTER_S = 60.0
AT_ONCE = 100
"""Positions that are written at the same time."""
_OWNER = "discord:read"


@dataclass(frozen=True, slots=True)
class ReadPosition:
    """How far one channel was read."""

    guild: int | None
    message: int
    """Id of the last message that was read."""


class ReadPositions:
    """The read position of each channel where the bot was addressed, kept in the store.

    All processes of an installation share the positions; each writes those of its own shards.
    """

    def __init__(self, values: Values) -> None:
        """Begin without positions, which `load` reads from the values of the store."""
        self._values = values
        self._positions: FIFOCache[int, ReadPosition] = FIFOCache(MOST)
        self._behind: set[int] = set()
        """Channels that may have messages after their position that came by no event."""
        self._changed: set[int] = set()
        """Channels whose position the store does not have yet."""
        self._own: set[int] = set()
        """Channels that were noted here, so that the store has no earlier position of them."""
        self._is_loaded = False
        self._loading = asyncio.Lock()
        self._saving: asyncio.Task[None] | None = None

    def __contains__(self, channel: int) -> bool:
        return channel in self._positions

    def record(self, message: discord.Message) -> None:
        """Record that a message was read; it is saved within a minute."""
        channel = message.channel.id
        if channel in self._behind:
            return
        before = self._positions.get(channel)
        # A message that was left behind is read late, and must not move the position back.
        newest = max(message.id, before.message if before else 0)
        self._positions[channel] = ReadPosition(guild_of(message), newest)
        self._changed.add(channel)
        if self._saving is None:
            self._saving = asyncio.create_task(self._save_soon())

    async def record_answered(self, message: discord.Message) -> None:
        """Record a message that is answered, and note its channel in the store if it is new.

        Errors of the store are ignored: the channel is noted later.
        """
        channel = message.channel.id
        is_new = channel not in self
        self.record(message)
        if is_new:
            text = _written(self._positions[channel])
            with suppress(StoreError):
                async with self._loading:
                    # Where the positions are not loaded yet, the store may have an earlier one.
                    if await self._values.add(_OWNER, str(channel), text, ttl_s=KEPT_S):
                        self._own.add(channel)

    def record_ignored(self, message: discord.Message) -> None:
        """Record a message that is not for the bot, if the bot was addressed there before."""
        if message.channel.id in self:
            self.record(message)

    def fall_behind(self, is_meant: Callable[[ReadPosition], bool]) -> None:
        """Mark the channels that are meant as behind, because a new session has begun."""
        self._behind.update(channel for channel, position in self.items() if is_meant(position))

    def catch_up(self, channel: int) -> None:
        """Mark a channel as not behind, once the messages after its position were fetched."""
        self._behind.discard(channel)

    def behind(self) -> list[tuple[int, ReadPosition]]:
        """Return the id of each channel that is behind, with its position, the latest first."""
        found = [(channel, at) for channel, at in self.items() if channel in self._behind]
        return sorted(found, key=lambda each: each[1].message, reverse=True)

    def of(self, channel: int) -> ReadPosition | None:
        """Return the position of a channel; None if the bot was never addressed there."""
        return self._positions.get(channel)

    def items(self) -> list[tuple[int, ReadPosition]]:
        """Return the id of each channel with its position."""
        return list(self._positions.items())

    async def load(self) -> None:
        """Load what earlier runs saved, once; all of it is behind. Raises StoreError."""
        async with self._loading:
            if self._is_loaded:
                return
            kept = await self._values.get(_OWNER)
            found = {int(channel): _read(text) for channel, text in kept.items()}
            earlier = {each: at for each, at in found.items() if each not in self._own}
            for channel, position in sorted(earlier.items(), key=lambda each: each[1].message):
                self._positions[channel] = position
            self._behind.update(earlier)
            self._is_loaded = True

    async def save(self) -> None:
        """Save the positions that have changed for the next run. Raises StoreError."""
        # An earlier position in the store is needed until it was loaded.
        while self._is_loaded and self._changed:
            batch = [self._changed.pop() for _ in range(min(AT_ONCE, len(self._changed)))]
            try:
                await asyncio.gather(*map(self._save, batch))
            except StoreError:
                self._changed.update(batch)
                raise

    def stop(self) -> None:
        """Stop the task that saves positions."""
        if self._saving is not None:
            self._saving.cancel()

    async def _save(self, channel: int) -> None:
        if (position := self._positions.get(channel)) is not None:
            await self._values.set(_OWNER, str(channel), _written(position), ttl_s=KEPT_S)

    async def _save_soon(self) -> None:
        while self._changed:
            await asyncio.sleep(SAVE_AFTER_S)
            with suppress(StoreError):  # away for now: perhaps not in a minute
                await self.save()
        self._saving = None


def _written(position: ReadPosition) -> str:
    return f"{position.guild or 0} {position.message}"


def _read(text: str) -> ReadPosition:
    guild, message = map(int, text.split())
    return ReadPosition(guild or None, message)
