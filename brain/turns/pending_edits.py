"""Holds edits of turns that the store does not have yet, or is never to have.

Somebody edits or deletes a message while it is answered without the store, or waits for it. Then
the change is held here, and nothing writes or repeats the old words afterwards.
"""

import asyncio
from collections.abc import Callable

from brain.ids import MemoryId
from brain.memory.record import Memory

Change = Callable[[Memory], Memory]
"""Gives what takes the place of a turn."""


class PendingEdits:
    """The edits of turns that are under way without the store, or wait for it."""

    def __init__(self) -> None:
        self.writing = asyncio.Lock()
        """Held while such a turn is written, and while one is changed."""
        self._under_way: set[MemoryId] = set()
        self._changed: dict[MemoryId, Change | None] = {}

    def begin(self, turn_id: MemoryId) -> None:
        """Expect edits of a turn that is answered while the store knows nothing of it."""
        self._under_way.add(turn_id)

    def end(self, turn_id: MemoryId, *, waits: bool) -> None:
        """The turn is over; `waits`: it is still to be written."""
        self._under_way.discard(turn_id)
        if not waits:
            self.discard(turn_id)

    def discard(self, turn_id: MemoryId) -> None:
        """Drop the edits of a turn that the store has, or that nobody waits for."""
        if turn_id not in self._under_way:
            self._changed.pop(turn_id, None)

    def is_under_way(self, turn_id: MemoryId) -> bool:
        """Whether it is being spoken."""
        return turn_id in self._under_way

    def change(self, turn_id: MemoryId, instead: Change | None) -> None:
        """Keep an edit of a turn; None: it is taken back."""
        self._changed[turn_id] = instead

    def apply(self, turn: Memory) -> Memory | None:
        """The turn with what was changed of it; None: it was taken back."""
        instead = self._changed.get(turn.id, _same)
        return None if instead is None else instead(turn)


def _same(turn: Memory) -> Memory:
    return turn
