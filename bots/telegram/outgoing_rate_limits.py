"""Counts what was sent to each group, so that drafts leave room for replies.

Telegram accepts about twenty messages and edits per minute in a group, and about one per second
in a private chat. It refuses more with 429.
https://core.telegram.org/bots/faq#broadcasting-to-users
"""

from collections import deque
from collections.abc import Callable

from cachetools import FIFOCache

MINUTE_S = 60.0
GROUP_DRAFTS_A_MINUTE = 12
"""Messages and edits in a minute after which drafts wait; the rest of the twenty is for replies."""
MOST_CHATS = 10_000


class OutgoingLimits:
    """Counts what one bot sent to each group, so that drafts wait while it is near its limit."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Begin with nothing sent; `now` is a monotonic clock, in seconds."""
        self._now = now
        self._recorded: FIFOCache[int, deque[float]] = FIFOCache(MOST_CHATS)

    def record(self, chat: int) -> None:
        """Count a message or an edit that was just sent to a group."""
        lately = self._lately(chat)
        lately.append(self._now())
        self._recorded[chat] = lately

    def seconds_until_draft(self, chat: int) -> float:
        """Return the seconds until a draft may be shown in a group; 0 or less means now."""
        lately = self._lately(chat)
        if len(lately) < GROUP_DRAFTS_A_MINUTE:
            return 0.0
        return lately[-GROUP_DRAFTS_A_MINUTE] + MINUTE_S - self._now()

    def _lately(self, chat: int) -> deque[float]:
        lately = self._recorded.get(chat)
        if lately is None:
            lately = deque()
        while lately and lately[0] <= self._now() - MINUTE_S:
            lately.popleft()
        return lately
