from collections.abc import Iterator

import pytest
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bots.discord.network import set_api_root


@pytest.fixture(autouse=True)
def _back_to_discord() -> Iterator[None]:
    yield
    set_api_root(None)


@pytest.mark.parametrize(
    "root", ["https://chat.example", "https://chat.example/", " https://chat.example/api/v10/ "]
)
def test_rest_gateway_and_files_are_looked_for_at_the_root(root: str) -> None:
    set_api_root(root)

    assert Route.BASE == "https://chat.example/api/v10"
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "wss://chat.example/gateway"
    assert Asset.BASE == "https://chat.example"


def test_without_a_root_it_is_discord_itself() -> None:
    before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE)
    set_api_root("http://127.0.0.1:8080")
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:8080/gateway"

    set_api_root(None)

    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE)
