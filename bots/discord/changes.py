"""What changes afterwards: messages that are edited or deleted, people who leave.

lane     after all that the person said there before; always the first of the three
attempt  at once; where the store is away again and again, beside everything else
keep     what is not done yet, so that a process that is stopped goes on after its next start
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import discord

from bots.again import Again, Rest, Work
from bots.discord.authors import Authors
from bots.discord.callers import Callers
from bots.discord.connection import Connection
from bots.discord.lanes import Lanes
from bots.discord.saying import said_now
from bots.discord.translate import guild_of, incoming_of, is_spoken, place_id
from bots.house import House
from bots.inbox import Inbox
from bots.recent import Recent
from brain.errors import StoreError

log = logging.getLogger(__name__)

EDITED, DELETED, LEFT = "edited", "deleted", "left"
KNOWN = 10_000
_TICK = timedelta(seconds=1)
"""How far our clock and Discord's may be apart."""
Fetch = Callable[[int, int], Awaitable[discord.Message | None]]
_Note = dict[str, Any]
"""What is kept of a change, so that it can be made after a restart."""


class Changes:
    """Of one process."""

    def __init__(
        self,
        house: House,
        connection: Connection,
        callers: Callers,
        *,
        lanes: Lanes,
        inbox: Inbox,
    ) -> None:
        """`lanes` and `inbox` are those of what is said."""
        self._house = house
        self._connection = connection
        self._callers = callers
        self._lanes = lanes
        self._inbox = inbox
        self._again = Again()
        self._later: set[asyncio.Task[None]] = set()
        self.authors = Authors(house.companion.store)
        """Who said what, and where."""
        self.gone: Recent[int, None] = Recent(KNOWN)
        """Messages that were deleted, perhaps before they were answered."""

    async def edited(self, message: discord.Message) -> None:
        """Its author changed it."""
        if not is_spoken(message):
            return
        place = self._lanes.speak(guild_of(message), message.channel.id, message.author.id)
        when = message.edited_at or message.created_at
        key = f"{EDITED}:{message.id}:{int(when.timestamp() * 1000)}"
        note = {"kind": EDITED, "channel": message.channel.id, "message": message.id}
        try:
            async with self._if_cut_off(key, note):
                await place.reached()
                await self._try(key, note, (message.id,), lambda: self._take_over(message))
        finally:
            place.leave()

    async def deleted(self, message: int, channel: int, guild: int | None) -> None:
        """Somebody deleted it: the author, or a moderator."""
        self.gone.set(message, None)
        key = f"{DELETED}:{message}"
        note = {"kind": DELETED, "message": message, "channel": channel, "guild": guild}
        async with self._if_cut_off(key, note), self._lane(message, channel, guild):
            await self._try(key, note, (message,), lambda: self._erase(message, channel, guild))

    async def departed(self, user: int, guild: int) -> None:
        """They left the server, or were thrown out."""
        place = self._lanes.depart(guild, user)
        left_at = self._house.clock.now()
        key = f"{LEFT}:{guild}:{user}:{int(left_at.timestamp() * 1000)}"
        note = {"kind": LEFT, "guild": guild, "user": user, "at": left_at.isoformat()}
        until: datetime | None = None

        async def forget() -> None:
            nonlocal until
            # Whatever they say when they are back waits for the first attempt, and not for others.
            limit, until = until, left_at + _TICK
            await self._forget(user, guild, until=limit)

        try:
            async with self._if_cut_off(key, note):
                await place.reached()
                await self._try(key, note, (LEFT, guild, user), forget)
        finally:
            place.leave()

    async def take_up(self, key: str, note: Mapping[str, Any], fetch: Fetch) -> None:
        """What a process before this one did not get done. `fetch` gives a message, or None."""
        kind = note["kind"]
        about: tuple[object, ...] | None = None
        work: Work | None = None
        if kind == LEFT:
            user, guild = note["user"], note["guild"]
            until = datetime.fromisoformat(note["at"]) + _TICK
            about, work = (LEFT, guild, user), lambda: self._forget(user, guild, until=until)
        elif kind == DELETED:
            gone, channel, guild = note["message"], note["channel"], note["guild"]
            self.gone.set(gone, None)
            about, work = (gone,), lambda: self._erase(gone, channel, guild)
        elif (message := await fetch(note["channel"], note["message"])) is not None:
            about, work = (message.id,), lambda: self._take_over(message)
        if about is not None and work is not None:
            # Under another key: what is noted under that one ends with this call.
            await self._try(f"{key}+", dict(note), about, work)

    async def finish(self) -> None:
        """Stop trying: what is not done is kept, for the next start."""
        later = list(self._later)
        for task in later:
            task.cancel()
        if later:
            await asyncio.wait(later)

    async def _take_over(self, message: discord.Message) -> None:
        caller, answering = self._callers.of(message), self._house.answering
        before = await answering.said(caller, str(message.id))
        if before is None:
            # It was not said to the bot, so what came with it is none of its business.
            return
        now = await said_now(
            message,
            me=self._connection.me,
            language=caller.language,
            characters=self._house.settings.chat.message_characters,
            before=before,
        )
        if now is None:
            log.warning("An edited message could not be taken over: its files are not to be had.")
            return
        text, images = now
        await answering.edited(caller, incoming_of(message, text, images=tuple(images)))

    async def _erase(self, message: int, channel: int, guild: int | None) -> None:
        author = await self._author(message, channel, guild)
        if author is None:
            return
        caller = self._callers.absent(author, channel, guild)
        await self._house.answering.deleted(caller, str(message))
        if guild is not None:
            await self.authors.forget(message)

    @asynccontextmanager
    async def _lane(self, message: int, channel: int, guild: int | None) -> AsyncIterator[None]:
        """In line behind all that the author said before, as far as they are known."""
        # Before its first attempt, as an edit is, and never within: attempts on one message wait
        # for each other, and an edit in line before this would wait for it.
        author = None
        with suppress(StoreError):
            author = await self._author(message, channel, guild)
        if author is None:
            yield
            return
        place = self._lanes.speak(guild, channel, author)
        try:
            await place.reached()
            yield
        finally:
            place.leave()

    async def _forget(self, user: int, guild: int, *, until: datetime | None) -> None:
        found = self._connection.get_guild(guild)
        channels = {channel.id for channel in found.channels} if found else set()
        threads = {thread.id for thread in found.threads} if found else set()
        # Some of those that there were are no more.
        spoken_in = await self.authors.places(guild)
        places = {place_id(each) for each in channels | threads | spoken_in}
        caller = self._callers.absent(user, guild, guild)
        await self._house.answering.departed(caller, places.__contains__, until=until)

    async def _author(self, message: int, channel: int, guild: int | None) -> int | None:
        author = await self.authors.of(message)
        if author is None and guild is None:
            found = await self._connection.channel(channel)
            recipient = found.recipient if isinstance(found, discord.DMChannel) else None
            author = recipient.id if recipient else None
        return author

    async def _try(self, key: str, note: _Note, about: tuple[object, ...], work: Work) -> None:
        rest = await self._again.attempt(about, work)
        if rest is not None:
            task = asyncio.create_task(self._go_on(key, note, rest))
            self._later.add(task)
            task.add_done_callback(self._later.discard)

    async def _go_on(self, key: str, note: _Note, rest: Rest) -> None:
        is_kept = False
        try:
            async with self._inbox.kept(key, json.dumps(note)) as is_ours:
                is_kept = True
                if is_ours:
                    await rest()
        except StoreError:
            if not is_kept:
                async with self._if_cut_off(key, note):
                    await rest()

    @asynccontextmanager
    async def _if_cut_off(self, key: str, note: _Note) -> AsyncIterator[None]:
        """Stopped in the block, the change is made after the next start."""
        try:
            yield
        except asyncio.CancelledError:
            with suppress(StoreError):
                await self._inbox.leave(key, json.dumps(note))
            raise
