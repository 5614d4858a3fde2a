"""FloodLimits limits as Telegram publishes them, enforced.

About one message a second in a chat with short bursts, twenty a minute in a group, thirty a second
for the whole bot. Edits count as messages do.
"""

import math
import time
from collections import defaultdict, deque

from tests.platforms.telegram.errors import Refused

BURST = 5
"""How many messages a chat takes at once; then one a second."""
GROUP_A_MINUTE = 20
BOT_A_SECOND = 30


class ServerClock:
    """Seconds that pass by themselves until a test freezes them, and that a test can move on."""

    def __init__(self) -> None:
        self._moved = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        """Seconds since the epoch, never going back."""
        return (time.time() if self._frozen is None else self._frozen) + self._moved

    def freeze(self) -> None:
        self._frozen = time.time()

    def advance(self, seconds: float) -> None:
        self._moved += seconds


class FloodLimits:
    """Who may send now. `enforced = False` lets everything through."""

    def __init__(self, clock: ServerClock) -> None:
        self.enforced = True
        self.refused = 0
        """How many calls were answered with 429."""
        self._clock = clock
        self._sent: defaultdict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()
        self._level: dict[int, tuple[float, float]] = {}
        self._punished: dict[int, float] = {}

    def punish(self, chat_id: int, seconds: float) -> None:
        """Refuse every message to that chat for so long, as after a flood."""
        self._punished[chat_id] = self._clock.now() + seconds

    def spend(self, chat_id: int, *, group: bool) -> None:
        """Count one message or edit; raises Refused with 429 and `retry_after`."""
        now = self._clock.now()
        wait = self._wait(chat_id, now, group=group)
        if wait > 0:
            self.refused += 1
            seconds = max(1, math.ceil(wait))
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        level, _ = self._filled(chat_id, now)
        self._level[chat_id] = (level + 1, now)
        self._sent[chat_id].append(now)
        self._all.append(now)

    def _filled(self, chat_id: int, now: float) -> tuple[float, float]:
        level, since = self._level.get(chat_id, (0.0, now))
        return max(0.0, level - (now - since)), now

    def _wait(self, chat_id: int, now: float, *, group: bool) -> float:
        waits = [self._punished.get(chat_id, now) - now]
        if not self.enforced:
            return max(waits)
        waits.append(self._filled(chat_id, now)[0] + 1 - BURST)
        waits.append(_window(self._all, now, seconds=1, most=BOT_A_SECOND))
        if group:
            waits.append(_window(self._sent[chat_id], now, seconds=60, most=GROUP_A_MINUTE))
        return max(waits)


def _window(sent: deque[float], now: float, *, seconds: float, most: int) -> float:
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    return sent[0] + seconds - now if len(sent) >= most else 0.0
