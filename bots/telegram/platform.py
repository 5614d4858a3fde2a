"""Runs the bot on Telegram, from its start to a clean stop, as a `bots.platform.Platform`.

connect   the bot learns its name; what was left is taken up, and the menus are set
serve     updates arrive by a webhook if one is set, else by polls
stop      no new updates are taken, and those in progress end; retries go on after a restart
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from telegram import Bot

from bots.services import Services
from bots.settings.loading import interface_language
from bots.telegram.chat_migrations import ChatMigrations
from bots.telegram.command_menu import set_menus
from bots.telegram.connection import connect
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import PLATFORM, BotIdentity
from bots.telegram.delivery import DRAFT_AFTER_S, TYPING_EVERY_S, DeliveryOptions
from bots.telegram.dispatch import UpdateDispatcher
from bots.telegram.intake import Intake
from bots.telegram.outgoing_rate_limits import OutgoingLimits
from bots.telegram.polling import Polling, delete_webhook
from bots.telegram.sending import with_retries
from bots.telegram.webhook import Webhook
from bots.transport.inbox import Inbox
from bots.transport.journal import IN_PROGRESS, Journal
from brain.asyncio_tasks import cancel_and_wait
from brain.turns.lease import Pause


class TelegramPlatform:
    """The bot on Telegram, in one process."""

    def __init__(
        self,
        services: Services,
        *,
        pause: Pause = asyncio.sleep,
        draft_after_s: float = DRAFT_AFTER_S,
        typing_every_s: float = TYPING_EVERY_S,
    ) -> None:
        """Prepare the bot.

        Args:
            services: what all platforms share.
            pause: waits for a number of seconds.
            draft_after_s: seconds before typing and drafts of a reply.
            typing_every_s: seconds between two requests to show typing.
        """
        self._services = services
        self._settings = services.settings.telegram
        self._pause = pause
        self._draft_after_s = draft_after_s
        self._typing_every_s = typing_every_s
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._transport: Polling | Webhook | None = None
        self._intake: Intake | None = None
        self.webhook_port: int | None = None
        """Port that the webhook listens on, once it does."""

    @property
    def name(self) -> str:
        """The name of the platform."""
        return PLATFORM

    @property
    def is_healthy(self) -> bool:
        """Whether updates arrive."""
        return self._transport is not None and self._transport.is_healthy

    async def serve(self) -> None:
        """Connect and answer until `stop`. Raises PlatformError."""
        self._ended.clear()
        try:
            async with connect(self._settings) as bot:
                await self._serve(bot)
        finally:
            self._transport = None
            self._ended.set()

    async def stop(self) -> None:
        """Take no new updates, finish those in progress, and disconnect."""
        self._stopping.set()
        await self._ended.wait()

    async def idle(self) -> None:
        """Wait until no update that was taken is in progress."""
        if self._intake is not None:
            await self._intake.idle()

    async def _serve(self, bot: Bot) -> None:
        context = self._context(bot)
        companion, folder = self._services.companion, self._services.settings.data_dir
        journal = Journal(folder / IN_PROGRESS / f"{PLATFORM}-{bot.id}")
        inbox = Inbox(
            companion.store,
            platform=f"{PLATFORM}:{bot.id}",
            journal=journal,
            waiting_turns=companion.waiting_turns,
            pause=self._pause,
        )
        dispatcher = UpdateDispatcher(context)
        intake = self._intake = Intake(inbox, bot, dispatcher, pause=self._pause)
        owners = self._services.settings.access.owners
        async with AsyncExitStack() as stack:
            stack.callback(journal.close)
            stack.push_async_callback(intake.cut_off)
            await intake.look_back()
            left = asyncio.create_task(intake.resume())
            menus = asyncio.create_task(set_menus(bot, self._services.desk.commands, owners=owners))
            stack.push_async_callback(cancel_and_wait, [left, menus])
            transport = self._by_webhook(bot, intake) if self._settings.webhook_url else None
            async with transport or self._by_polls(bot, intake) as arriving:
                await self._until_stopped(arriving)
            await cancel_and_wait([left])
            # The caller of `stop` cancels this if it takes too long.
            await intake.drain()

    async def _until_stopped(self, arriving: asyncio.Task[None]) -> None:
        """Return when `stop` is called, or raise the error with which `arriving` ended."""
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([stopping, arriving], return_when=asyncio.FIRST_COMPLETED)
            if arriving.done():
                arriving.result()
        finally:
            await cancel_and_wait([stopping])

    @asynccontextmanager
    async def _by_polls(self, bot: Bot, intake: Intake) -> AsyncIterator[asyncio.Task[None]]:
        await with_retries(lambda: delete_webhook(bot), repeatable=True)
        polling = self._transport = Polling(
            bot,
            intake,
            name=bot.username,
            language=interface_language(self._services.settings),
            now=asyncio.get_running_loop().time,
            pause=self._pause,
        )
        task = asyncio.create_task(polling.run())
        try:
            yield task
        finally:
            await cancel_and_wait([task])
        await polling.confirm()

    @asynccontextmanager
    async def _by_webhook(self, bot: Bot, intake: Intake) -> AsyncIterator[asyncio.Task[None]]:
        settings = self._settings
        secret = settings.webhook_secret
        webhook = Webhook(
            bot,
            intake,
            url=settings.webhook_url or "",
            secret=secret.get_secret_value() if secret else None,
        )
        async with webhook.open(
            host=settings.webhook_host,
            port=settings.webhook_port,
            healthy=lambda: self.is_healthy,
        ) as port:
            self.webhook_port = port
            self._transport = webhook
            task = asyncio.create_task(webhook.watch(self._pause))
            try:
                yield task
            finally:
                await cancel_and_wait([task])

    def _context(self, bot: Bot) -> TelegramContext:
        now = asyncio.get_running_loop().time
        return TelegramContext(
            services=self._services,
            bot=bot,
            me=BotIdentity(
                id=bot.id,
                username=bot.username,
                names=tuple(dict.fromkeys([bot.first_name, *self._settings.names])),
            ),
            chat_migrations=ChatMigrations(self._services.companion.store.values, now),
            outgoing_limits=OutgoingLimits(now),
            delivery_options=DeliveryOptions(
                edit_every_s=self._settings.edit_every_s,
                draft_after_s=self._draft_after_s,
                typing_every_s=self._typing_every_s,
            ),
            pause=self._pause,
        )
