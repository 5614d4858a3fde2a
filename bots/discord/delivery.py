"""Delivers one reply to Discord. Fulfils `bots.conversation.ports.Delivery`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import discord
from aiohttp import ClientError

from bots.discord.conversion import is_private
from bots.discord.outgoing_limits import OutgoingLimits
from bots.discord.sending import edit_message, send_once
from bots.discord.timing import Timing
from bots.transport.markdown import split_markdown
from bots.transport.streaming import DraftPacer, GrowingReply, SlowDown
from brain.asyncio_tasks import cancel_and_wait

LIMIT = 2_000
"""Of a message, in characters."""
_LATER_S = 1.0


class _Messages:
    """Sends the messages of one reply, and remarks beside it, to the channel of a message."""

    def __init__(self, message: discord.Message, *, pause_s: float) -> None:
        """`message` is answered; `pause_s` is that of `bots.discord.sending`."""
        self._message = message
        self._pause_s = pause_s
        self._remarks = 0

    async def send(self, piece: str, *, number: int, again: bool) -> discord.Message:
        """See `bots.transport.streaming`."""
        nonce = f"{self._message.id}{'b' if again else 'a'}{number}"
        return await self._post(piece, nonce=nonce, is_first=number == 0 and not again)

    async def edit(self, message: discord.Message, piece: str) -> bool:
        """See `bots.transport.streaming`."""
        try:
            await edit_message(message, piece, pause_s=self._pause_s)
        except discord.NotFound:
            return False
        return True

    async def delete(self, message: discord.Message) -> None:
        """See `bots.transport.streaming`."""
        with suppress(discord.HTTPException):
            await message.delete()

    async def remark(self, piece: str, *, is_first: bool) -> None:
        """Send a remark; `is_first`: nothing of the reply is shown yet."""
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
    ) -> None:
        """Take what is needed.

        Args:
            message: what is answered.
            outgoing_limits: of the whole bot.
            timing: how long is waited for what.
            edit_every_s: the least time between two edits.
            first_remarks: what is said beside the reply as soon as there is to be one.
        """
        self._message = message
        self._rate_limits = outgoing_limits
        self._timing = timing
        self._first_remarks = first_remarks
        self._pacer = DraftPacer(
            self._show_draft, every_s=edit_every_s, first_after_s=timing.draft_after_s
        )
        self._messages = _Messages(message, pause_s=timing.retry_after_s)
        self._reply = GrowingReply(self._messages)
        self._typing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        """See `bots.conversation.ports`. What was shown when it ends badly stays as it is."""
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
        """See `bots.conversation.ports`."""
        self._pacer.draft(text)

    async def finish(self, text: str) -> None:
        """See `bots.conversation.ports`. Raises what discord.py raises."""
        await self._reply.show(split_markdown(text, limit=LIMIT))

    async def remark(self, text: str) -> None:
        """See `bots.conversation.ports`. Raises what discord.py raises."""
        for piece in split_markdown(text, limit=LIMIT):
            await self._messages.remark(piece, is_first=not self._reply.is_begun)

    async def _show_draft(self, text: str) -> None:
        if self._rate_limits.is_busy(self._message.channel.id):
            raise SlowDown(_LATER_S)
        # Typing that arrives after the draft would show for ten seconds more.
        await self._stop_typing()
        await self._reply.show(split_markdown(text, limit=LIMIT))

    async def _type(self) -> None:
        await asyncio.sleep(self._timing.typing_after_s)
        while True:
            if not self._rate_limits.is_busy(self._message.channel.id):
                # Nothing depends on it: where it may not, or cannot, it does not.
                with suppress(discord.HTTPException, ClientError, OSError):
                    await self._message.channel.typing()
            await asyncio.sleep(self._timing.typing_every_s)

    async def _stop_typing(self) -> None:
        typing, self._typing = self._typing, None
        if typing is not None:
            await cancel_and_wait([typing])
