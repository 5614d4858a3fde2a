"""The Telegram bots that `benchmarks.platforms` compares, each run in a process of its own.

python -m benchmarks.telegram_bots bare|thin|quick|bundled ADDRESS TOKEN FOLDER
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from telegram import Update
from telegram.error import RetryAfter
from telegram.ext import Application, BaseRateLimiter, ContextTypes, MessageHandler, filters

from benchmarks.bot_services import MESSAGES_PER_MINUTE, main
from bots.services import Services
from bots.settings.platforms import AccessSettings, TelegramSettings
from bots.settings.root import Settings
from bots.telegram.platform import TelegramPlatform
from bots.telegram.sending import seconds_of

Answer = TypeVar("Answer")


class WaitingRateLimiter(BaseRateLimiter[None]):
    """Repeats a refused call after the time that Telegram names, as every bot has to."""

    async def initialize(self) -> None:
        """Does nothing; the library requires the method."""

    async def shutdown(self) -> None:
        """Does nothing; the library requires the method."""

    async def process_request(  # noqa: PLR0917 the library's own
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,  # noqa: ANN401
        kwargs: dict[str, Any],
        endpoint: str,  # noqa: ARG002
        data: dict[str, Any],  # noqa: ARG002
        rate_limit_args: None,  # noqa: ARG002
    ) -> Answer:
        """Makes the call until it is not refused."""
        while True:
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as refusal:
                await asyncio.sleep(seconds_of(refusal))


async def _echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is not None:
        await update.message.reply_text(update.message.text or "")


async def bare(address: str, token: str) -> None:
    """Serves a bot on python-telegram-bot alone, which repeats every message."""
    app = (
        Application.builder()
        .token(token)
        .base_url(f"{address}/bot")
        .concurrent_updates(True)  # noqa: FBT003 the library's own
        .rate_limiter(WaitingRateLimiter())
        .build()
    )
    app.add_handler(MessageHandler(filters.TEXT, _echo))
    async with app:
        await app.start()
        if app.updater is not None:
            await app.updater.start_polling(poll_interval=0, timeout=10)
        await asyncio.Event().wait()


async def ours(address: str, token: str, make: Callable[[Settings], Awaitable[Services]]) -> None:
    """Serves the whole bot with the services that `make` opens."""
    settings = Settings(
        data_dir=Path(sys.argv[4]),
        telegram=TelegramSettings.model_validate({"token": token, "api_base": address}),
        access=AccessSettings(messages_per_minute=MESSAGES_PER_MINUTE),
    )
    await TelegramPlatform(await make(settings)).serve()


if __name__ == "__main__":
    main(bare, ours)
