"""Reserves ports on loopback, so that no other process takes them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def held_port() -> Iterator[int]:
    """Reserves a port while the block runs, without listening on it.

    Connections are refused. A server of asyncio may listen on the port by its number, because it
    may share the address with a socket that does not listen; the system gives the port to no
    process that asks for any.
    """
    with _held() as held:
        yield int(held.getsockname()[1])


def closed_address() -> str:
    """Returns an address `127.0.0.1:PORT` that refuses connections as long as this process runs."""
    return f"127.0.0.1:{_closed().getsockname()[1]}"


@cache
def _closed() -> socket.socket:
    return _held()


def _held() -> socket.socket:
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held
