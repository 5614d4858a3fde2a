"""The conversation at hand where nothing is to be kept: in memory alone, and only for a while."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from brain.bounded_dict import BoundedDict
from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Memory
from brain.turns.pending_edits import Change

TURNS = 8
"""That are held of one conversation."""
CONVERSATIONS = 1_000
"""That are held at all: who was silent longest goes first."""


class OffRecord:
    """The last turns of each conversation of which nothing is kept. They end with the process."""

    def __init__(self) -> None:
        self._turns: BoundedDict[tuple[PersonId, PlaceId], deque[Memory]] = BoundedDict(
            CONVERSATIONS
        )

    def recent(
        self, person_id: PersonId, place_id: PlaceId, *, since: datetime
    ) -> tuple[Memory, ...]:
        """Oldest first. What was said before `since` is dropped, in every conversation."""
        for key, turns in list(self._turns.items()):
            while turns and turns[0].said_at < since:
                turns.popleft()
            if not turns:
                del self._turns[key]
        return tuple(self._turns.get((person_id, place_id), ()))

    def add(self, turn: Memory) -> None:
        """Hold it for the next one."""
        key = (turn.person, turn.place)
        turns = self._turns.get(key, deque(maxlen=TURNS))
        turns.append(turn)
        self._turns[key] = turns

    def turn(self, turn_id: MemoryId) -> Memory | None:
        """The one of that id; None: it is not held."""
        return next(
            (each for turns in self._turns.values() for each in turns if each.id == turn_id), None
        )

    def change(self, turn_id: MemoryId, instead: Change | None) -> bool:
        """Have the turn of that id be another; None: let go of it. False: it is not held."""
        turn = self.turn(turn_id)
        if turn is None:
            return False
        turns = self._turns[turn.person, turn.place]
        if instead is None:
            turns.remove(turn)
        else:
            turns[turns.index(turn)] = instead(turn)
        return True

    def forget(self, is_meant: Callable[[Memory], bool]) -> None:
        """Let go of all such turns."""
        for key, turns in list(self._turns.items()):
            left = [turn for turn in turns if not is_meant(turn)]
            self._turns[key] = deque(left, maxlen=TURNS)
            if not left:
                del self._turns[key]
