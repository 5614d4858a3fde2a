"""Keeps the last turns off the record, in memory only, so that a conversation can go on."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from cachetools import FIFOCache

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Memory
from brain.turns.pending_edits import Edit

TURNS = 8
"""The most turns of a conversation."""
CONVERSATIONS = 1_000
"""The most conversations; the one whose last turn is oldest is dropped first."""


class OffRecord:
    """The last turns of each conversation off the record. They are gone when the process ends."""

    def __init__(self) -> None:
        self._turns: FIFOCache[tuple[PersonId, PlaceId], deque[Memory]] = FIFOCache(CONVERSATIONS)

    def recent(
        self, person_id: PersonId, place_id: PlaceId, *, since: datetime
    ) -> tuple[Memory, ...]:
        """Return the turns of a conversation, oldest first.

        Turns said before `since` are dropped, in every conversation.
        """
        for key, turns in list(self._turns.items()):
            while turns and turns[0].said_at < since:
                turns.popleft()
            if not turns:
                del self._turns[key]
        return tuple(self._turns.get((person_id, place_id), ()))

    def add(self, turn: Memory) -> None:
        """Keep a turn for the next turns of its conversation."""
        key = (turn.person, turn.place)
        turns = self._turns.get(key, deque(maxlen=TURNS))
        turns.append(turn)
        self._turns[key] = turns

    def turn(self, turn_id: MemoryId) -> Memory | None:
        """Return the turn of an id; None where there is none."""
        return next(
            (turn for turns in self._turns.values() for turn in turns if turn.id == turn_id), None
        )

    def edit(self, turn_id: MemoryId, edit: Edit | None) -> bool:
        """Edit the turn of an id, or drop it (None); return False where there is none."""
        turn = self.turn(turn_id)
        if turn is None:
            return False
        turns = self._turns[turn.person, turn.place]
        if edit is None:
            turns.remove(turn)
        else:
            turns[turns.index(turn)] = edit(turn)
        return True

    def forget(self, is_meant: Callable[[Memory], bool]) -> None:
        """Drop all turns that are meant."""
        for key, turns in list(self._turns.items()):
            left = [turn for turn in turns if not is_meant(turn)]
            self._turns[key] = deque(left, maxlen=TURNS)
            if not left:
                del self._turns[key]
