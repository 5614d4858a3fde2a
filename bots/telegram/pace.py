"""How much may still be sent to a chat: drafts leave room for what has to be said.

Telegram takes about twenty messages and edits a minute in a group and answers more of them with
429; in a private chat about one a second. https://core.telegram.org/bots/faq#broadcasting-to-users
"""

from collections import deque
from collections.abc import Callable

MINUTE_S = 60.0
GROUP_DRAFTS_A_MINUTE = 12
"""Of twenty: the rest is for replies. Drafts wait when so much was sent, by whomever."""
MOST_CHATS = 10_000


class Pace:
    """Of one bot: what was sent to which group lately."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives seconds, never going back."""
        self._now = now
        self._sent: dict[int, deque[float]] = {}

    def sent(self, chat: int) -> None:
        """A message or an edit went out."""
        if chat not in self._sent and len(self._sent) >= MOST_CHATS:
            del self._sent[next(iter(self._sent))]
        self._lately(chat).append(self._now())

    def until_draft(self, chat: int) -> float:
        """In how many seconds a draft may be shown in that group; 0: now."""
        lately = self._lately(chat)
        if len(lately) < GROUP_DRAFTS_A_MINUTE:
            return 0.0
        return lately[-GROUP_DRAFTS_A_MINUTE] + MINUTE_S - self._now()

    def _lately(self, chat: int) -> deque[float]:
        lately = self._sent.setdefault(chat, deque())
        while lately and lately[0] <= self._now() - MINUTE_S:
            lately.popleft()
        return lately
