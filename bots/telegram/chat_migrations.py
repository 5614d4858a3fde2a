"""Keeps groups that became supergroups one place, though Telegram gives them another id.

What was said there is kept under the id that the group had first, and goes on being found. The
store keeps the pairs of ids, so that every process knows them, also after a restart. That a group
never migrated is cached for some seconds only, because another process may hear of it first. All
groups are read at once, so that many of them cost no more than one.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from brain.bounded_dict import BoundedDict
from brain.errors import StoreError
from brain.ports.values import Values

log = logging.getLogger(__name__)

OWNER = "telegram:moved"
MOST_KNOWN = 10_000
FRESH_S = 5.0
"""How long nobody asks again which groups moved, in seconds."""


class ChatMigrations:
    """Finds the first id of a group, and records that a group got a new one."""

    def __init__(self, values: Values, now: Callable[[], float]) -> None:
        """Take what is needed.

        Args:
            values: of the store.
            now: seconds, never going back.
        """
        self._values = values
        self._now = now
        self._recorded: BoundedDict[int, int] = BoundedDict(MOST_KNOWN)
        """Of those that moved while this process ran: by id as it is now, the one it had first."""
        self._read: Mapping[str, str] = {}
        """The same, as the store had it last."""
        self._fresh_until: float | None = None
        self._reading: asyncio.Task[None] | None = None

    async def original(self, chat: int) -> int:
        """The id under which a group was met first, as far as is known. No error comes out."""
        try:
            return await self.original_for_certain(chat)
        except StoreError:
            return chat

    async def original_for_certain(self, chat: int) -> int:
        """The id under which a group was met first. Raises StoreError: that is not known now."""
        if (known := self._known(chat)) is not None:
            return known
        if self._fresh_until is None or self._now() >= self._fresh_until:
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._look_up())
            # Others wait for it as well.
            await asyncio.shield(self._reading)
        return self._known(chat) or chat

    async def record(self, *, old: int, new: int) -> None:
        """A group moved; telling it twice does no harm. No error comes out."""
        original = await self.original(old)
        self._recorded[new] = original
        try:
            await self._values.set(OWNER, str(new), str(original))
        except StoreError:
            log.warning("That a group moved could not be kept: the store is away.")

    def _known(self, chat: int) -> int | None:
        # What was told meanwhile is newer than what was read.
        told = self._recorded.get(chat)
        if told is not None:
            return told
        read = self._read.get(str(chat))
        return None if read is None else int(read)

    async def _look_up(self) -> None:
        asked = self._now()
        self._read = await self._values.get(OWNER)
        self._fresh_until = asked + FRESH_S
