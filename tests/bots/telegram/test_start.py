"""What keeps the bot from Telegram is said in one sentence; and what the doctor finds."""

import os
from typing import Any

import pytest

from bots.doctor_checks import CheckStatus
from bots.settings.platforms import TelegramSettings
from bots.telegram.checks import check_telegram
from bots.telegram.connection import api_root, connect
from bots.telegram.errors import NoToken, OutOfReach, TokenRefused, WrongRoot
from brain.errors import SiliconfriendError
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World
from tests.ports import closed_address


def settings(telegram: TelegramServer, **changes: Any) -> TelegramSettings:  # noqa: ANN401
    """That lead to the server."""
    given = {"token": telegram.token, "api_base": telegram.root, **changes}
    return TelegramSettings.model_construct(**{**TelegramSettings().model_dump(), **_valid(given)})


def _valid(given: dict[str, Any]) -> dict[str, Any]:
    root = given.pop("api_base")
    checked = TelegramSettings.model_validate(given)
    return {**{name: getattr(checked, name) for name in given}, "api_base": root}


@pytest.mark.parametrize(
    "root",
    [
        "http://127.0.0.1:8081/bot123:ABC",
        "https://api.telegram.org/123:ABC/",
        "https://api.telegram.org?token=123:ABC",
        "https://123:ABC@api.telegram.org",
        "ftp://api.telegram.org",
        "api.telegram.org",
        "https://",
    ],
)
def test_only_a_bare_root_is_taken(root: str) -> None:
    with pytest.raises(WrongRoot) as found:
        api_root(root)
    assert "ABC" not in str(found.value)
    assert "without the token" in str(found.value)


@pytest.mark.parametrize(
    ("root", "taken"),
    [
        (None, "https://api.telegram.org"),
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        (" https://tg.example ", "https://tg.example"),
    ],
)
def test_a_root_is_taken_with_or_without_a_slash(root: str | None, taken: str) -> None:
    assert api_root(root) == taken


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"token": None}, NoToken),
        ({"token": "  "}, NoToken),
        ({"token": "7000000001:AAwrongwrongwrongwrongwrongwrongwr"}, TokenRefused),
        ({"token": "nonsense"}, TokenRefused),
        ({"api_base": f"http://{closed_address()}"}, OutOfReach),
    ],
)
async def test_what_is_wrong_at_the_start_is_said(
    telegram: TelegramServer, changes: dict[str, Any], error: type[SiliconfriendError]
) -> None:
    given = settings(telegram, **changes)
    with pytest.raises(error) as found:
        async with connect(given, limit_s=0.0):
            pytest.fail("it cannot connect")
    token = given.token.get_secret_value().strip() if given.token else ""
    assert not token or token not in str(found.value)
    check = await check_telegram(given, language="en") if error is not OutOfReach else None
    assert check is None or check.status is CheckStatus.FAILED


async def test_the_doctor_speaks_of_privacy_mode(telegram: TelegramServer, world: World) -> None:
    check = await check_telegram(settings(telegram), language="en")
    assert check.status is CheckStatus.NOTE
    assert "/setprivacy" in check.detail
    world.privacy_mode = False
    check = await check_telegram(settings(telegram), language="en")
    assert check.status is CheckStatus.OK
    assert "@friend_bot" in check.detail


async def test_the_doctor_names_what_keeps_telegram_from_the_webhook(
    telegram: TelegramServer,
) -> None:
    url = f"http://{closed_address()}/hook"
    telegram.updates.webhook = {"url": url, "secret": None, "error": "Connection refused"}
    check = await check_telegram(settings(telegram, webhook_url=url), language="en")
    assert check.status is CheckStatus.NOTE
    assert "Connection refused" in check.detail


def test_the_library_is_told_which_form_of_waiting_is_meant() -> None:
    assert os.environ.get("PTB_TIMEDELTA")
