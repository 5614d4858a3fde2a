"""One message from a platform to its reply there: access, the turn, the words.

admit     access, rates and budgets; a message that may not be answered gets a polite line
turn      the reply streams to the platform while the model speaks
deliver   the whole reply is delivered before it is written: a process that dies in between
          answers again when the message comes again, and never loses a reply in silence

`Caller.person` and `Incoming.person` are the account as the platform knows it; whom it was joined
with is found out here. A delivery may raise whatever its platform raises: the turn is kept with
its reply all the same, and one remark is tried.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bots.screens import Caller
from brain.messages import Incoming


class Delivery(Protocol):
    """Where one reply goes. A platform makes one for each message that it hands over."""

    def thinking(self) -> AbstractAsyncContextManager[None]:
        """Shows that somebody types, until the block is left."""
        ...

    def draft(self, text: str) -> None:
        """The reply so far. Returns at once; how often it is shown is up to the platform."""
        ...

    async def finish(self, text: str) -> None:
        """The whole reply, in as many messages as it needs, in place of the draft."""
        ...

    async def remark(self, text: str) -> None:
        """A line of ours beside the reply: consent, a limit, an error."""
        ...


class MessageHandler(Protocol):
    """What platforms call for messages. Who is not answered is told in their language why.

    All but `answer` raise StoreError, for nobody is there to be told: they are to be tried again
    (see `bots.transport.retrying`), and having been done twice does no harm.
    """

    async def answer(self, caller: Caller, incoming: Incoming, delivery: Delivery) -> None:
        """Answer a message, or say why not; one that came before is passed over in silence."""
        ...

    async def remembered_text(self, caller: Caller, message: str) -> str | None:
        """What is remembered of a message, by its `Incoming.id`; None: nothing is."""
        ...

    async def edit_message(self, caller: Caller, incoming: Incoming) -> None:
        """The person changed a message: its memory changes with it."""
        ...

    async def delete_message(self, caller: Caller, message: str) -> None:
        """The person deleted a message: its memory is erased. `message` is its `Incoming.id`."""
        ...

    async def forget_leaver(
        self, caller: Caller, is_there: Callable[[str], bool], *, until: datetime | None = None
    ) -> None:
        """The person left a community: what they said there is erased, if the settings say so.

        `is_there` tells whether a place, by its id, is or was one of the community. What was said
        from `until` on stays; None: all goes.
        """
        ...
