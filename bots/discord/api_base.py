"""Sets where discord.py looks for Discord: the real one, or a server at another address."""

from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import INTERNAL_API_VERSION, Route
from yarl import URL

_REST = "https://discord.com"
_GATEWAY = "wss://gateway.discord.gg/"
_CDN = "https://cdn.discordapp.com"


def set_api_root(root: str | None) -> None:
    """Have every client of this process talk to the server at `root`, or to Discord (None).

    `root` is an address such as `http://127.0.0.1:8080`: REST lies under `/api/v10`, the gateway
    under `/gateway`, pictures and files at the root itself. A slash at its end and a pasted
    `/api/v10` do no harm. Call it before a client logs in: discord.py keeps these addresses in
    attributes of its classes, so that two roots in one process are not possible.

    Raises ValueError for what is no http or https address.
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
    # With a slash at its end, every route would hold two.
    Route.BASE = f"{rest}/api/v{INTERNAL_API_VERSION}"
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
    Asset.BASE = cdn
