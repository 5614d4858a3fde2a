"""Defines what platforms call for messages, and how a reply is delivered to them.

    admit     a message is counted when it arrives; what is over a limit is refused, politely once
    access    when its turn comes, the lists and the limits of the day are checked
    turn      the reply streams to the platform while the model writes it
    deliver   the whole reply is delivered before it is stored, so that a process that dies in
              between answers the message again, and no reply is lost

`Caller.person` and `Incoming.person` are the account as the platform knows it; the handler looks up
the person that it was joined with. A delivery may raise any error of its platform: the turn is kept
with its reply, and the handler tries to send one remark.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bots.screens import Caller
from brain.messages import Incoming


class Delivery(Protocol):
    """Sends one reply. A platform makes a delivery for each message that it passes on."""

    def thinking(self) -> AbstractAsyncContextManager[None]:
        """Show that the bot is typing while the block runs."""
        ...

    def draft(self, text: str) -> None:
        """Show the reply so far; returns at once, and the platform decides how often to show it."""
        ...

    async def finish(self, text: str) -> None:
        """Send the whole reply in place of the draft, in as many messages as it needs."""
        ...

    async def remark(self, text: str) -> None:
        """Send a line beside the reply, such as one about consent, a limit or an error."""
        ...


class MessageHandler(Protocol):
    """Handles a platform's messages, edits, deletions and departures.

    All methods but `admit` and `answer` raise StoreError, because there is no reply that could tell
    of it. They may be called again, as `bots.transport.retrying` does: doing it twice does no harm.
    """

    async def admit(
        self, caller: Caller, delivery: Delivery, *, waiting: int, said_at: datetime | None = None
    ) -> bool:
        """Count a message when it arrives, and return whether it is to be answered.

        A person who is over a limit is told once in a while. Raises nothing.

        Args:
            caller: who wrote it, and where.
            delivery: sends them the line.
            waiting: how many messages it has to wait for.
            said_at: when it was written; None means now.
        """
        ...

    async def answer(self, caller: Caller, incoming: Incoming, delivery: Delivery) -> None:
        """Answer a message, or tell the person in their language why not.

        A message that was answered before is ignored.
        """
        ...

    async def remembered_text(self, caller: Caller, message: str) -> str | None:
        """Return the text that is remembered of a message, or None if nothing is.

        `message` is the `Incoming.id` of the message.
        """
        ...

    async def zone_of(self, caller: Caller) -> ZoneInfo:
        """Return the time zone of a person, in which they read times."""
        ...

    async def edit_message(self, caller: Caller, incoming: Incoming) -> None:
        """Change what is remembered of a message that the person edited.

        `incoming` is the message as it reads now; one that is empty now is erased.
        """
        ...

    async def delete_message(self, caller: Caller, message: str) -> None:
        """Erase what is remembered of a message that was deleted; `message` is `Incoming.id`."""
        ...

    async def forget_leaver(
        self, caller: Caller, is_there: Callable[[str], bool], *, until: datetime | None = None
    ) -> None:
        """Erase what a person said in a community that they left, if its settings say so.

        Args:
            caller: the person who left, and the community.
            is_there: whether the place with an id is or was one of the community.
            until: what was said from this time on stays; None erases everything.
        """
        ...
