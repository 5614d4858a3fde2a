"""Enforces the flood limits that Telegram publishes.

A chat takes about one message a second with short bursts, a group twenty a minute, and the whole
bot may send thirty a second. Edits count as messages do.
"""

import math
import time
from collections import defaultdict, deque

from tests.platforms.telegram.errors import Refused

BURST = 5
"""Messages that a chat takes at once, before it takes one a second."""
GROUP_A_MINUTE = 20
BOT_A_SECOND = 30


class ServerClock:
    """The machine's clock, which a test can freeze and advance."""

    def __init__(self) -> None:
        self._moved = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        """Returns the seconds since the epoch."""
        return (time.time() if self._frozen is None else self._frozen) + self._moved

    def freeze(self) -> None:
        self._frozen = time.time()

    def advance(self, seconds: float) -> None:
        self._moved += seconds


class FloodLimits:
    """Counts messages and refuses those above the limits; `enforced = False` turns limits off."""

    def __init__(self, clock: ServerClock) -> None:
        self.enforced = True
        self.refused = 0
        """Number of calls that were answered with 429."""
        self._clock = clock
        self._sent: defaultdict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()
        self._level: dict[int, tuple[float, float]] = {}
        self._punished: dict[int, float] = {}

    def punish(self, chat_id: int, seconds: float) -> None:
        """Refuse every message to a chat for some seconds, as after a flood."""
        self._punished[chat_id] = self._clock.now() + seconds

    def spend(self, chat_id: int, *, group: bool) -> None:
        """Count one message or edit.

        Raises:
            Refused: a limit is exceeded; with 429 and `retry_after` in seconds.
        """
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
