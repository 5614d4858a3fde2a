"""Discord behind a proxy."""

import pytest

from bots.discord.checks import check_discord
from bots.doctor_checks import CheckStatus
from bots.settings.platforms import DiscordSettings
from tests.bots.discord.conftest import Open
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World
from tests.ports import closed_address
from tests.proxies import PASSWORD, proxy

HOST = "discord.example"


@pytest.mark.parametrize("scheme", ["socks", "http"])
async def test_the_bot_talks_through_a_proxy(
    scheme: str,
    world: World,
    discord_server: DiscordServer,
    open_bot: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = int(discord_server.root.rpartition(":")[2])
    # The server names its gateway by its own address.
    async with proxy({HOST: port, "127.0.0.1": port}) as between:
        monkeypatch.setenv("ALL_PROXY", between.url(scheme))
        rig = await open_bot(api_base=f"http://{HOST}")
        ann = world.user("Ann")
        world.dm(ann, "hello")
        await world.until(lambda: rig.said(ann), seconds=20)
        assert set(between.asked) == {HOST, "127.0.0.1"}
        await rig.stop()


@pytest.mark.parametrize("scheme", ["socks5", "http"])
@pytest.mark.parametrize("fault", ["password", "away", "unknown host"])
async def test_the_doctor_names_a_proxy_that_does_not_let_through(
    scheme: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy({}) as between:
        url = between.url(scheme, password="sesame" if fault == "password" else PASSWORD)
        if fault == "away":
            url = f"{scheme}://ann:sesame@{closed_address()}"
        monkeypatch.setenv("ALL_PROXY", url)
        settings = DiscordSettings.model_validate({"token": "a.b.c", "api_base": f"https://{HOST}"})
        [check] = [check async for check in check_discord(settings, language="en")]
    assert check.status is CheckStatus.FAILED
    assert "the proxy in ALL_PROXY" in check.detail
    assert "sesame" not in check.detail


async def test_the_doctor_names_a_variable_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = DiscordSettings.model_validate({"token": "a.b.c"})
    for variable, value in (("ALL_PROXY", "socks4://h"), ("SSL_CERT_FILE", "/nowhere.pem")):
        with monkeypatch.context() as patch:
            patch.setenv(variable, value)
            [check] = [check async for check in check_discord(settings, language="en")]
        assert check.status is CheckStatus.FAILED
        assert check.detail.startswith(variable)
