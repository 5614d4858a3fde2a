"""Forgets what people said in a group that they left or were thrown out of, if it chose so.

Telegram lists no topics, so the places are those where something of theirs is kept. Where that
fails it is tried again (`bots.transport.retrying`), and a process that is stopped meanwhile goes on
after its next start. They may be back by then: only what is older than their leaving goes. What a
dead process left unanswered may come after it: that is answered, and goes as well.

The bot itself being thrown out, or its group deleted, is nothing of that kind: the people are still
there, and what they said stays theirs, in private and under /forget. The group's settings stay as
well, for when it is added again. Who leaves while the bot is out is not seen.
"""

from datetime import datetime, timedelta

from telegram import Chat, Message, User

from bots.telegram.context import TelegramContext
from bots.transport.retrying import Retrier, Retry
from brain.bounded_dict import BoundedDict

_TICK = timedelta(seconds=1)
"""Telegram's dates are whole seconds: what was said within the last one is older, too."""
MOST_KNOWN = 10_000
"""Those of whom it is known when they left a group."""


class Departures:
    """Forgets what people said in a group that they left, if the group chose so."""

    def __init__(self, context: TelegramContext) -> None:
        self._context = context
        self._left: BoundedDict[tuple[int, int], tuple[datetime, int]] = BoundedDict(MOST_KNOWN)
        """By group and person, when they left last, and the number of the update that told it."""

    async def handle_departure(
        self, user: User, chat: Chat, when: datetime, *, update: int
    ) -> Retry | None:
        """Forget what a person said in a group until `when`, UTC. No StoreError comes out.

        Given is what is left to do, if it did not succeed. `update` is the number of the update.
        """
        subject, left = (chat.id, user.id), (when, update)
        self._left[subject] = max(left, self._left.get(subject) or left)
        return await self._forget(user, chat, when)

    async def forget_if_left(self, message: Message, user: User, *, update: int) -> Retry | None:
        """Forget a message whose author left since they wrote it. As `handle_departure`."""
        left = self._left.get((message.chat_id, user.id))
        # By their numbers as well: they may be back within the same second.
        if left is None or (message.date, update) > left:
            return None
        return await self._forget(user, message.chat, left[0])

    async def _forget(self, user: User, chat: Chat, when: datetime) -> Retry | None:
        context = self._context

        async def forget() -> None:
            # Each time: while the store is away, a group that moved looks like another one.
            caller = await context.caller(user, chat, None, for_certain=True)
            group = caller.place.id
            await context.services.message_handler.forget_leaver(
                caller,
                lambda place: place == group or place.startswith(f"{group}/"),
                until=when + _TICK,
            )

        # By itself, also if they left before: what they said until then goes in any case.
        return await Retrier(pause=context.pause).attempt(None, forget)
