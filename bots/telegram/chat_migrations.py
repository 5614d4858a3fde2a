"""Keeps a group that became a supergroup the same place, though Telegram gives it another id.

What was said there is kept under the first id of the group, so that it is still found. The store
keeps the pairs of ids, so that all processes know them, even after a restart. That a group did
not migrate is cached for some seconds only, because another process may learn of it first. All
groups are read with one query, however many there are.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from cachetools import FIFOCache

from brain.errors import StoreError
from brain.ports.values import Values

log = logging.getLogger(__name__)

OWNER = "telegram:moved"
MOST_KNOWN = 10_000
FRESH_S = 5.0
"""Seconds that the pairs of ids are used without another query."""


class ChatMigrations:
    """Finds the first id of a group, and records that a group got a new one."""

    def __init__(self, values: Values, now: Callable[[], float]) -> None:
        """Begin without knowing any migrations.

        Args:
            values: the values of the store.
            now: a monotonic clock, in seconds.
        """
        self._values = values
        self._now = now
        self._recorded: FIFOCache[int, int] = FIFOCache(MOST_KNOWN)
        """By new id, the first id of groups that migrated while this process ran."""
        self._read: Mapping[str, str] = {}
        """By new id, the first id of groups as last read from the store."""
        self._fresh_until: float | None = None
        self._reading: asyncio.Task[None] | None = None

    async def original(self, chat: int) -> int:
        """Return the first id of a group as far as it is known, even if the store fails."""
        try:
            return await self.original_for_certain(chat)
        except StoreError:
            return chat

    async def original_for_certain(self, chat: int) -> int:
        """Return the first id of a group. Raises StoreError if it is not known at the moment."""
        if (known := self._known(chat)) is not None:
            return known
        if self._fresh_until is None or self._now() >= self._fresh_until:
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._look_up())
            # Other callers wait for the same query.
            await asyncio.shield(self._reading)
        return self._known(chat) or chat

    async def record(self, *, old: int, new: int) -> None:
        """Record that a group got a new id; twice does no harm, and store errors are ignored."""
        original = await self.original(old)
        self._recorded[new] = original
        try:
            await self._values.set(OWNER, str(new), str(original))
        except StoreError:
            log.warning("That a group moved could not be kept: the store is away.")

    def _known(self, chat: int) -> int | None:
        # What was recorded is newer than what was read.
        told = self._recorded.get(chat)
        if told is not None:
            return told
        read = self._read.get(str(chat))
        return None if read is None else int(read)

    async def _look_up(self) -> None:
        asked = self._now()
        self._read = await self._values.get(OWNER)
        self._fresh_until = asked + FRESH_S
