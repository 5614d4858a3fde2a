"""Addresses of stores: which there are, and how they are shown without their passwords."""

import re
from pathlib import Path

SQLITE = "sqlite:"
REDIS = ("redis://", "rediss://", "unix://")
HIDDEN = "••••"

_USER = re.compile(r"(?<=://)[^\s]*(?=@)")
_SECRET = re.compile(r"([?&][^=&\s]*(?:password|key|token|secret)[^=&\s]*=)\S+", re.IGNORECASE)


def expanded(path: Path) -> Path:
    """The path with a home folder in the place of `~`. Raises ValueError."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("nobody here has the home folder that ~ stands for") from None


def store_address(address: str) -> str:
    """The address, if it is one. Raises ValueError, which never repeats it."""
    if any(address.startswith(scheme) and address != scheme for scheme in (SQLITE, *REDIS)):
        if address.startswith(SQLITE):
            sqlite_path(address)
        return address
    raise ValueError(
        f"expected {SQLITE} and the path of a file, or the address of a Redis, such as"
        " redis://user:password@host:6379/0"
    )


def sqlite_path(address: str) -> Path:
    """The file of a `sqlite:` address. Raises ValueError, which `store_address` foresees."""
    return expanded(Path(address.removeprefix(SQLITE)))


def masked(address: str) -> str:
    """The address without user, password and keys.

    Rather too much is hidden than too little: a password may hold `/`, `@` or `#`.
    """
    found = _SECRET.search(address)
    if found and "@" in found[0]:
        # Nobody can say where the secret ends.
        return f"{address.partition('://')[0]}://{HIDDEN}"
    return _SECRET.sub(rf"\1{HIDDEN}", _USER.sub(HIDDEN, address))
