"""The harnesses that open each kind of store for the contract tests."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from redis.asyncio import Redis

from brain.clock import ManualClock
from brain.memory.retention import COMPANION, Curve
from brain.ports import MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.factories import DIMENSIONS, NOON
from tests.redis_server import emptied, shared_url

EMBEDDER = "tests"


class Harness(ABC):
    """One database for one test, with a store that is open on it and can be reopened."""

    store: MemoryStore
    address: tuple[str, ...]
    """The arguments by which another process (`tests.contracts.talker`) opens the same data."""

    @abstractmethod
    async def open(self) -> MemoryStore:
        """Opens a store on the data, as a new process would."""

    @abstractmethod
    async def pass_time(self, seconds: float) -> None:
        """Move the clock by which the store measures leases."""

    async def reopen(
        self, *, curve: Curve = COMPANION, embedder: str = EMBEDDER, dimensions: int = DIMENSIONS
    ) -> MemoryStore:
        """Close the store, and start another one on the same data."""
        await self.store.close()
        return await self.start(curve=curve, embedder=embedder, dimensions=dimensions)

    async def twice(self, *, curve: Curve = COMPANION) -> AsyncIterator[MemoryStore]:
        """Yields the open store, and then one reopened on the same data."""
        yield self.store
        yield await self.reopen(curve=curve)

    async def start(
        self, *, curve: Curve = COMPANION, embedder: str = EMBEDDER, dimensions: int = DIMENSIONS
    ) -> MemoryStore:
        """Open a store and check its embedder, as `brain.ports.Upkeep.check_embedder` requires."""
        self.store = await self.open()
        await self.store.check_embedder(curve=curve, embedder=embedder, dimensions=dimensions)
        return self.store


Factory = Callable[[], AbstractAsyncContextManager[Harness]]
"""Gives a harness with an empty store whose embedder was checked, and removes it afterwards."""


class _SqliteHarness(Harness):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._clock = ManualClock(NOON)
        self.address = ("sqlite", str(path))

    async def open(self) -> MemoryStore:
        return await SqliteStore.open(self._path, clock=self._clock)

    async def pass_time(self, seconds: float) -> None:
        self._clock.advance(timedelta(seconds=seconds))


@asynccontextmanager
async def sqlite() -> AsyncIterator[Harness]:
    with TemporaryDirectory() as folder:
        harness = _SqliteHarness(Path(folder) / "memories.db")
        await harness.start()
        try:
            yield harness
        finally:
            await harness.store.close()


class _RedisHarness(Harness):
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.address = ("redis", shared_url(), prefix)

    async def open(self) -> MemoryStore:
        return await RedisStore.open(shared_url(), prefix=self._prefix, dimensions=DIMENSIONS)

    async def pass_time(self, seconds: float) -> None:
        # The clock of Redis cannot be moved, so the expiry of each key is brought forward.
        async with Redis.from_url(shared_url()) as client:
            async for key in client.scan_iter(f"{self._prefix}:*"):
                left = await client.pttl(key)
                if left >= 0:
                    await client.pexpire(key, left - round(seconds * 1_000))


@asynccontextmanager
async def redis() -> AsyncIterator[Harness]:
    prefix = f"tests-{uuid4().hex}"
    harness = _RedisHarness(prefix)
    await harness.start()
    try:
        yield harness
    finally:
        await harness.store.close()
        await emptied(shared_url(), prefix)


STORES: dict[str, Factory] = {"sqlite": sqlite, "redis": redis}
"""The stores that the contract tests run over; one entry adds a store."""
