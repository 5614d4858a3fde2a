"""What people write: taken up once, in order, and brought to whoever answers."""

import json
import logging
from contextlib import AsyncExitStack

import discord

from bots.discord.attachments import Taken
from bots.discord.authors import Authors
from bots.discord.connection import Connection
from bots.discord.delivery import DiscordDelivery
from bots.discord.lanes import Lanes
from bots.discord.locales import Locales
from bots.discord.recent import Recent
from bots.discord.saying import remarks, said
from bots.discord.seen import Seen
from bots.discord.sending import persistently
from bots.discord.translate import (
    caller_of,
    community_id,
    incoming_of,
    is_addressed,
    is_spoken,
    person_id,
    place_id,
)
from bots.house import House
from bots.inbox import Inbox
from bots.screens import Caller
from brain.errors import StoreError
from brain.messages import Person, Place

log = logging.getLogger(__name__)

KNOWN = 10_000
"""Messages that are known to have come; of older ones the store knows."""
MOST_MISSED = 50
"""Messages of a conversation that are read after a gap."""


class Conversations:
    """All of one process."""

    def __init__(self, house: House, connection: Connection, locales: Locales) -> None:
        self._house = house
        self._connection = connection
        self._locales = locales
        self._settings = house.settings.discord
        self._inbox = Inbox(house.companion.store, platform="discord")
        self._authors = Authors(house.companion.store)
        self._lanes = Lanes()
        self._came: Recent[int, None] = Recent(KNOWN)
        self._gone: Recent[int, None] = Recent(KNOWN)
        self.seen = Seen(house.companion.store, shards=connection.shard_ids or ())
        """How far each conversation was read."""

    async def received(self, message: discord.Message) -> None:
        """A message came, perhaps not for the first time."""
        if message.id in self._came or not is_spoken(message):
            return
        self._came.set(message.id, None)
        # Before anything is waited for: this is the order in which they were written.
        place = self._lanes.join(_lane(message))
        try:
            async with AsyncExitStack() as stack:
                if await self._is_addressed(message) and await self._keep(stack, message):
                    self.seen.saw(message)
                    await place.reached()
                    await self._answer(message)
        except StoreError:
            log.warning("An answered message may be taken up again: the store is away.")
        finally:
            place.leave()

    async def edited(self, message: discord.Message) -> None:
        """Its author changed it."""
        if not is_spoken(message):
            return
        place = self._lanes.join(_lane(message))
        try:
            await place.reached()
            message = await self._whole(message)
            caller = self._caller(message)
            text, taken = await self._said(message, caller)
            incoming = incoming_of(message, text, images=tuple(taken.images))
            await self._house.answering.edited(caller, incoming)
        finally:
            place.leave()

    async def deleted(self, message: int, channel: int, guild: int | None) -> None:
        """Somebody deleted it: the author, or a moderator. Raises StoreError."""
        self._gone.set(message, None)
        author = await self._author(message, channel, guild)
        if author is None:
            return
        place = self._lanes.join((channel, author))
        try:
            await place.reached()
            caller = self._absent(author, channel, guild)
            await self._house.answering.deleted(caller, str(message))
            if guild is not None:
                await self._authors.forget(message)
        finally:
            place.leave()

    async def departed(self, user: discord.User | discord.Member, guild: int) -> None:
        """They left the server, or were thrown out. Raises StoreError."""
        found = self._connection.get_guild(guild)
        channels = {channel.id for channel in found.channels} if found else set()
        threads = {thread.id for thread in found.threads} if found else set()
        threads |= await self._authors.threads(guild)
        places = [place_id(each) for each in sorted(channels | threads)]
        await self._house.answering.departed(self._absent(user.id, guild, guild), places)

    async def take_up(self) -> None:
        """What a process that died left unanswered. Raises StoreError."""
        async for _, payload in self._inbox.left_behind():
            where = json.loads(payload)
            message = await self._fetch(where["channel"], where["message"])
            if message is None:
                continue
            self._came.set(message.id, None)
            self.seen.saw(message)
            place = self._lanes.join(_lane(message))
            try:
                await place.reached()
                await self._answer(message)
            finally:
                place.leave()

    async def catch_up(self, shard: int) -> None:
        """What was said while nobody listened, in the conversations of that shard."""
        shards = self._connection.shard_count or 1
        for channel_id, mark in self.seen.marks():
            if ((mark.guild or 0) >> 22) % shards != shard:
                continue
            try:
                channel = await self._connection.channel(channel_id)
                if channel is None:
                    continue
                after = discord.Object(mark.message)
                missed = [
                    found
                    async for found in channel.history(
                        limit=MOST_MISSED, after=after, oldest_first=True
                    )
                ]
            except discord.HTTPException as error:
                log.warning("A conversation could not be read on: %s", error.status)
                continue
            for message in missed:
                self._connection.dispatch("message", message)

    async def _answer(self, message: discord.Message) -> None:
        if message.id in self._gone:
            return
        message = await self._whole(message)
        caller = self._caller(message)
        await self._remember(message)
        text, taken = await self._said(message, caller)
        delivery = DiscordDelivery(
            message,
            pace=self._connection.pace,
            tempo=self._connection.tempo,
            edit_every_s=self._settings.edit_every_s,
            first_remarks=tuple(remarks(taken, caller.language)),
        )
        incoming = incoming_of(message, text, images=tuple(taken.images))
        await self._house.answering.answer(caller, incoming, delivery)

    async def _keep(self, stack: AsyncExitStack, message: discord.Message) -> bool:
        """Whether it is ours to answer. Without the store there is nobody to ask: it is."""
        payload = json.dumps({"channel": message.channel.id, "message": message.id})
        try:
            kept = self._inbox.kept(str(message.id), payload)
            return await stack.enter_async_context(kept)
        except StoreError:
            return True

    async def _remember(self, message: discord.Message) -> None:
        guild = message.guild
        try:
            await self._authors.remember(message.id, message.author.id, lasting=guild is not None)
            if guild and self._connection.intents.members and _is_thread(message.channel):
                await self._authors.spoke_in(guild.id, message.channel.id)
        except StoreError:
            log.warning("Who wrote a message could not be kept.")

    async def _said(self, message: discord.Message, caller: Caller) -> tuple[str, Taken]:
        limit = self._house.settings.chat.message_characters
        me = self._connection.me
        return await said(message, me=me, language=caller.language, characters=limit)

    async def _whole(self, message: discord.Message) -> discord.Message:
        """With the author as a member, whose roles are known: history tells only the user."""
        guild = message.guild
        if guild is not None and not isinstance(message.author, discord.Member):
            try:
                message.author = await guild.fetch_member(message.author.id)
            except discord.HTTPException:
                log.info("Somebody who wrote is no member any more.")
        return message

    async def _fetch(self, channel_id: int, message_id: int) -> discord.Message | None:
        pause_s = self._connection.tempo.retry_after_s
        channel = await persistently(lambda: self._connection.channel(channel_id), pause_s=pause_s)
        if channel is None:
            return None
        try:
            return await persistently(lambda: channel.fetch_message(message_id), pause_s=pause_s)
        except (discord.NotFound, discord.Forbidden):
            return None

    async def _author(self, message: int, channel: int, guild: int | None) -> int | None:
        author = await self._authors.of(message)
        if author is None and guild is None:
            found = await self._connection.channel(channel)
            recipient = found.recipient if isinstance(found, discord.DMChannel) else None
            author = recipient.id if recipient else None
        return author

    async def _is_addressed(self, message: discord.Message) -> bool:
        guild = message.guild
        chosen = await self._house.communities.of(community_id(guild.id) if guild else None)
        return is_addressed(
            message,
            me=self._connection.me,
            free_places=chosen.free_places,
            pings=self._settings.answer_pings,
        )

    def _caller(self, message: discord.Message) -> Caller:
        return caller_of(
            message.author,
            message.channel,
            message.guild,
            language=self._locales.of(message.author.id, message.content),
            private=message.guild is None,
            owners=self._connection.owners,
        )

    def _absent(self, user: int, channel: int, guild: int | None) -> Caller:
        """Somebody who did not speak just now."""
        return Caller(
            person=Person(person_id(user)),
            place=Place(place_id(channel), private=guild is None),
            language=self._locales.of(user, ""),
            community=community_id(guild) if guild is not None else None,
            is_owner=user in self._connection.owners,
        )


def _lane(message: discord.Message) -> tuple[int, int]:
    return message.channel.id, message.author.id


def _is_thread(channel: object) -> bool:
    # One that was archived when the bot came is not known as a thread.
    return isinstance(channel, (discord.Thread, discord.PartialMessageable))
