"""How much may still be sent to a chat: drafts leave room for what has to be said.

Telegram takes about twenty messages and edits a minute in a group and answers more of them with
429; in a private chat about one a second. https://core.telegram.org/bots/faq#broadcasting-to-users
"""

from collections import deque
from collections.abc import Callable

from bots.recent import Recent

MINUTE_S = 60.0
GROUP_DRAFTS_A_MINUTE = 12
"""Of twenty: the rest is for replies. Drafts wait when so much was sent, by whomever."""
MOST_CHATS = 10_000


class Pace:
    """Of one bot: what was sent to which group lately."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives seconds, never going back."""
        self._now = now
        self._sent: Recent[int, deque[float]] = Recent(MOST_CHATS)

    def sent(self, chat: int) -> None:
        """A message or an edit went out."""
        lately = self._lately(chat)
        lately.append(self._now())
        self._sent.set(chat, lately)

    def until_draft(self, chat: int) -> float:
        """In how many seconds a draft may be shown in that group; 0: now."""
        lately = self._lately(chat)
        if len(lately) < GROUP_DRAFTS_A_MINUTE:
            return 0.0
        return lately[-GROUP_DRAFTS_A_MINUTE] + MINUTE_S - self._now()

    def _lately(self, chat: int) -> deque[float]:
        lately = self._sent.get(chat)
        if lately is None:
            lately = deque()
        while lately and lately[0] <= self._now() - MINUTE_S:
            lately.popleft()
        return lately
