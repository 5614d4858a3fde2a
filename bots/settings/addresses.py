"""Validates the addresses of stores, and hides their passwords where they are shown."""

import re
from pathlib import Path

SQLITE = "sqlite:"
REDIS = ("redis://", "rediss://", "unix://")
HIDDEN = "••••"
"""What is shown in place of a secret."""

_USER = re.compile(r"(?<=://)[^\s]*(?=@)")
_SECRET = re.compile(r"([?&][^=&\s]*(?:password|key|token|secret)[^=&\s]*=)\S+", re.IGNORECASE)


def expanded(path: Path) -> Path:
    """Return the path with `~` replaced by the home folder. Raises ValueError if there is none."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("nobody here has the home folder that ~ stands for") from None


def store_address(address: str) -> str:
    """Return the address, if it is one of a store. Raises ValueError, which never quotes it."""
    if any(address.startswith(scheme) and address != scheme for scheme in (SQLITE, *REDIS)):
        if address.startswith(SQLITE):
            sqlite_path(address)
        return address
    raise ValueError(
        f"expected {SQLITE} and the path of a file, or the address of a Redis, such as"
        " redis://user:password@host:6379/0"
    )


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
    return _SECRET.sub(rf"\1{HIDDEN}", _USER.sub(HIDDEN, address))
