"""Defines the Discord client that passes each event to its handler, until it is stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine

import discord

from bots.discord.commands import command_payloads
from bots.discord.connection import Connection
from bots.discord.errors import DiscordIntentMissing, ShardsUnclear, bot_page
from bots.discord.interactions import Interaction, Interactions
from bots.discord.messages import Messages
from bots.discord.outgoing_rate_limits import OutgoingLimits
from bots.discord.timing import Timing
from bots.discord.user_languages import UserLanguages
from bots.error_texts import log_unexpected
from bots.services import Services
from bots.settings.loading import interface_language
from bots.settings.platforms import DiscordSettings
from brain.asyncio_tasks import cancel_and_wait

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""Seconds between two looks, at a stop, which handlers are to be waited for."""


class Bot(Connection):
    """A Discord client that runs handlers for its events.

    `finish` waits for the handlers, and `close` ends the connection.
    """

    def __init__(
        self, services: Services, *, timing: Timing, outgoing_limits: OutgoingLimits
    ) -> None:
        settings = services.settings.discord
        super().__init__(
            timing=timing,
            outgoing_limits=outgoing_limits,
            members=settings.forget_leavers,
            shard_count=settings.shard_count,
            shard_ids=_shards(settings),
        )
        self._services = services
        self._user_languages = UserLanguages(interface_language(services.settings))
        self.messages = Messages(services, self, self._user_languages)
        self._interactions = Interactions(services, self, self._user_languages)
        self._working: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._began = False
        self._catching_up: set[asyncio.Task[None]] = set()
        """Tasks that answer what was left behind or missed, which may wait for long."""

    async def setup_hook(self) -> None:
        """Check the intents, register the commands and look back, before the first event."""
        application = self.application
        if application is not None:
            flags, page = application.flags, bot_page(application.id)
            if not (flags.gateway_message_content or flags.gateway_message_content_limited):
                raise DiscordIntentMissing(intent="Message Content Intent", page=page)
            members = flags.gateway_guild_members or flags.gateway_guild_members_limited
            if self._services.settings.discord.forget_leavers and not members:
                raise DiscordIntentMissing(intent="Server Members Intent", page=page)
            # With the intent enabled, each server may choose that leavers are forgotten.
            self.set_members_intent(heard=members)
        if not self.shard_ids or 0 in self.shard_ids:
            await self._register()
        await self.messages.catching_up.look_back()

    async def on_shard_connect(self, shard_id: int) -> None:
        """Take note of a new session, which tells nothing of what was written before it."""
        self.messages.catching_up.fall_behind(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Catch up on the messages from before a new session, which come by no event."""
        if not self._began:
            self._began = True
            self._begin(self._run_handler(self.messages.resume))
        self._begin(self._run_handler(self.messages.catching_up.catch_up, shard_id))

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Log that a shard lost its connection; discord.py reconnects it."""
        if not self._is_stopping:
            log.warning("Shard %d lost its connection.", shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Log that a shard resumed its session, in which case no event was missed."""
        log.warning("Shard %d resumed its session.", shard_id)

    async def on_message(self, message: discord.Message) -> None:
        """Pass on a message."""
        await self._run_handler(self.messages.receive, message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Pass on an edit by its author; Discord also reports that it added a preview of a link."""
        if event.data.get("edited_timestamp"):
            await self._run_handler(
                self.messages.changes.handle_edit, event.message, even_at_the_end=True
            )

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Pass on the deletion of a message."""
        await self._run_handler(
            self.messages.changes.handle_deletion,
            [event.message_id],
            event.channel_id,
            event.guild_id,
            even_at_the_end=True,
        )

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Pass on the deletion of many messages by a moderator."""
        await self._run_handler(
            self.messages.changes.handle_deletion,
            sorted(event.message_ids),
            event.channel_id,
            event.guild_id,
            even_at_the_end=True,
        )

    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        """Pass on that a person left a server."""
        await self._run_handler(
            self.messages.changes.handle_departure,
            event.user.id,
            event.guild_id,
            even_at_the_end=True,
        )

    async def on_interaction(self, interaction: Interaction) -> None:
        """Pass on a command, a tap on a button or a request for completions."""
        await self._run_handler(self._interactions.answer, interaction)

    async def close(self) -> None:
        """End the connection as discord.py does, and what the messages keep."""
        self.messages.close()
        await super().close()

    async def finish(self) -> None:
        """Take no new messages, and wait for those in progress.

        If it is cancelled, the rest is answered after the next start. Edits, deletions and
        departures from now on are kept for the next start.
        """
        self._is_stopping = True
        self.messages.changes.durable.stop()
        # The inbox keeps their messages, and the read positions stay where they are.
        await cancel_and_wait(self._catching_up)
        try:
            while others := self._working - self.messages.waiting - {asyncio.current_task()}:
                # One of them may begin to wait for the store, which is not waited for.
                await asyncio.wait(others, timeout=LOOK_EVERY_S)
        finally:
            await cancel_and_wait(self._working)
            await self.messages.changes.durable.finish()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._catching_up.add(task)
        task.add_done_callback(self._catching_up.discard)

    async def _register(self) -> None:
        application_id = self.application_id
        if application_id is None:
            return
        try:
            await self.http.bulk_upsert_global_commands(
                application_id, command_payloads(self._services.desk.commands)
            )
        except discord.HTTPException as error:
            # The commands of the last start are still registered, and messages need none.
            log.warning("The commands could not be registered: %s", error.status)

    async def _run_handler(
        self,
        work: Callable[..., Awaitable[None]],
        *args: object,
        even_at_the_end: bool = False,
    ) -> None:
        task = asyncio.current_task()
        if task is None or (self._is_stopping and not even_at_the_end):
            return
        self._working.add(task)
        try:
            await work(*args)
        except Exception as error:  # noqa: BLE001 whatever it was, the others are served
            log_unexpected(log, "Something went wrong", error)
        finally:
            self._working.discard(task)


def _shards(settings: DiscordSettings) -> list[int]:
    """Return the ids of this process's shards. Raises ShardsUnclear."""
    try:
        shards = [int(shard) for shard in settings.shard_ids]
    except ValueError:
        raise ShardsUnclear from None
    count = settings.shard_count
    if shards and (count is None or not all(0 <= shard < count for shard in shards)):
        raise ShardsUnclear
    return shards
