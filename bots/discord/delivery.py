"""Delivers one reply to Discord, as a `bots.conversation.ports.Delivery`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import discord
from aiohttp import ClientError

from bots.discord.conversion import is_private
from bots.discord.markdown_rendering import render
from bots.discord.outgoing_rate_limits import OutgoingLimits
from bots.discord.sending import edit_message, send_once
from bots.discord.timing import Timing
from bots.transport.journal import Entry
from bots.transport.streaming import DraftPacer, GrowingReply, SlowDown
from brain.asyncio_tasks import cancel_and_wait

_LATER_S = 1.0
Sent = discord.Message | discord.PartialMessage
"""A message of the reply."""


class _Messages:
    """Sends the messages of one reply, and remarks beside it, to the channel of a message."""

    def __init__(self, message: discord.Message, entry: Entry, *, pause_s: float) -> None:
        """Prepare to answer `message`; `pause_s` is as in `bots.discord.sending`."""
        self._message = message
        self._entry = entry
        self._pause_s = pause_s
        self._remarks = 0

    async def send(self, piece: str, *, number: int, again: bool) -> Sent:
        """Send a piece, as in `bots.transport.streaming`."""
        nonce = f"{self._message.id}{'b' if again else 'a'}{number}"
        sent = await self._post(piece, nonce=nonce, is_first=number == 0 and not again)
        self._entry.sent[number : number + again] = [sent.id]
        self._entry.save()
        return sent

    async def edit(self, message: Sent, piece: str) -> bool:
        """Edit a message, as in `bots.transport.streaming`."""
        try:
            await edit_message(message, piece, pause_s=self._pause_s)
        except discord.NotFound:
            return False
        return True

    async def delete(self, message: Sent) -> None:
        """Delete a message, as in `bots.transport.streaming`."""
        with suppress(discord.HTTPException):
            await message.delete()
        self._entry.sent.remove(message.id)
        self._entry.save()

    async def remark(self, piece: str, *, is_first: bool) -> None:
        """Send a remark; `is_first` tells whether nothing of the reply is shown yet."""
        self._remarks += 1
        await self._post(piece, nonce=f"{self._message.id}r{self._remarks}", is_first=is_first)

    async def _post(self, text: str, *, nonce: str, is_first: bool) -> discord.Message:
        in_public = not is_private(self._message.channel)
        return await send_once(
            self._message.channel,
            text,
            nonce=nonce,
            pause_s=self._pause_s,
            reply_to=self._message if is_first and in_public else None,
        )


class DiscordDelivery:
    """Delivers the reply to one message, to the channel that it was written in."""

    def __init__(
        self,
        message: discord.Message,
        *,
        outgoing_limits: OutgoingLimits,
        timing: Timing,
        edit_every_s: float,
        first_remarks: Sequence[str] = (),
        entry: Entry | None = None,
    ) -> None:
        """Prepare to deliver.

        Args:
            message: the message that is answered.
            outgoing_limits: the limits of the bot's requests.
            timing: limits and delays.
            edit_every_s: shortest time between two edits, in seconds.
            first_remarks: remarks that are sent when the reply begins.
            entry: keeps what of the reply was sent, also by a process that died; None: nothing
                does.
        """
        self._message = message
        self._outgoing_limits = outgoing_limits
        self._timing = timing
        self._first_remarks = first_remarks
        self._pacer = DraftPacer(
            self._show_draft, every_s=edit_every_s, first_after_s=timing.draft_after_s
        )
        self._entry = entry or Entry()
        self._messages = _Messages(message, self._entry, pause_s=timing.retry_after_s)
        sent = [discord.PartialMessage(channel=message.channel, id=one) for one in self._entry.sent]
        self._reply: GrowingReply[str, Sent] = GrowingReply(self._messages, sent=sent)
        self._typing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        """Show typing while the block runs; drafts that were shown stay if it fails."""
        for remark in self._first_remarks:
            with suppress(discord.HTTPException, ClientError, OSError):
                await self.remark(remark)
        self._typing = asyncio.create_task(self._type())
        try:
            yield
        finally:
            await self._stop_typing()
            await self._pacer.stop()

    def draft(self, text: str) -> None:
        """Show the reply so far, as in `bots.conversation.ports`."""
        self._pacer.draft(text)

    async def finish(self, text: str) -> None:
        """Send the whole reply. Raises what discord.py raises."""
        # While the store is away, only this tells the next process what is to be remembered.
        self._entry.said = text
        self._entry.save()
        await self._reply.show(render(text))

    async def remark(self, text: str) -> None:
        """Send a remark beside the reply. Raises what discord.py raises."""
        for piece in render(text):
            await self._messages.remark(piece, is_first=not self._reply.is_begun)

    async def _show_draft(self, text: str) -> None:
        if self._outgoing_limits.is_busy(self._message.channel.id):
            raise SlowDown(_LATER_S)
        # Typing that arrives after the draft would be shown for ten more seconds.
        await self._stop_typing()
        await self._reply.show(render(text, unfinished=True))

    async def _type(self) -> None:
        await asyncio.sleep(self._timing.typing_after_s)
        while True:
            if not self._outgoing_limits.is_busy(self._message.channel.id):
                # Typing that Discord refuses does no harm.
                with suppress(discord.HTTPException, ClientError, OSError):
                    await self._message.channel.typing()
            await asyncio.sleep(self._timing.typing_every_s)

    async def _stop_typing(self) -> None:
        typing, self._typing = self._typing, None
        if typing is not None:
            await cancel_and_wait([typing])
