"""Ports of loopback that nobody else gets hold of."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def held_port() -> Iterator[int]:
    """A port that stays ours while the block runs, and where nobody listens yet.

    Who connects is refused. Who listens there by its number may, as servers of asyncio do: they
    share an address with a socket that does not listen. The system gives it to nobody else.
    """
    with _held() as held:
        yield int(held.getsockname()[1])


def closed_address() -> str:
    """`127.0.0.1:PORT` where nobody listens, as long as this process lives."""
    return f"127.0.0.1:{_closed().getsockname()[1]}"


@cache
def _closed() -> socket.socket:
    return _held()


def _held() -> socket.socket:
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held
