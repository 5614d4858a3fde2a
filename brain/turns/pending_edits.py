"""Keeps edits of turns that the store does not have.

When a person edits or deletes a message while it is answered without the store or waits for it, the
edit is kept here, so that the old words are neither written nor repeated afterwards.
"""

import asyncio
from collections.abc import Callable

from brain.ids import MemoryId
from brain.memory.record import Memory

Edit = Callable[[Memory], Memory]
"""Returns the turn that replaces a turn."""


class PendingEdits:
    """The edits of turns that are under way without the store, or wait for it."""

    def __init__(self) -> None:
        self.writing = asyncio.Lock()
        """Held while such a turn is written, and while one is edited."""
        self._under_way: set[MemoryId] = set()
        self._edits: dict[MemoryId, Edit | None] = {}

    def begin(self, turn_id: MemoryId) -> None:
        """Expect edits of a turn that is answered and that the store does not have."""
        self._under_way.add(turn_id)

    def end(self, turn_id: MemoryId, *, waits: bool) -> None:
        """Expect edits of a turn only if it `waits` to be written, as its reply is complete."""
        self._under_way.discard(turn_id)
        if not waits:
            self.discard(turn_id)

    def discard(self, turn_id: MemoryId) -> None:
        """Drop the edits of a turn that is in the store or dropped, unless it is under way."""
        if turn_id not in self._under_way:
            self._edits.pop(turn_id, None)

    def is_under_way(self, turn_id: MemoryId) -> bool:
        """Return whether a turn is being answered."""
        return turn_id in self._under_way

    def add(self, turn_id: MemoryId, edit: Edit | None) -> None:
        """Keep an edit of a turn; None if the turn was deleted."""
        self._edits[turn_id] = edit

    def apply(self, turn: Memory) -> Memory | None:
        """Return the turn as it was edited; None if it was deleted."""
        edit = self._edits.get(turn.id, _same)
        return None if edit is None else edit(turn)


def _same(turn: Memory) -> Memory:
    return turn
