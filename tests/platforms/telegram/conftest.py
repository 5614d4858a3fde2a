"""Fixtures of the simulated Telegram.

`telegram` is the server. A bot needs its `base_url`, `base_file_url`, `root` and `token`; `outage`,
`refuse`, `lose_answers`, `post`, `stop` and `start` make things go wrong. `world` holds the people:
they act by `say`, `attach`, `edit`, `press`, `block`, `leave` and `migrate`; `hold`, `release` and
`repeat` disturb the updates; `until` and `reply` wait.

Tests in other folders use `telegram_server()` of `tests.platforms.telegram.server`.
"""

from collections.abc import AsyncIterator

import pytest

from tests.platforms.telegram.server import TelegramServer, telegram_server
from tests.platforms.telegram.world import World


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramServer]:
    """A new server; the test fails at its end if a call did not fit the published API."""
    # Otherwise python-telegram-bot warns of each 429, which pytest turns into an error.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with telegram_server() as server:
        yield server


@pytest.fixture
def world(telegram: TelegramServer) -> World:
    """The world of the server."""
    return telegram.world
