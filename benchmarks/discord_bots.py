"""The Discord bots that `benchmarks.platforms` compares, each run in a process of its own.

python -m benchmarks.discord_bots bare|thin|quick|bundled ADDRESS TOKEN FOLDER [lawful]
"""

import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import discord

from benchmarks.bot_services import MESSAGES_PER_MINUTE, main
from bots.discord.network import set_api_root
from bots.discord.platform import DiscordPlatform
from bots.discord.timing import Timing
from bots.services import Services
from bots.settings.platforms import AccessSettings, DiscordSettings
from bots.settings.root import Settings

UNLIMITED = Timing(requests_per_second=None, window_s=None, identify_every_s=0.0, guild_ready_s=0.1)
"""For a server without limits, so that the bot's own work is measured."""

DISCORD_LIMITS = replace(Timing(), identify_every_s=0.0, guild_ready_s=0.1)
"""For a server that limits requests as Discord does."""


async def bare(address: str, token: str) -> None:
    """Serves a bot on discord.py alone, which repeats every message."""
    set_api_root(address)
    client = discord.AutoShardedClient(
        intents=discord.Intents(dm_messages=True, guilds=True), max_messages=None
    )

    @client.event
    async def on_message(message: discord.Message) -> None:
        while not message.author.bot:
            # discord.py gives up after five refusals, and the benchmark would wait for ever.
            with suppress(discord.HTTPException):
                await message.channel.send(message.content)
                return

    await client.start(token)


async def ours(address: str, token: str, make: Callable[[Settings], Awaitable[Services]]) -> None:
    """Serves the whole bot with the services that `make` opens."""
    settings = Settings(
        data_dir=Path(sys.argv[4]),
        discord=DiscordSettings.model_validate({"token": token, "api_base": address}),
        access=AccessSettings(messages_per_minute=MESSAGES_PER_MINUTE),
    )
    await DiscordPlatform(
        await make(settings), timing=DISCORD_LIMITS if "lawful" in sys.argv else UNLIMITED
    ).serve()


if __name__ == "__main__":
    main(bare, ours)
