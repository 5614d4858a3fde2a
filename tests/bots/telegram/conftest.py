from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.bots.telegram.rig import Rig, open_rig
from tests.platforms.telegram.conftest import telegram, world
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

__all__ = ["telegram", "world"]

Open = Callable[..., Awaitable[Rig]]


@pytest.fixture
async def open_bot(telegram: TelegramServer, tmp_path: Path) -> AsyncIterator[Open]:
    """`await open_bot(names="Sam")`: the bot with these settings, ready."""
    telegram.world.flood.enforced = False
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Rig:  # noqa: ANN401
            rig = await stack.enter_async_context(open_rig(telegram, tmp_path, **options))
            await rig.start()
            return rig

        yield start


@pytest.fixture
async def rig(open_bot: Open) -> Rig:
    """The bot with the defaults, ready."""
    return await open_bot()


@pytest.fixture
async def ann(rig: Rig, world: World) -> User:
    """Somebody who was told already what is kept."""
    user = world.user("Ann")
    await rig.introduce(user)
    return user


@pytest.fixture
def chat(ann: User, world: World) -> Chat:
    """Ann's private chat."""
    return world.private(ann)
