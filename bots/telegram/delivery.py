"""Delivers one reply to Telegram, as a `bots.conversation.ports.Delivery`.

In a private chat the reply grows as a draft, if the server supports that; otherwise as a message
that is edited. What is too long for one message goes on in the next one in both cases. If a person
blocked the bot or a group removed it, nothing more is sent, and that is not an error.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter

from bots.telegram.markdown_rendering import Piece, render
from bots.telegram.sending import AnswerLost, ChatTarget, seconds_of
from bots.transport.journal import Entry
from bots.transport.streaming import DraftPacer, GrowingReply, SlowDown
from brain.asyncio_tasks import cancel_and_wait
from brain.texts import say

log = logging.getLogger(__name__)

DRAFT_EVERY_S = 1.0
"""Seconds between two drafts, which are no messages and cost less than edits."""
DRAFT_AFTER_S = 0.4
TYPING_EVERY_S = 4.5
"""Seconds between two requests to show typing; Telegram shows it for five seconds."""


@dataclass(slots=True, kw_only=True)
class DeliveryOptions:
    """How one bot shows its replies; all deliveries share it, and set `has_drafts`."""

    edit_every_s: float
    draft_after_s: float = DRAFT_AFTER_S
    """Seconds before typing and drafts; a quicker reply is shown whole at once."""
    typing_every_s: float = TYPING_EVERY_S
    has_drafts: bool = True
    """Whether the server supports drafts, as far as is known."""


@dataclass(slots=True)
class _Messages:
    """Sends the messages of one reply to a chat."""

    target: ChatTarget
    entry: Entry
    """Keeps which messages were sent."""
    is_whole: bool = False
    """Whether messages are sent that stay, so that a lost one does not stop the others."""
    was_lost: bool = False
    """Whether a message that was to stay may have been lost."""

    async def send(self, piece: Piece, *, number: int, again: bool) -> int | None:
        """Send a piece, as in `bots.transport.streaming`; None: it may not have arrived."""
        message: int | None = None
        try:
            message = await self.target.send(piece)
        except AnswerLost:
            if not self.is_whole:
                raise
            self.was_lost = True
        self.entry.sent[number : number + again] = [message]
        self.entry.save()
        return message

    async def edit(self, message: int | None, piece: Piece) -> bool:
        """Edit a message, as in `bots.transport.streaming`."""
        if message is None:
            return False
        try:
            await self.target.edit(message, piece)
        except BadRequest as error:
            if "not found" not in error.message.casefold():
                raise
            return False
        return True

    async def delete(self, message: int | None) -> None:
        """Delete a message, as in `bots.transport.streaming`."""
        if message is not None:
            await self.target.delete(message)
        self.entry.sent.remove(message)
        self.entry.save()


class TelegramDelivery:
    """Delivers the reply to one message, to the chat that it was written in."""

    def __init__(
        self,
        target: ChatTarget,
        *,
        options: DeliveryOptions,
        language: str,
        draft_number: int,
        entry: Entry | None = None,
    ) -> None:
        """Prepare to deliver.

        Args:
            target: the chat that the reply goes to.
            entry: keeps what of the reply was sent, also by a process that died; None: nothing
                does.
            options: how the bot shows its replies.
            language: code of the person's language, for remarks on the delivery itself.
            draft_number: Telegram's id of the draft, which must not be 0.
        """
        self._target = target
        self._options = options
        self._language = language
        self._draft_number = draft_number
        every_s = DRAFT_EVERY_S if self._as_draft else options.edit_every_s
        self._pacer = DraftPacer(
            self._show_draft,
            every_s=every_s,
            first_after_s=options.draft_after_s,
            pause=target.pause,
        )
        self._entry = entry or Entry()
        self._messages = _Messages(target, self._entry)
        self._reply: GrowingReply[Piece, int | None] = GrowingReply(
            self._messages, sent=self._entry.sent
        )
        self._unwelcome = False

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        """Show typing while the block runs."""
        typing = asyncio.create_task(self._type())
        try:
            yield
        finally:
            await cancel_and_wait([typing])
            await self._pacer.stop()

    def draft(self, text: str) -> None:
        """Show the reply so far, as in `bots.conversation.ports`."""
        self._pacer.draft(text)

    async def finish(self, text: str) -> None:
        """Send the whole reply. Raises TelegramError."""
        pieces = render(text) or render(say(self._language, "chat-no-words"))
        if self._unwelcome:
            return
        self._messages.is_whole = True
        # Written down before and after each message, so that only the last may be sent twice.
        self._entry.said = text
        self._entry.save()
        try:
            await self._reply.show(pieces)
        except Forbidden:
            self._unwelcome = True
        if self._messages.was_lost:
            await self.remark(say(self._language, "telegram-perhaps-lost"))

    async def remark(self, text: str) -> None:
        """Send a remark beside the reply. Raises TelegramError."""
        if self._unwelcome:
            return
        for piece in render(text):
            try:
                await self._target.send(piece)
            except AnswerLost:
                log.warning("A remark may have been lost with the line.")
            except Forbidden:
                self._unwelcome = True
                return

    @property
    def _as_draft(self) -> bool:
        return self._target.private and self._options.has_drafts

    async def _show_draft(self, text: str) -> None:
        pieces = render(text, unfinished=True)
        if not pieces or self._unwelcome:
            return
        try:
            if self._as_draft and await self._drafted(pieces):
                return
            if (wait := self._seconds_until_edit()) > 0:
                raise SlowDown(wait)
            await self._reply.show(pieces)
        except RetryAfter as refusal:
            raise SlowDown(seconds_of(refusal)) from None
        except Forbidden:
            self._unwelcome = True
        except BadRequest:
            raise
        except NetworkError:
            raise SlowDown(self._options.edit_every_s) from None

    async def _drafted(self, pieces: Sequence[Piece]) -> bool:
        """Send the pieces that are complete as messages, and show the last one as a draft."""
        self._messages.is_whole = True
        try:
            await self._reply.show(pieces[:-1])
            await self._target.send_draft(self._draft_number, pieces[-1])
        except InvalidToken:
            # This is a 404 of an older Bot API server, which lacks the method.
            self._options.has_drafts = False
            self._pacer.every_s = self._options.edit_every_s
            return False
        return True

    def _seconds_until_edit(self) -> float:
        return (
            0.0
            if self._target.private
            else self._target.outgoing_limits.seconds_until_draft(self._target.chat_id)
        )

    async def _type(self) -> None:
        await asyncio.sleep(self._options.draft_after_s)
        while not self._unwelcome:
            await self._target.show_typing()
            await asyncio.sleep(self._options.typing_every_s)
