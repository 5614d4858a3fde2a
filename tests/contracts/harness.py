"""What a store must offer to be held to the contract: a fresh one, and the same data reopened."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from brain.memory.retention import COMPANION, Curve
from brain.ports import MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.factories import DIMENSIONS
from tests.redis_server import emptied, shared_url

EMBEDDER = "tests"


class Harness(ABC):
    """One database for one test. `store` is open on it; `reopen` closes that and opens anew."""

    store: MemoryStore

    @abstractmethod
    async def open(self) -> MemoryStore:
        """Open the data, as a process that starts would."""

    async def reopen(
        self, *, curve: Curve = COMPANION, embedder: str = EMBEDDER, dimensions: int = DIMENSIONS
    ) -> MemoryStore:
        """Start again over the same data."""
        await self.store.close()
        return await self.start(curve=curve, embedder=embedder, dimensions=dimensions)

    async def twice(self, *, curve: Curve = COMPANION) -> AsyncIterator[MemoryStore]:
        """The store as it is open, then after a restart: what is true must stay true."""
        yield self.store
        yield await self.reopen(curve=curve)

    async def start(
        self, *, curve: Curve = COMPANION, embedder: str = EMBEDDER, dimensions: int = DIMENSIONS
    ) -> MemoryStore:
        """Open and settle, as `brain.ports.Upkeep.settle` asks of every start."""
        self.store = await self.open()
        await self.store.settle(curve=curve, embedder=embedder, dimensions=dimensions)
        return self.store


Factory = Callable[[], AbstractAsyncContextManager[Harness]]
"""Gives a harness around an empty store that is open and settled; closes and removes it after."""


class _SqliteHarness(Harness):
    def __init__(self, path: Path) -> None:
        self._path = path

    async def open(self) -> MemoryStore:
        return await SqliteStore.open(self._path)


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

    async def open(self) -> MemoryStore:
        return await RedisStore.open(shared_url(), prefix=self._prefix, dimensions=DIMENSIONS)


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
"""Every store that is held to the contract. A new one joins by one entry."""
