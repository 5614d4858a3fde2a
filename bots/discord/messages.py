"""Answers each message on Discord once and in order, including those that the bot missed."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import discord
from cachetools import FIFOCache
from discord.utils import time_snowflake

from bots.discord.callers import Callers
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
from bots.error_texts import log_unexpected
from bots.screens import Caller
from bots.services import Services
from bots.transport.inbox import Inbox, Left
from bots.transport.journal import IN_PROGRESS, Journal
from bots.transport.lanes import Lanes, Ticket
from brain.errors import StoreError
from brain.messages import UTC_ZONE
from brain.texts import say

log = logging.getLogger(__name__)

MOST_RECEIVED = 10_000
"""Received messages that are remembered in memory; the store knows the older ones."""
MOST_MISSED = 1_000
"""Most messages of a channel that are read after a gap; older ones are skipped."""
_TYPED_COMMAND = re.compile(r"/([a-z]{3,})(?:\s|$)", re.IGNORECASE)
"""A message that Discord's app did not take as a command, as one that is mistyped."""
LONGEST_PAUSE_S = 5.0
"""Longest time in seconds between two attempts to load the read positions."""
LONGEST_GAP = timedelta(days=3)
"""Age from which a missed message is not answered any more."""


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

    async def receive(self, message: discord.Message) -> None:
        """Answer a message that Discord delivered, unless it was received before."""
        if message.id in self._received or not is_spoken(message):
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
                    elif await self._keep(stack, message):
                        await self.read_positions.record_answered(message)
                        await ticket.wait()
                        await self._answer(message)
                        ticket.leave()
            except StoreError:
                log.warning("An answered message may be taken up again: the store is away.")
            finally:
                self.waiting.discard(asyncio.current_task())

    async def resume(self) -> None:
        """Answer the messages that a dead process left unanswered, one after the other."""
        async with asyncio.TaskGroup() as tasks:
            async for left in self._inbox.left_behind():
                handled = asyncio.Event()
                task = tasks.create_task(self._finish(left, on_wait=handled.set))
                task.add_done_callback(partial(_set, handled))
                await handled.wait()

    async def _finish(self, left: Left, *, on_wait: Callable[[], None]) -> None:
        async with self._inbox.finish(left, on_wait=on_wait):
            try:
                await self._resume(left.key, left.payload)
            except Exception as error:  # noqa: BLE001 it is not to end the next start as well
                log_unexpected(log, "A message that was left behind was not answered", error)

    def close(self) -> None:
        """Stop saving read positions, and leave to the next process what is still kept on disk."""
        self.read_positions.stop()
        self._journal.close()

    async def _resume(self, key: str, payload: str) -> None:
        where = json.loads(payload)
        if "kind" in where:
            await self.changes.resume(key, where)
            return
        message = await self._fetch(where["channel"], where["message"])
        if message is None:
            return
        self._received[message.id] = None
        await self._load_positions()
        is_new = message.channel.id not in self.read_positions
        self.read_positions.record(message)
        with self._join(message) as ticket:
            await ticket.wait()
            await self._answer(message)
        if is_new:
            # Its process died before it had noted the channel, which went on without it.
            await self._read_on(message.channel.id, message.id)

    def fall_behind(self, shard: int) -> None:
        """Take note that a new session of a shard begins, before which no events are told."""
        self.read_positions.fall_behind(lambda at: self._connection.shard_of(at.guild) == shard)

    async def catch_up(self, shard: int) -> None:
        """Receive the messages of a shard's channels that were written while the bot was away."""
        await self._load_positions()
        for channel_id, position in self.read_positions.behind():
            if self._connection.shard_of(position.guild) == shard:
                await self._read_on(channel_id, position.message)

    async def _load_positions(self) -> None:
        """Load the read positions, however long the store is away."""
        pause_s = self._connection.timing.retry_after_s
        while True:
            try:
                await self.read_positions.load()
            except StoreError:
                log.warning("What was missed is read later: the store is away.")
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                return

    async def _read_on(self, channel_id: int, position: int) -> None:
        """Receive the messages of a channel after a position, as if they came by events."""
        pause_s = self._connection.timing.retry_after_s
        try:
            missed = await with_retries(lambda: self._missed(channel_id, position), pause_s=pause_s)
        except discord.HTTPException as error:
            log.warning("A conversation could not be read on: %s", error.status)
            return
        except Exception as error:  # noqa: BLE001 discord.py raises what its constructors raise
            log_unexpected(log, "A conversation could not be read on", error)
            return
        self.read_positions.catch_up(channel_id)
        for message in missed:
            self._connection.dispatch("message", message)

    async def _missed(self, channel_id: int, position: int) -> list[discord.Message]:
        """Return the messages of a channel after a position, oldest first. Raises HTTPException."""
        channel = await self._connection.channel(channel_id)
        if channel is None:
            return []
        long_ago = time_snowflake(self._services.clock.now() - LONGEST_GAP)
        after = discord.Object(max(position, long_ago))
        # The newest are fetched first: of too many messages, the last ones still need an answer.
        found = channel.history(limit=MOST_MISSED, after=after, oldest_first=False)
        return [message async for message in found][::-1]

    async def _answer(self, message: discord.Message) -> None:
        if message.id in self.changes.gone:
            return
        message = await self._callers.with_member(message)
        caller = self._callers.of(message)
        await self._remember(message)
        read = await self._read_content(message, caller)
        delivery = self._delivery(message, *remarks(read.attached, caller.language))
        if (typed := _TYPED_COMMAND.match(read.text)) and (
            command := self._services.desk.nearest(typed[1])
        ):
            await delivery.remark(say(caller.language, "discord-typed-command", name=f"/{command}"))
            return
        images = tuple(read.attached.images)
        incoming = incoming_of(message, read.text, parts=read.parts, images=images)
        await self._services.message_handler.answer(caller, incoming, delivery)

    async def _admits(self, message: discord.Message, *, waiting: int) -> bool:
        return await self._services.message_handler.admit(
            self._callers.of(message),
            self._delivery(message),
            waiting=waiting,
            said_at=message.created_at,
        )

    def _delivery(self, message: discord.Message, *first_remarks: str) -> DiscordDelivery:
        return DiscordDelivery(
            message,
            outgoing_limits=self._connection.outgoing_limits,
            timing=self._connection.timing,
            edit_every_s=self._settings.edit_every_s,
            first_remarks=first_remarks,
        )

    async def _keep(self, stack: AsyncExitStack, message: discord.Message) -> bool:
        """Keep a message in the inbox; return whether to answer it, also if the store is away."""
        payload = json.dumps({"channel": message.channel.id, "message": message.id})
        try:
            task = asyncio.current_task()
            kept = self._inbox.keep(
                str(message.id), payload, on_wait=lambda: self.waiting.add(task)
            )
            return await stack.enter_async_context(kept) is not None
        except StoreError:
            return True

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


def _set(handled: asyncio.Event, _: asyncio.Task[None]) -> None:
    handled.set()
