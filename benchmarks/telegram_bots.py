"""The bots that `benchmarks.telegram_echo` compares, each to be run in a process of its own.

python -m benchmarks.telegram_bots bare|thin|quick|bundled ADDRESS TOKEN FOLDER
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.bot_house import MESSAGES_PER_MINUTE, main
from bots.house import House
from bots.platform_sections import AccessSettings, TelegramSettings
from bots.settings import Settings
from bots.telegram.client import TelegramPlatform
from tests.platforms.telegram.echo import polling


@dataclass(frozen=True, slots=True)
class Address:
    """Of a server in another process, as the echo bot asks for it."""

    root: str
    token: str

    @property
    def base_url(self) -> str:
        """Of calls."""
        return f"{self.root}/bot"

    @property
    def base_file_url(self) -> str:
        """Of files."""
        return f"{self.root}/file/bot"


async def bare(address: str, token: str) -> None:
    """Says everything again: the least that a bot on python-telegram-bot does."""
    server: Any = Address(address, token)
    async with polling(server):
        await asyncio.Event().wait()


async def ours(address: str, token: str, make: Callable[[Settings], Awaitable[House]]) -> None:
    """The whole bot."""
    settings = Settings(
        telegram=TelegramSettings.model_validate({"token": token, "api_base": address}),
        access=AccessSettings(messages_per_minute=MESSAGES_PER_MINUTE),
    )
    await TelegramPlatform(await make(settings)).serve()


if __name__ == "__main__":
    main(bare, ours)
