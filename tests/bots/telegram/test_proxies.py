"""Telegram behind a proxy, and behind certificates that are not those of the system."""

import ssl
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from bots.doctor_checks import CheckStatus
from bots.settings.platforms import TelegramSettings
from bots.telegram.checks import check_telegram
from bots.telegram.connection import connect
from bots.telegram.errors import OutOfReach, TokenRefused
from brain.errors import CertificatesUnusable
from tests.brain.generators.openai_server import serving
from tests.platforms.telegram.server import TelegramServer
from tests.ports import closed_address
from tests.proxies import proxy

HOST = "telegram.example"


def settings(root: str, token: str) -> TelegramSettings:
    return TelegramSettings(token=SecretStr(token), api_base=root)


@pytest.mark.parametrize("scheme", ["socks", "socks5", "http"])
async def test_the_bot_reaches_telegram_through_a_proxy(
    scheme: str, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy({HOST: int(telegram.root.rpartition(":")[2])}) as between:
        monkeypatch.setenv("ALL_PROXY", between.url(scheme))
        async with connect(settings(f"http://{HOST}", telegram.token), limit_s=0.0) as bot:
            assert bot.username == "friend_bot"
        assert set(between.asked) == {HOST}


@pytest.mark.parametrize("scheme", ["socks5", "http"])
async def test_the_doctor_names_a_proxy_that_is_away(
    scheme: str, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.telegram.checks.LIMIT_S", 0.0)
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://ann:sesame@{closed_address()}")
    check = await check_telegram(settings(f"http://{HOST}", telegram.token), language="en")
    assert check.status is CheckStatus.FAILED
    assert "the proxy in ALL_PROXY" in check.detail
    assert "sesame" not in check.detail


async def test_the_certificates_of_the_environment_count(
    telegram: TelegramServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    file = tmp_path / "ca.pem"
    async with serving(tls=tls) as other:
        given = settings(f"https://127.0.0.1:{other.port}", telegram.token)
        with pytest.raises(OutOfReach, match="SSL_CERT_FILE"):
            async with connect(given, limit_s=0.0):
                pytest.fail("the authority is not known")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        with pytest.raises(CertificatesUnusable):
            async with connect(given, limit_s=0.0):
                pytest.fail("the file is not there")
        authority.cert_pem.write_to_path(file)
        # A server that is none of Telegram's knows no token: it was reached.
        with pytest.raises(TokenRefused):
            async with connect(given, limit_s=0.0):
                pytest.fail("it knows no bots")
