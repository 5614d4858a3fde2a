from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.bots.discord.rig import Rig, open_rig
from tests.platforms.discord.conftest import discord_server, world
from tests.platforms.discord.server import DiscordServer

__all__ = ["discord_server", "world"]

Open = Callable[..., Awaitable[Rig]]


@pytest.fixture
async def open_bot(discord_server: DiscordServer, tmp_path: Path) -> AsyncIterator[Open]:
    """`await open_bot(free_channels=...)`: the bot with these settings, ready."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Rig:  # noqa: ANN401
            rig = await stack.enter_async_context(open_rig(discord_server, tmp_path, **options))
            await rig.start()
            return rig

        yield start


@pytest.fixture
async def rig(open_bot: Open) -> Rig:
    """The bot with the defaults, ready."""
    return await open_bot()
