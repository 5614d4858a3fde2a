"""Delays requests so that Discord's limits are kept, for the whole bot and for each channel.

discord.py obeys the limits that Discord tells in headers. It learns the limit of the whole bot
only when it is exceeded, and at the border of two windows it may count a request into the old
window that Discord counts into the new one. So requests are delayed here first: for the whole
bot by GCRA (the leaky bucket of ATM networks, ITU-T I.371), which lets a few pass at once and
never more than a number per second; for messages and edits in a channel by a log of the last
ones, so that no window contains too many.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any

from cachetools import FIFOCache
from discord.http import Route

from brain.turns.lease import Pause

Request = Callable[..., Coroutine[Any, Any, Any]]
_Key = tuple[str, int]

BURST = 4
"""Requests that may pass at once. With 40 per second and a network delay of up to 0.15 s, no
second has more than the 50 that Discord accepts."""
BUSY_S = 0.5
"""Seconds of waiting from which typing and drafts are left out."""
PER_WINDOW = 5
"""Messages, and edits, that Discord accepts in one channel in a window."""
SPARED = 2
"""How many of these are reserved for replies, and not used by drafts."""
KNOWN = 10_000


class OutgoingLimits:
    """Delays the requests of one process so that they stay within Discord's limits."""

    def __init__(
        self,
        per_second: float | None,
        *,
        window_s: float | None,
        seconds: Callable[[], float] = monotonic,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Begin with no requests sent.

        Args:
            per_second: most requests per second of the whole bot; None: no limit.
            window_s: window of a channel in seconds, a little more than Discord's; None: no limit.
            seconds: a monotonic clock.
            pause: waits for a number of seconds.
        """
        self._between_s = 1 / per_second if per_second else 0.0
        self._window_s = window_s or 0.0
        self._free_at = 0.0
        self._seconds = seconds
        self._pause = pause
        self._channels: FIFOCache[_Key, deque[float]] = FIFOCache(KNOWN)

    def is_busy(self, channel: int) -> bool:
        """Whether a channel is near its limit, so that typing and drafts should be left out."""
        now = self._seconds()
        if self._between_s and self._free_at - now > BUSY_S:
            return True
        for method in ("POST", "PATCH"):
            log = self._channels.get((method, channel)) or ()
            since = now - self._window_s
            if sum(start > since for start in log) > PER_WINDOW - SPARED:
                return True
        return False

    async def wait(self, key: _Key | None = None) -> None:
        """Wait until one more request may be sent; `key` is its method and channel."""
        now = self._seconds()
        start = now
        if key is not None and self._window_s:
            log = self._channels.get(key) or deque(maxlen=PER_WINDOW)
            if len(log) == PER_WINDOW:
                start = max(now, log[0] + self._window_s)
            log.append(start)
            self._channels[key] = log
        if self._between_s:
            # A request takes its turn among all requests only once its channel is free.
            await self._pause(max(0.0, start - now))
            now = self._seconds()
            start = max(self._free_at, now - (BURST - 1) * self._between_s)
            self._free_at = start + self._between_s
        if start > now:
            await self._pause(start - now)

    def limit(self, request: Request) -> Request:
        """Wrap a request function of discord.py so that each call waits for its turn."""

        async def limited(route: Route, **options: Any) -> Any:  # noqa: ANN401 as discord.py has it
            await self.wait(_key(route))
            return await request(route, **options)

        return limited


def _key(route: Route) -> _Key | None:
    if route.channel_id is None or "/messages" not in route.path:
        return None
    return (route.method, int(route.channel_id)) if route.method in {"POST", "PATCH"} else None
