"""Either store, for tests of the bots: it goes away and comes back, and its time passes."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from redis.asyncio import Redis

from brain.clock import ManualClock, SystemClock
from brain.memory.retention import COMPANION
from brain.ports import MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.brain.turns.test_outage import Cable
from tests.redis_server import RedisServer, emptied, running, shared_url

KINDS = ("sqlite", "redis")


class StoreOnTest(ABC):
    """One store for one test."""

    store: MemoryStore

    @abstractmethod
    async def pass_time(self, seconds: float) -> None:
        """Let what expires expire that much earlier."""

    @abstractmethod
    def go_away(self) -> None:
        """Answer nothing any more."""

    @abstractmethod
    def come_back(self) -> None:
        """Answer again, with all that was written."""


class _Sqlite(StoreOnTest):
    def __init__(self, cable: Cable) -> None:
        self._cable = cable
        self._clock = ManualClock(SystemClock().now())
        self.store = SqliteStore(cable, clock=self._clock)

    async def pass_time(self, seconds: float) -> None:
        self._clock.advance(timedelta(seconds=seconds))

    def go_away(self) -> None:
        self._cable.is_out = True

    def come_back(self) -> None:
        self._cable.plug_in()


class _Redis(StoreOnTest):
    def __init__(self, store: RedisStore, url: str, prefix: str, own: RedisServer | None) -> None:
        self.store = store
        self._url = url
        self._prefix = prefix
        self._own = own

    async def pass_time(self, seconds: float) -> None:
        # The clock of Redis cannot be moved, so the expiry of each key is brought forward.
        async with Redis.from_url(self._url) as client:
            async for key in client.scan_iter(f"{self._prefix}:*"):
                if (left := await client.pttl(key)) >= 0:
                    await client.pexpire(key, left - round(seconds * 1_000))

    def go_away(self) -> None:
        assert self._own is not None, "only a server of one's own may go away"
        self._own.kill()

    def come_back(self) -> None:
        assert self._own is not None
        self._own.start()


@asynccontextmanager
async def opened(kind: str, folder: Path, *, goes_away: bool = False) -> AsyncIterator[StoreOnTest]:
    """Opens an empty store for the embedder `HashEmbedder`.

    Args:
        kind: one of `KINDS`.
        folder: where its files go.
        goes_away: whether the test calls `go_away`; Redis is then a server of its own.
    """
    if kind == "sqlite":
        cable = Cable(folder / "memories.db")
        await cable.open()
        on_test: StoreOnTest = _Sqlite(cable)
        try:
            await _check(on_test.store)
            yield on_test
        finally:
            await on_test.store.close()
    elif goes_away:
        options = ("--appendonly", "yes", "--appendfsync", "always")
        with running(folder, *options) as server:
            async with _redis(server.url, "tests", server) as on_test:
                yield on_test
    else:
        prefix = f"tests-{uuid4().hex}"
        async with _redis(shared_url(), prefix, None) as on_test:
            yield on_test
        await emptied(shared_url(), prefix)


@asynccontextmanager
async def _redis(url: str, prefix: str, own: RedisServer | None) -> AsyncIterator[StoreOnTest]:
    store = await RedisStore.open(url, prefix=prefix)
    try:
        await _check(store)
        yield _Redis(store, url, prefix, own)
    finally:
        await store.close()


async def _check(store: MemoryStore) -> None:
    await store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
