"""Validates the addresses of stores, and hides their passwords where they are shown."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from bots.settings.problems import SettingProblem

SQLITE = "sqlite:"
REDIS = ("redis://", "rediss://", "unix://")
HIDDEN = "••••"
"""What is shown in place of a secret."""

_WORD = re.compile(r"\S+")
_SECRET = re.compile(
    r"([?&](?=[^=&?\s]*(?:password|key|token|secret))[^=&?\s]*=)\S+", re.IGNORECASE
)


def expanded(path: Path) -> Path:
    """Return the path with `~` replaced by the home folder. Raises ValueError if there is none."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise SettingProblem("settings-no-home") from None


def store_address(address: str) -> str:
    """Return the address, if it is one of a store. Raises ValueError, which never quotes it."""
    if any(address.startswith(scheme) and address != scheme for scheme in (SQLITE, *REDIS)):
        if address.startswith(SQLITE):
            sqlite_path(address)
        return address
    raise SettingProblem("store-address-wrong")


def web_address(address: str) -> str:
    """Return the address of a server, if it is one. Raises ValueError, which never quotes it."""
    parts = urlsplit("")
    try:
        parts = urlsplit(address.strip())
        # Both fail where they are read. A name with an empty or a long part is found nowhere.
        is_host = parts.port != 0 and bool((parts.hostname or "").encode("idna"))
    except ValueError:
        is_host = False
    shown = address.strip()
    if not is_host or parts.scheme not in {"http", "https"} or any(map(_is_hidden, shown)):
        raise SettingProblem("settings-wrong-address")
    return shown


def _is_hidden(character: str) -> bool:
    return character.isspace() or not character.isprintable()


def sqlite_path(address: str) -> Path:
    """Return the file of a `sqlite:` address. Raises ValueError unless `store_address` took it."""
    return expanded(Path(address.removeprefix(SQLITE)))


def masked(address: str) -> str:
    """Return the address with user, password and keys hidden.

    It hides too much rather than too little, since a password may contain `/`, `@` or `#`.
    """
    found = _SECRET.search(address)
    if found and "@" in found[0]:
        # Where the secret ends is ambiguous, so that all of it is hidden.
        return f"{address.partition('://')[0]}://{HIDDEN}"
    return _SECRET.sub(rf"\1{HIDDEN}", _WORD.sub(_without_user, address))


def _without_user(word: re.Match[str]) -> str:
    scheme, sign, rest = word[0].partition("://")
    _, at, host = rest.rpartition("@")
    return f"{scheme}{sign}{HIDDEN}{at}{host}" if at else word[0]
