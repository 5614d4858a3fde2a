"""The played Telegram for tests.

`telegram` is the server: `telegram.base_url`, `.base_file_url`, `.root`, `.token` for a bot;
`.outage()`, `.refuse(...)`, `.lose_answers(...)`, `.post(update, secret=...)`, `.stop()` and
`.start()` for what goes wrong. `world` is what people see and do there: `.say`, `.attach`, `.edit`,
`.press`, `.block`, `.leave`, `.migrate`, `.hold` and `.release`, `.repeat`; wait with `.until` or
`.reply`.

Tests elsewhere take `telegram_server()` from `tests.platforms.telegram.server`.
"""

from collections.abc import AsyncIterator

import pytest

from tests.platforms.telegram.server import TelegramServer, telegram_server
from tests.platforms.telegram.world import World


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramServer]:
    """A server of its own; the test fails at its end if a call did not fit the published API."""
    # Without it, python-telegram-bot warns of each 429, which pytest takes for an error.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with telegram_server() as server:
        yield server


@pytest.fixture
def world(telegram: TelegramServer) -> World:
    """The world of that server."""
    return telegram.world
