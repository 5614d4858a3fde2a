"""Sets how discord.py reaches Discord: the addresses, the proxy and the certificates."""

import asyncio
from typing import Any

import discord
from aiohttp import BaseConnector, ClientConnectionError, TCPConnector
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import INTERNAL_API_VERSION, Route
from yarl import URL

from brain.network import NetworkRoute, route_to

_REST = "https://discord.com"
_GATEWAY = "wss://gateway.discord.gg/"
_CDN = "https://cdn.discordapp.com"


def set_api_root(root: str | None) -> None:
    """Make every client of this process use the server at `root`, or Discord if it is None.

    Call it before a client logs in: discord.py keeps these addresses in attributes of its classes,
    so that a process cannot use two servers.

    Args:
        root: an address such as `http://127.0.0.1:8080`, with or without a slash or `/api/v10` at
            its end. REST is under `/api/v10`, the gateway under `/gateway`, and files at the root.
    """
    if root is None:
        _set(rest=_REST, gateway=_GATEWAY, cdn=_CDN)
        return
    bare = root.strip().rstrip("/").removesuffix(f"/api/v{INTERNAL_API_VERSION}").rstrip("/")
    scheme, _, rest = bare.partition("://")
    socket = "wss" if scheme == "https" else "ws"
    _set(rest=bare, gateway=f"{socket}://{rest}/gateway", cdn=bare)


async def use_route(client: discord.Client, address: str) -> None:
    """Let a client reach Discord through the proxy, and by the certificates, of the environment.

    Call it before the client logs in.

    Args:
        client: the client.
        address: the address of Discord, for which the proxy is chosen; its gateway and its files
            have hosts of their own, and are reached in the same way.

    Raises:
        ProxyUnusable, CertificatesUnusable: the environment names what cannot be used.
    """
    route = await asyncio.to_thread(route_to, address, socks_package="aiohttp_socks")
    proxy = route.proxy
    client.http.connector = _connector(route)
    if proxy is not None and proxy.scheme != "socks5":
        url = URL(proxy.url)
        client.http.proxy = str(url.with_user(proxy.user).with_password(proxy.password))


def _connector(route: NetworkRoute) -> BaseConnector:
    proxy = route.proxy
    # discord.py limits its requests itself.
    options: dict[str, Any] = {"limit": 0, "ssl": route.tls}
    if proxy is None or proxy.scheme != "socks5":
        return TCPConnector(**options)
    import aiohttp_socks  # noqa: PLC0415 an extra

    failures = (
        aiohttp_socks.ProxyError,
        aiohttp_socks.ProxyConnectionError,
        aiohttp_socks.ProxyTimeoutError,
    )

    class SocksConnector(aiohttp_socks.ProxyConnector):
        async def connect(self, *args: Any, **rest: Any) -> Any:  # noqa: ANN401 as aiohttp has it
            try:
                return await super().connect(*args, **rest)
            except failures as exc:
                # discord.py and this program handle errors of aiohttp's own kinds alone.
                raise ClientConnectionError("the proxy does not let through") from exc

    user, password = proxy.auth or (None, None)
    return SocksConnector(
        proxy.host,
        proxy.port,
        aiohttp_socks.ProxyType.SOCKS5,
        username=user,
        password=password,
        rdns=True,
        **options,
    )


def _set(*, rest: str, gateway: str, cdn: str) -> None:
    # A slash at its end would give every route two slashes.
    Route.BASE = f"{rest}/api/v{INTERNAL_API_VERSION}"
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
    Asset.BASE = cdn
