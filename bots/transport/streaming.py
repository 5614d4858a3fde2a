"""Shows a reply while it is being written, as often as the platform allows.

After each interval the latest text is shown, if it changed. The interval grows for the rest of the
reply when the platform refuses a draft.

The platform splits each text into pieces, one for each message. A message whose piece changed is
edited, a piece without a message is sent, and a message without a piece is deleted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

from brain.asyncio_tasks import cancel_and_wait
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

SLOWER = 1.5
"""Factor by which the interval grows with each refusal."""
LONGEST_S = 60.0
"""Seconds that the interval grows to at most."""

Piece = TypeVar("Piece")
"""The content of one message."""
PieceIn = TypeVar("PieceIn", contravariant=True)  # noqa: PLC0105 named for what it is
Message = TypeVar("Message")
"""The platform's handle of a sent message."""


class SlowDown(Exception):
    """The platform refused a draft, and may be asked again after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class DraftPacer:
    """Shows the drafts of one reply, the latest draft after each interval."""

    def __init__(
        self,
        show: Callable[[str], Awaitable[None]],
        *,
        every_s: float,
        first_after_s: float = 0.0,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Prepare to show drafts.

        Args:
            show: shows a draft; may raise SlowDown. After any other error no more drafts are shown.
            every_s: the interval in seconds, from the end of one request to the next.
            first_after_s: seconds before the first draft, in which the whole reply may come.
            pause: waits for a number of seconds.
        """
        self._show = show
        self._first_after_s = first_after_s
        self._pause = pause
        self.every_s = every_s
        """The present interval in seconds."""
        self.shown = ""
        """The draft that was shown last."""
        self._wanted = ""
        self._showing: asyncio.Task[None] | None = None
        self._in_flight: asyncio.Future[None] | None = None
        self._ended = False

    def draft(self, text: str) -> None:
        """Set the latest draft, to be shown after the interval; returns at once."""
        self._wanted = text
        if self._showing is None and not self._ended and text != self.shown:
            self._showing = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Show no more drafts, and wait until a request in progress has succeeded or failed."""
        self._ended = True
        # The task resets the attribute when it ends, which may happen while this waits.
        showing = self._showing
        if showing is not None:
            if self._in_flight is not None:
                await asyncio.wait([self._in_flight])
            await cancel_and_wait([showing])

    async def _run(self) -> None:
        try:
            if self._first_after_s:
                await self._pause(self._first_after_s)
                self._first_after_s = 0.0
            while self._wanted != self.shown and not self._ended:
                text = self._wanted
                wait = self.every_s
                try:
                    await self._send(text)
                    self.shown = text
                except SlowDown as refusal:
                    self.every_s = min(LONGEST_S, self.every_s * SLOWER)
                    wait = max(refusal.retry_after_s, self.every_s)
                await self._pause(wait)
        except Exception as error:  # noqa: BLE001 the whole reply is sent in any case
            log.warning("Drafts of a reply are given up: %s", type(error).__name__)
            self._ended = True
        finally:
            self._showing = None

    async def _send(self, text: str) -> None:
        # A request that is cancelled may still arrive, even after the whole reply: it is shielded.
        self._in_flight = asyncio.ensure_future(self._show(text))
        try:
            await asyncio.shield(self._in_flight)
        finally:
            if self._in_flight.done():
                self._in_flight = None


class Messages(Protocol[PieceIn, Message]):
    """Sends the messages of one reply. Each method raises what the platform raises."""

    async def send(self, piece: PieceIn, *, number: int, again: bool) -> Message:
        """Send a piece.

        Args:
            piece: the piece of the reply.
            number: the number of the piece in the reply, from 0.
            again: whether the piece was sent before, in a message that has been deleted.
        """
        ...

    async def edit(self, message: Message, piece: PieceIn) -> bool:
        """Replace a message's content with a piece; return False if the message is gone."""
        ...

    async def delete(self, message: Message) -> None:
        """Delete a message that the reply no longer needs."""
        ...


class GrowingReply(Generic[Piece, Message]):
    """Keeps the messages of one reply up to date with its pieces.

    It raises what the methods of `Messages` raise.
    """

    def __init__(
        self,
        messages: Messages[Piece, Message],
        *,
        sent: Sequence[Message] = (),
    ) -> None:
        """Begin with nothing shown, or with what an earlier process sent.

        Args:
            messages: sends, edits and deletes the messages.
            sent: messages of the reply that were sent before.
        """
        self._messages = messages
        self._shown: list[tuple[Message, Piece | None]] = [(message, None) for message in sent]
        """Each message with the piece that it shows; None where that is not known."""

    @property
    def is_begun(self) -> bool:
        """Whether any part of the reply is shown."""
        return bool(self._shown)

    async def show(self, pieces: Sequence[Piece]) -> None:
        """Make the messages show these pieces, with as few requests as possible."""
        for number, piece in enumerate(pieces):
            if number == len(self._shown):
                message = await self._messages.send(piece, number=number, again=False)
                self._shown.append((message, piece))
                continue
            message, before = self._shown[number]
            if before == piece:
                continue
            if not await self._messages.edit(message, piece):
                # A person deleted the message, and the piece is sent in a new one.
                message = await self._messages.send(piece, number=number, again=True)
            self._shown[number] = (message, piece)
        while len(self._shown) > len(pieces):
            await self._messages.delete(self._shown[-1][0])
            del self._shown[-1]
