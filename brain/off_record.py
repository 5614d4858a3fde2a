"""The conversation at hand where nothing is to be kept: in memory alone, and only for a while."""

from collections import OrderedDict, deque
from datetime import datetime

from brain.memory.record import Memory

TURNS = 8
"""That are held of one conversation."""
CONVERSATIONS = 1_000
"""That are held at all: who was silent longest goes first."""


class OffRecord:
    """The last turns of each such conversation. They end with the process."""

    def __init__(self) -> None:
        self._turns: OrderedDict[tuple[str, str], deque[Memory]] = OrderedDict()

    def recent(self, person: str, place: str, *, since: datetime) -> tuple[Memory, ...]:
        """Oldest first. What was said before `since` is dropped, in every conversation."""
        for key, turns in list(self._turns.items()):
            while turns and turns[0].said_at < since:
                turns.popleft()
            if not turns:
                del self._turns[key]
        return tuple(self._turns.get((person, place), ()))

    def add(self, turn: Memory) -> None:
        """Hold it for the next one."""
        key = (turn.person, turn.place)
        self._turns.setdefault(key, deque(maxlen=TURNS)).append(turn)
        self._turns.move_to_end(key)
        if len(self._turns) > CONVERSATIONS:
            self._turns.popitem(last=False)

    def forget(self, person: str) -> None:
        """Let go of all that this person said."""
        for key in [key for key in self._turns if key[0] == person]:
            del self._turns[key]
