"""A store under a prefix of its own in the shared Redis, and a plain client beside it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from brain.memory.retention import COMPANION
from storage.redis.store import RedisStore
from tests.factories import DIMENSIONS
from tests.redis_server import RedisServer, emptied, running, shared_url


async def opened(url: str, prefix: str = "siliconfriend", timeout_s: float = 10.0) -> RedisStore:
    """A store with its embedder, as a process that starts would have it."""
    store = await RedisStore.open(url, prefix=prefix, dimensions=DIMENSIONS, timeout_s=timeout_s)
    await store.check_embedder(curve=COMPANION, embedder="tests", dimensions=DIMENSIONS)
    return store


@pytest.fixture
def prefix() -> str:
    return f"tests-{uuid4().hex}"


@pytest.fixture
async def store(prefix: str) -> AsyncIterator[RedisStore]:
    store = await opened(shared_url(), prefix)
    yield store
    await store.close()
    await emptied(shared_url(), prefix)


@pytest.fixture
async def second(store: RedisStore, prefix: str) -> AsyncIterator[RedisStore]:
    """Another process's view of the same memories."""
    del store  # opened first, and emptied last
    second = await opened(shared_url(), prefix)
    yield second
    await second.close()


@pytest.fixture
async def client() -> AsyncIterator[Redis]:
    async with Redis.from_url(shared_url()) as client:
        yield client


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of one's own that forgets nothing, to be killed."""
    with running(tmp_path, "--appendonly", "yes", "--appendfsync", "always") as server:
        yield server


async def keys_under(client: Redis, prefix: str) -> set[str]:
    """All keys, by a scan."""
    return {key.decode() async for key in client.scan_iter(f"{prefix}:*", count=1_000)}
