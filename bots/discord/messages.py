"""Answers each message on Discord once and in order, including those that the bot missed."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import Any

import discord
from cachetools import FIFOCache

from bots.discord.callers import Callers
from bots.discord.catching_up import CatchUp
from bots.discord.connection import Connection
from bots.discord.conversion import (
    community_id,
    guild_of,
    incoming_of,
    is_addressed,
    is_spoken,
)
from bots.discord.delivery import DiscordDelivery
from bots.discord.edits_and_departures import Changes
from bots.discord.lanes import message_lane
from bots.discord.message_content import MessageContent, read_content, remarks
from bots.discord.message_parts import Reader, has_times
from bots.discord.read_positions import ReadPositions
from bots.discord.sending import with_retries
from bots.discord.user_languages import UserLanguages
from bots.screens import Caller
from bots.services import Services
from bots.transport.inbox import Inbox
from bots.transport.journal import IN_PROGRESS, Entry, Journal
from bots.transport.lanes import Lanes, Ticket
from brain.errors import StoreError
from brain.messages import UTC_ZONE
from brain.texts import say

log = logging.getLogger(__name__)

MOST_RECEIVED = 10_000
"""Received messages that are remembered in memory; the store knows the older ones."""
_TYPED_COMMAND = re.compile(r"/([a-z]{3,})(?:\s|$)", re.IGNORECASE)
"""A message that Discord's app did not take as a command, as one that is mistyped."""


class Messages:
    """Answers the messages that reach one process."""

    def __init__(
        self, services: Services, connection: Connection, user_languages: UserLanguages
    ) -> None:
        self._services = services
        self._connection = connection
        self._settings = services.settings.discord
        companion, folder = services.companion, services.settings.data_dir
        self._journal = Journal(folder / IN_PROGRESS / "discord")
        self._inbox = Inbox(
            companion.store,
            platform="discord",
            journal=self._journal,
            waiting_turns=companion.waiting_turns,
        )
        self.waiting: set[asyncio.Task[Any] | None] = set()
        """Tasks that only wait for the store; a stop need not wait for them."""
        self._callers = Callers(connection, user_languages)
        self._lanes = Lanes()
        self._received: FIFOCache[int, None] = FIFOCache(MOST_RECEIVED)
        self.changes = Changes(
            services,
            connection,
            self._callers,
            lanes=self._lanes,
            inbox=self._inbox,
            fetch=self._fetch,
        )
        """Applies edits, deletions and departures."""
        self.read_positions = ReadPositions(services.companion.store.values)
        """How far each channel was read."""
        self.catching_up = CatchUp(connection, self._inbox, self.read_positions, services.clock)
        """Receives what was left and missed."""

    async def receive(self, message: discord.Message) -> None:
        """Answer a message that Discord delivered, unless it was received before."""
        if message.id in self._received or not is_spoken(message):
            return
        if self.catching_up.holds_back(message):
            return
        self._received[message.id] = None
        # Joining the lane before the first await keeps the order in which messages arrived.
        with self._join(message) as ticket:
            try:
                async with AsyncExitStack() as stack:
                    if not await self._is_addressed(message):
                        self.read_positions.record_ignored(message)
                    elif not await self._admits(message, waiting=ticket.ahead):
                        await self.read_positions.record_answered(message)
                    elif (entry := await self._keep(stack, message)) is not None:
                        await self.read_positions.record_answered(message)
                        await ticket.wait()
                        await self._answer(message, entry)
                        ticket.leave()
            except StoreError:
                log.warning("An answered message may be taken up again: the store is away.")
            finally:
                self.waiting.discard(asyncio.current_task())

    async def resume(self) -> None:
        """Answer the messages that a dead process left unanswered."""
        await self.catching_up.resume(self._resume)

    def close(self) -> None:
        """Stop saving read positions, and leave to the next process what is still kept on disk."""
        self.read_positions.stop()
        self._journal.close()

    async def _resume(
        self, key: str, payload: str, entry: Entry, *, on_joined: Callable[[], None]
    ) -> None:
        where = json.loads(payload)
        if "kind" in where:
            await self.changes.resume(key, where)
            return
        message = await self._fetch(where["channel"], where["message"])
        if message is None:
            return
        self._received[message.id] = None
        await self.catching_up.load_positions()
        is_new = message.channel.id not in self.read_positions
        self.read_positions.record(message)
        with self._join(message) as ticket:
            on_joined()
            await ticket.wait()
            await self._answer(message, entry)
        if is_new:
            # Its process died before it had noted the channel, which went on without it.
            await self.catching_up.read_on(message.channel.id)

    async def _answer(self, message: discord.Message, entry: Entry) -> None:
        if message.id in self.changes.gone:
            return
        message = await self._callers.with_member(message)
        caller = self._callers.of(message)
        await self._remember(message)
        read = await self._read_content(message, caller)
        delivery = self._delivery(message, *remarks(read.attached, caller.language), entry=entry)
        if (typed := _TYPED_COMMAND.match(read.text)) and (
            command := self._services.desk.nearest(typed[1])
        ):
            await delivery.remark(say(caller.language, "discord-typed-command", name=f"/{command}"))
            return
        images = tuple(read.attached.images)
        incoming = incoming_of(message, read.text, parts=read.parts, images=images)
        incoming = replace(incoming, reply=entry.said)
        await self._services.message_handler.answer(caller, incoming, delivery)

    async def _admits(self, message: discord.Message, *, waiting: int) -> bool:
        return await self._services.message_handler.admit(
            self._callers.of(message),
            self._delivery(message),
            waiting=waiting,
            said_at=message.created_at,
        )

    def _delivery(
        self, message: discord.Message, *first_remarks: str, entry: Entry | None = None
    ) -> DiscordDelivery:
        return DiscordDelivery(
            message,
            outgoing_limits=self._connection.outgoing_limits,
            timing=self._connection.timing,
            edit_every_s=self._settings.edit_every_s,
            first_remarks=first_remarks,
            entry=entry,
        )

    async def _keep(self, stack: AsyncExitStack, message: discord.Message) -> Entry | None:
        """Keep a message in the inbox if possible; return None if it is not to be answered."""
        payload = json.dumps({"channel": message.channel.id, "message": message.id})
        try:
            task = asyncio.current_task()
            kept = self._inbox.keep(
                str(message.id), payload, on_wait=lambda: self.waiting.add(task)
            )
            return await stack.enter_async_context(kept)
        except StoreError:
            return Entry()

    async def _remember(self, message: discord.Message) -> None:
        guild, authors = guild_of(message), self.changes.authors
        try:
            await authors.record(message.id, message.author.id, lasting=guild is not None)
            if guild is not None:
                await authors.record_place(guild, message.channel.id)
        except StoreError:
            log.warning("Who wrote a message could not be kept.")

    def _join(self, message: discord.Message) -> Ticket:
        guild, channel = guild_of(message), message.channel.id
        return self._lanes.join(message_lane(guild, channel, message.author.id))

    async def _read_content(self, message: discord.Message, caller: Caller) -> MessageContent:
        zone = UTC_ZONE
        if has_times(message):
            with suppress(StoreError):
                zone = await self._services.message_handler.zone_of(caller)
        return await read_content(
            message,
            Reader(me=self._connection.me, language=caller.language, zone=zone),
            characters=self._services.settings.chat.message_characters,
            forwarded=await self._forwarded(message) if message.message_snapshots else None,
        )

    async def _forwarded(self, message: discord.Message) -> discord.Message | None:
        """Return the message that a message forwards; None where the bot may not read it."""
        reference = message.reference
        if reference is None or reference.message_id is None:
            return None
        if reference.cached_message is not None:
            return reference.cached_message
        with suppress(discord.HTTPException):
            channel = await self._connection.channel(reference.channel_id)
            if channel is not None:
                return await channel.fetch_message(reference.message_id)
        return None

    async def _fetch(self, channel_id: int, message_id: int) -> discord.Message | None:
        pause_s = self._connection.timing.retry_after_s
        channel = await with_retries(lambda: self._connection.channel(channel_id), pause_s=pause_s)
        if channel is None:
            return None
        try:
            return await with_retries(lambda: channel.fetch_message(message_id), pause_s=pause_s)
        except (discord.NotFound, discord.Forbidden):
            return None

    async def _is_addressed(self, message: discord.Message) -> bool:
        guild = guild_of(message)
        community = None if guild is None else community_id(guild)
        chosen = await self._services.communities.settings_of(community)
        return is_addressed(
            message,
            me=self._connection.me,
            free_places=chosen.free_places,
            pings=self._settings.answer_pings,
        )
