"""One reply on its way to Discord. Fulfils `bots.conversation.ports.Delivery`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import discord
from aiohttp import ClientError

from bots.discord.rate_limits import RateLimits
from bots.discord.sending import amend, post
from bots.discord.timing import Timing
from bots.discord.translate import is_private
from bots.transport.markdown import pieces
from bots.transport.streaming import Pacer, SlowDown
from brain.tasks import cancel_and_wait

LIMIT = 2_000
"""Of a message, in characters."""
_LATER_S = 1.0


class DiscordDelivery:
    """Answers one message, in its channel."""

    def __init__(
        self,
        message: discord.Message,
        *,
        rate_limits: RateLimits,
        timing: Timing,
        edit_every_s: float,
        first_remarks: Sequence[str] = (),
    ) -> None:
        """Take what is needed.

        Args:
            message: what is answered.
            rate_limits: of the whole bot.
            timing: how long is waited for what.
            edit_every_s: the least time between two edits.
            first_remarks: what is said beside the reply as soon as there is to be one.
        """
        self._message = message
        self._rate_limits = rate_limits
        self._timing = timing
        self._first_remarks = first_remarks
        self._pacer = Pacer(self._show_draft, every_s=edit_every_s)
        self._shown: list[discord.Message] = []
        self._texts: list[str] = []
        self._latest = ""
        self._drafts_begin: asyncio.TimerHandle | None = None
        self._typing: asyncio.Task[None] | None = None
        self._remarks = 0

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
            if self._drafts_begin is not None:
                self._drafts_begin.cancel()
            await self._pacer.stop()

    def draft(self, text: str) -> None:
        """See `bots.conversation.ports`."""
        self._latest = text
        if self._drafts_begin is None:
            loop = asyncio.get_running_loop()
            self._drafts_begin = loop.call_later(self._timing.draft_after_s, self._begin_drafts)
        elif self._drafts_begin.when() <= asyncio.get_running_loop().time():
            self._pacer.draft(text)

    async def finish(self, text: str) -> None:
        """See `bots.conversation.ports`. Raises what discord.py raises."""
        await self._show(pieces(text, limit=LIMIT))

    async def remark(self, text: str) -> None:
        """See `bots.conversation.ports`. Raises what discord.py raises."""
        for piece in pieces(text, limit=LIMIT):
            self._remarks += 1
            nonce = f"{self._message.id}r{self._remarks}"
            await self._post(piece, nonce=nonce, is_first=not self._shown)

    def _begin_drafts(self) -> None:
        self._pacer.draft(self._latest)

    async def _show_draft(self, text: str) -> None:
        if self._rate_limits.is_busy(self._message.channel.id):
            raise SlowDown(_LATER_S)
        # Typing that arrives after the draft would show for ten seconds more.
        await self._stop_typing()
        await self._show(pieces(text, limit=LIMIT))

    async def _show(self, texts: Sequence[str]) -> None:
        """Have the messages of this reply read so, with as few requests as that takes."""
        for number, text in enumerate(texts):
            if number >= len(self._shown):
                nonce = f"{self._message.id}a{number}"
                self._shown.append(await self._post(text, nonce=nonce, is_first=number == 0))
                self._texts.append(text)
            elif self._texts[number] != text:
                try:
                    await amend(self._shown[number], text, pause_s=self._timing.retry_after_s)
                except discord.NotFound:
                    # A moderator took the draft away; the reply is said all the same.
                    nonce = f"{self._message.id}b{number}"
                    self._shown[number] = await self._post(text, nonce=nonce, is_first=False)
                self._texts[number] = text
        while len(self._shown) > len(texts):
            with suppress(discord.HTTPException):
                await self._shown[-1].delete()
            del self._shown[-1], self._texts[-1]

    async def _post(self, text: str, *, nonce: str, is_first: bool) -> discord.Message:
        in_public = not is_private(self._message.channel)
        return await post(
            self._message.channel,
            text,
            nonce=nonce,
            pause_s=self._timing.retry_after_s,
            reply_to=self._message if is_first and in_public else None,
        )

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
