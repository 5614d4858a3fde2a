"""Sets the addresses at which discord.py reaches Discord, or another server with the same API."""

from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import INTERNAL_API_VERSION, Route
from yarl import URL

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

    Raises:
        ValueError: `root` is not an http or https address.
    """
    if root is None:
        _set(rest=_REST, gateway=_GATEWAY, cdn=_CDN)
        return
    bare = root.strip().rstrip("/").removesuffix(f"/api/v{INTERNAL_API_VERSION}").rstrip("/")
    scheme, separator, rest = bare.partition("://")
    if scheme not in {"http", "https"} or not separator or not rest:
        raise ValueError("expected an address such as http://127.0.0.1:8080")
    socket = "wss" if scheme == "https" else "ws"
    _set(rest=bare, gateway=f"{socket}://{rest}/gateway", cdn=bare)


def _set(*, rest: str, gateway: str, cdn: str) -> None:
    # A slash at its end would give every route two slashes.
    Route.BASE = f"{rest}/api/v{INTERNAL_API_VERSION}"
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
    Asset.BASE = cdn
