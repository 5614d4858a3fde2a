"""Runs the bot on Discord, from its start to a clean stop, as a `bots.platform.Platform`."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bots.discord.bot import Bot
from bots.discord.errors import DISCORD, translate_error, usable_token
from bots.discord.network import set_api_root, use_route
from bots.discord.outgoing_rate_limits import OutgoingLimits
from bots.discord.timing import Timing
from bots.services import Services
from bots.settings.platforms import DiscordSettings
from brain.errors import StoreError

log = logging.getLogger(__name__)


class DiscordPlatform:
    """The bot on Discord, with all shards of this process."""

    name = "discord"

    def __init__(self, services: Services, *, timing: Timing | None = None) -> None:
        """Prepare the bot.

        Args:
            services: what all platforms share.
            timing: limits and delays; None: those for Discord, with the settings' rate of requests.
        """
        # What discord.py logs may contain addresses with tokens, and must not reach the terminal.
        logging.getLogger("discord").addHandler(logging.NullHandler())
        settings = services.settings.discord
        self._settings = settings
        self._timing = timing or Timing(requests_per_second=float(settings.requests_per_second))
        self._address = settings.api_base or DISCORD
        set_api_root(settings.api_base)
        self._is_begun = False
        outgoing_limits = OutgoingLimits(
            _own_rate(settings, self._timing), window_s=self._timing.window_s
        )
        self._bot = Bot(services, timing=self._timing, outgoing_limits=outgoing_limits)

    @property
    def is_healthy(self) -> bool:
        """Whether all shards receive events."""
        return self._bot.is_alive

    async def serve(self) -> None:
        """Connect and answer until `stop`. Raises PlatformError."""
        token = usable_token(self._settings)
        self._is_begun = True
        async with self._translating_errors():
            try:
                await use_route(self._bot, self._address)
                await self._bot.start(token)
            finally:
                await self._bot.close()

    async def stop(self) -> None:
        """Take no new messages and finish those in progress.

        If it is cancelled, the rest is answered after the next start.
        """
        if not self._is_begun:
            return
        try:
            await self._bot.finish()
        finally:
            try:
                await self._bot.messages.read_positions.save()
            except StoreError:
                log.warning("How far conversations were read could not be kept.")
            await self._bot.close()

    @asynccontextmanager
    async def _translating_errors(self) -> AsyncIterator[None]:
        try:
            yield
        except Exception as error:
            told = translate_error(
                error, address=self._address, application=self._bot.application_id
            )
            if told is error:
                raise
            raise told from error


def _own_rate(settings: DiscordSettings, timing: Timing) -> float | None:
    """Return this process's share of the requests per second, by its shards; None: no limit."""
    rate = timing.requests_per_second
    if rate is None or not settings.shard_ids or not settings.shard_count:
        return rate
    return rate * len(settings.shard_ids) / settings.shard_count
