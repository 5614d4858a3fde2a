"""Converts what both stores write in one form: times, durations, names and vector spaces."""

import hashlib
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(moment: datetime) -> int:
    """Return a time as whole milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int) -> datetime:
    """Return the time of milliseconds since 1970, aware and in UTC."""
    return _EPOCH + value * _MILLISECOND


def to_ttl(seconds: float) -> int:
    """Convert seconds to whole milliseconds, one at least, for what expires."""
    return max(1, round(seconds * 1_000))


def digest(text: str) -> str:
    """Return the BLAKE2 digest of a name, which does not tell the name (128 bits, hexadecimal)."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def vector_space(embedder: str, dimensions: int) -> str:
    """Return the name of an embedder with its dimensions, as a store records it."""
    return f"{embedder}/{dimensions}"


def parse_vector_space(space: str) -> tuple[str, int]:
    """Return the name and the dimensions of an embedder, as `vector_space` joined them."""
    name, _, dimensions = space.rpartition("/")
    return name, int(dimensions)
