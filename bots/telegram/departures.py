"""Forgets what people said in a group that they left or were removed from, if it chose so.

Telegram lists no topics, so that the places are those with memories of the person. A failure is
retried (`bots.transport.retrying`), and if the process stops meanwhile, after its next start. As
the person may be back by then, only what is older than their departure is forgotten. A message
that a dead process left unanswered may be handled after the departure: it is answered and then
forgotten too.

Nothing is forgotten if the bot itself is removed or the group is deleted: the people are still
there, and what they said is theirs, in private and under /forget. The group's settings stay too,
in case the bot is added again. Departures while the bot is not in the group are not noticed.
"""

from datetime import datetime, timedelta

from cachetools import FIFOCache
from telegram import Chat, Message, User

from bots.telegram.context import TelegramContext
from bots.transport.retrying import Retrier, Retry

_TICK = timedelta(seconds=1)
"""Resolution of Telegram's dates; what was said within the last second is older too."""
MOST_KNOWN = 10_000
"""Most people whose last departure from a group is kept in memory."""


class Departures:
    """Forgets what people said in a group that they left, if the group chose so."""

    def __init__(self, context: TelegramContext) -> None:
        self._context = context
        self._left: FIFOCache[tuple[int, int], tuple[datetime, int]] = FIFOCache(MOST_KNOWN)
        """By group and person, the time of their last departure and the id of its update."""

    async def handle_departure(
        self, user: User, chat: Chat, when: datetime, *, update: int
    ) -> Retry | None:
        """Forget what a person said in a group until a time; return the retries if that failed.

        Args:
            user: the person who left.
            chat: the group.
            when: the time of the departure, in UTC.
            update: Telegram's id of the update that tells it.
        """
        subject, left = (chat.id, user.id), (when, update)
        self._left[subject] = max(left, self._left.get(subject) or left)
        return await self._forget(user, chat, when)

    async def forget_if_left(self, message: Message, user: User, *, update: int) -> Retry | None:
        """Forget a message whose author left after it; return the retries if that failed."""
        left = self._left.get((message.chat_id, user.id))
        # Ids of updates are compared too, since a person may be back within the same second.
        if left is None or (message.date, update) > left:
            return None
        return await self._forget(user, message.chat, left[0])

    async def _forget(self, user: User, chat: Chat, when: datetime) -> Retry | None:
        context = self._context

        async def forget() -> None:
            # The caller is built for each try: without the store, a migrated group looks like a
            # different one.
            caller = await context.caller(user, chat, None, for_certain=True)
            group = caller.place.id
            await context.services.message_handler.forget_leaver(
                caller,
                lambda place: place == group or place.startswith(f"{group}/"),
                until=when + _TICK,
            )

        # Each departure is retried separately: what was said before it is forgotten in any case.
        return await Retrier(pause=context.pause).attempt(None, forget)
