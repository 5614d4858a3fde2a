"""Groups that became supergroups: Telegram gives them another id, and they stay one place.

What was said there is kept under the id that the group had first, and goes on being found. The
store remembers which is which, so that every process knows, after a restart too.
"""

import logging

from brain.errors import StoreError
from brain.notes import Notes

log = logging.getLogger(__name__)

OWNER = "telegram:moved"
MOST_KNOWN = 10_000


class Moves:
    """One for a bot."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._originals: dict[int, int] = {}
        """By id as it is now, the one that it had first: its own, mostly."""

    async def original(self, chat: int) -> int:
        """The id under which a group was met first. No error comes out."""
        if chat not in self._originals:
            try:
                found = (await self._notes.notes(OWNER)).get(str(chat))
            except StoreError:
                return chat
            self._know(chat, int(found) if found else chat)
        return self._originals[chat]

    async def record(self, *, old: int, new: int) -> None:
        """A group moved; telling it twice does no harm. No error comes out."""
        original = await self.original(old)
        self._know(new, original)
        try:
            await self._notes.write_note(OWNER, str(new), str(original))
        except StoreError:
            log.warning("That a group moved could not be kept: the store is away.")

    def _know(self, chat: int, original: int) -> None:
        if len(self._originals) >= MOST_KNOWN:
            del self._originals[next(iter(self._originals))]
        self._originals[chat] = original
