"""Groups that became supergroups: Telegram gives them another id, and they stay one place.

What was said there is kept under the id that the group had first, and goes on being found. The
store remembers which is which, so that every process knows, after a restart too. That a group never
moved holds for some seconds only: another process may hear of it first.
"""

import logging
from collections.abc import Callable

from bots.recent import Recent
from brain.errors import StoreError
from brain.notes import Notes

log = logging.getLogger(__name__)

OWNER = "telegram:moved"
MOST_KNOWN = 10_000
FRESH_S = 5.0
"""How long nobody asks again whether a group moved, in seconds."""


class Moves:
    """One for a bot."""

    def __init__(self, notes: Notes, now: Callable[[], float]) -> None:
        """Take what is needed.

        Args:
            notes: of the store.
            now: seconds, never going back.
        """
        self._notes = notes
        self._now = now
        self._originals: Recent[int, int] = Recent(MOST_KNOWN)
        """Of those that moved: by id as it is now, the one that it had first."""
        self._unmoved: Recent[int, float] = Recent(MOST_KNOWN)
        """Of the others, when that was looked up."""

    async def original(self, chat: int) -> int:
        """The id under which a group was met first. No error comes out."""
        looked = self._unmoved.get(chat)
        is_fresh = looked is not None and self._now() - looked < FRESH_S
        if chat not in self._originals and not is_fresh:
            await self._look_up(chat)
        return self._originals.get(chat) or chat

    async def record(self, *, old: int, new: int) -> None:
        """A group moved; telling it twice does no harm. No error comes out."""
        original = await self.original(old)
        self._originals.set(new, original)
        try:
            await self._notes.write_note(OWNER, str(new), str(original))
        except StoreError:
            log.warning("That a group moved could not be kept: the store is away.")

    async def _look_up(self, chat: int) -> None:
        try:
            found = (await self._notes.notes(OWNER)).get(str(chat))
        except StoreError:
            return
        if found is None:
            self._unmoved.set(chat, self._now())
        elif chat not in self._originals:
            # What was recorded meanwhile is newer than what was read.
            self._originals.set(chat, int(found))
