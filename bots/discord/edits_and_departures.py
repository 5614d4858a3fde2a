"""Applies edits, deletions and departures of Discord to what is remembered.

lane     a change waits for all that the person said there before
attempt  it is made at once, and retried in the background while the store is away
keep     what is not done when the process stops is done after the next start
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import discord
from cachetools import FIFOCache

from bots.discord.callers import Callers
from bots.discord.connection import Connection
from bots.discord.conversion import guild_of, incoming_of, is_spoken, place_id
from bots.discord.durable_changes import DurableChanges
from bots.discord.errors import DISCORD, DiscordUnreachable, translating_errors
from bots.discord.lanes import departure_lane, message_lane
from bots.discord.message_authors import MessageAuthors
from bots.discord.message_content import read_edited_content
from bots.discord.message_parts import Reader, has_times
from bots.screens import Caller
from bots.services import Services
from bots.transport.inbox import Inbox
from bots.transport.lanes import Lane, Lanes
from bots.transport.retrying import Operation
from brain.errors import StoreError
from brain.messages import UTC_ZONE

EDITED, DELETED, LEFT = "edited", "deleted", "left"
KNOWN = 10_000
_TICK = timedelta(seconds=1)
"""How far this machine's clock and Discord's may differ."""
Fetch = Callable[[int, int], Awaitable[discord.Message | None]]


class Changes:
    """Applies edits, deletions and departures to the memory, in the order of the events."""

    def __init__(
        self,
        services: Services,
        connection: Connection,
        callers: Callers,
        *,
        lanes: Lanes,
        inbox: Inbox,
        fetch: Fetch,
    ) -> None:
        """Prepare to apply changes.

        Args:
            services: what all platforms share.
            connection: the connection to Discord.
            callers: builds callers.
            lanes: the lanes of the messages.
            inbox: the inbox of the messages.
            fetch: fetches a message by the ids of its channel and its own; None if it is gone.
        """
        self._services = services
        self._connection = connection
        self._callers = callers
        self._lanes = lanes
        self._fetch = fetch
        self._address = services.settings.discord.api_base or DISCORD
        self.durable = DurableChanges(inbox)
        self.authors = MessageAuthors(services.companion.store.values)
        """Knows who wrote which message, and where."""
        self.gone: FIFOCache[int, None] = FIFOCache(KNOWN)
        """Ids of messages that were deleted, perhaps before they were answered."""

    async def handle_edit(self, message: discord.Message) -> None:
        """Change what is remembered of a message that its author edited."""
        if not is_spoken(message):
            return
        lane = message_lane(guild_of(message), message.channel.id, message.author.id)
        when = message.edited_at or message.created_at
        key = f"{EDITED}:{message.id}:{int(when.timestamp() * 1000)}"
        note = {"kind": EDITED, "channel": message.channel.id, "message": message.id}
        with self._lanes.join(lane) as ticket:
            async with self.durable.defer_if_cancelled(key, note):
                if await self.durable.defer_if_stopping(key, note):
                    return
                await ticket.wait()
                # The edit must not replace a deletion that is still being retried.
                if message.id not in self.gone:
                    await self.durable.apply(key, note, (message.id,), self._taking_over(message))

    async def handle_deletion(
        self, messages: Sequence[int], channel: int, guild: int | None
    ) -> None:
        """Erase what is remembered of messages that their author or a moderator deleted."""
        # They are begun together, so that all of them are kept if this is cancelled.
        each = (self._handle_deletion_of(message, channel, guild) for message in messages)
        for outcome in await asyncio.gather(*each, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _handle_deletion_of(self, message: int, channel: int, guild: int | None) -> None:
        self.gone[message] = None
        key = f"{DELETED}:{message}"
        note = {"kind": DELETED, "message": message, "channel": channel, "guild": guild}
        async with self.durable.defer_if_cancelled(key, note):
            if await self.durable.defer_if_stopping(key, note):
                return
            with self._lanes.join(await self._lane(message, channel, guild)) as ticket:
                await ticket.wait()
                await self.durable.apply(
                    key, note, (message,), lambda: self._erase(message, channel, guild)
                )

    async def handle_departure(self, user: int, guild: int) -> None:
        """Forget what a person said in a server that they left, if the server chose so."""
        left_at = self._services.clock.now()
        key = f"{LEFT}:{guild}:{user}:{int(left_at.timestamp() * 1000)}"
        note = {"kind": LEFT, "guild": guild, "user": user, "at": left_at.isoformat()}
        until: datetime | None = None

        async def forget() -> None:
            nonlocal until
            # A retry may come after they have returned: it leaves what they said since then.
            limit, until = until, left_at + _TICK
            await self._forget(user, guild, until=limit)

        with self._lanes.join(departure_lane(guild, user)) as ticket:
            async with self.durable.defer_if_cancelled(key, note):
                if await self.durable.defer_if_stopping(key, note):
                    return
                await ticket.wait()
                await self.durable.apply(key, note, (LEFT, guild, user), forget)

    async def resume(self, key: str, note: Mapping[str, Any]) -> None:
        """Make a change that an earlier process left undone."""
        kind = note["kind"]
        subject: tuple[object, ...] | None = None
        operation: Operation | None = None
        if kind == LEFT:
            user, guild = note["user"], note["guild"]
            until = datetime.fromisoformat(note["at"]) + _TICK
            subject, operation = (LEFT, guild, user), lambda: self._forget(user, guild, until=until)
        elif kind == DELETED:
            gone, channel, guild = note["message"], note["channel"], note["guild"]
            self.gone[gone] = None
            subject, operation = (gone,), lambda: self._erase(gone, channel, guild)
        elif (message := await self._fetch(note["channel"], note["message"])) is not None:
            subject, operation = (message.id,), self._taking_over(message)
        if subject is not None and operation is not None:
            # It gets another key, since the note under the old key is removed after this call.
            await self.durable.apply(f"{key}+", dict(note), subject, operation)

    def _taking_over(self, message: discord.Message) -> Operation:
        """Return the operation that applies an edit; it holds the message for its first attempt.

        Later attempts fetch the message again: many may wait for long, and the addresses of files
        expire.
        """
        caller, channel, name = self._callers.of(message), message.channel.id, message.id
        at_hand: discord.Message | None = message

        async def take_over() -> None:
            nonlocal at_hand
            current, at_hand = at_hand, None
            before = await self._services.message_handler.remembered_text(caller, str(name))
            if before is None:
                # The bot did not answer the message, so that it does not read its files either.
                return
            if current is None:
                with translating_errors(self._address):
                    current = await self._fetch(channel, name)
            if current is not None:
                await self._take_over(current, caller, before)

        return take_over

    async def _take_over(self, message: discord.Message, caller: Caller, before: str) -> None:
        handler, zone = self._services.message_handler, UTC_ZONE
        if has_times(message):
            zone = await handler.zone_of(caller)
        read = await read_edited_content(
            message,
            Reader(me=self._connection.me, language=caller.language, zone=zone),
            characters=self._services.settings.chat.message_characters,
            before=before,
        )
        images = tuple(read.attached.images)
        incoming = incoming_of(message, read.text, parts=read.parts, images=images)
        await handler.edit_message(caller, incoming)

    async def _erase(self, message: int, channel: int, guild: int | None) -> None:
        author = await self._author(message, channel, guild)
        if author is None:
            return
        caller = self._callers.of_absent(author, channel, guild)
        await self._services.message_handler.delete_message(caller, str(message))
        if guild is not None:
            await self.authors.forget(message)

    async def _lane(self, message: int, channel: int, guild: int | None) -> Lane:
        """Return the lane of a deleted message's author, or an empty one if they are unknown."""
        # The author is looked up before the attempt: attempts on one message wait for each other,
        # and an edit that is earlier in the lane would wait for this one.
        author = None
        with suppress(StoreError, DiscordUnreachable):
            author = await self._author(message, channel, guild)
        return Lane() if author is None else message_lane(guild, channel, author)

    async def _forget(self, user: int, guild: int, *, until: datetime | None) -> None:
        found = self._connection.get_guild(guild)
        channels = {channel.id for channel in found.channels} if found else set()
        threads = {thread.id for thread in found.threads} if found else set()
        # The places that were answered in include channels that no longer exist.
        spoken_in = await self.authors.places(guild)
        places = {place_id(each) for each in channels | threads | spoken_in}
        caller = self._callers.of_absent(user, guild, guild)
        await self._services.message_handler.forget_leaver(caller, places.__contains__, until=until)

    async def _author(self, message: int, channel: int, guild: int | None) -> int | None:
        author = await self.authors.of(message)
        if author is None and guild is None:
            with translating_errors(self._address):
                found = await self._connection.channel(channel)
            recipient = found.recipient if isinstance(found, discord.DMChannel) else None
            author = recipient.id if recipient else None
        return author
