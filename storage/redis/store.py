"""All memories in one Redis with a query engine: for many people and many processes."""

import asyncio
from contextlib import suppress
from typing import Self

from brain.errors import StoreError
from storage.redis.connection import Connection, read_scripts
from storage.redis.conversations import Conversations
from storage.redis.derivations import Derivations
from storage.redis.index import Index
from storage.redis.indexing import Indexing
from storage.redis.keys import Keys
from storage.redis.people import People
from storage.redis.schema import VERSION, Precision
from storage.redis.turns import Turns
from storage.redis.upkeep import Upkeep
from storage.redis.values import Values


class RedisStore(Turns, Index, Derivations, Upkeep, People, Conversations):
    """`brain.ports.MemoryStore` on Redis 8, or any with RediSearch 2.10 or newer.

    What a write is worth when it returns is Redis's own setting: with `appendonly yes` and
    `appendfsync always` it survives a power cut, with `everysec` the death of the process (of the
    machine, all but the last second), without either nothing. While the disk is slow, `everysec`
    may cost the last two seconds in both cases: for so long Redis holds a write back behind the one
    before. `diagnose` tells which it is.
    """

    def __init__(self, connection: Connection, indexing: Indexing) -> None:
        self._db = connection
        self.values = Values(connection)
        self._indexing = indexing
        connection.heal = indexing.ensure

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        prefix: str = "siliconfriend",
        dimensions: int | None = None,
        precision: Precision = "float32",
        timeout_s: float = 10.0,
    ) -> Self:
        """Connect, and build the index where there is none. Raises StoreError.

        Args:
            url: redis://user:password@host:6379/0, rediss:// with TLS, or unix://.
            prefix: of every key; several stores may share one Redis.
            dimensions: of the embedder's vectors; None: as the store has them. Without an
                embedder one can do everything but search, and `check_embedder` builds a missing
                index.
            precision: of the stored vectors; a store that exists keeps its own.
            timeout_s: the longest that one round trip may take, in seconds.
        """
        await asyncio.to_thread(read_scripts)
        connection = Connection(url, keys=Keys(prefix), timeout_s=timeout_s)
        indexing = Indexing(connection, dimensions=dimensions or 0, precision=precision)
        try:
            await indexing.ensure()
        except BaseException:
            await connection.close()
            raise
        return cls(connection, indexing)

    async def diagnose(self) -> dict[str, str | int]:
        """For an operator: versions, counts, size in bytes, and what Redis does with memories.

        `eviction` other than noeviction means that a full Redis throws memories away; `aof` is 0
        where they do not survive a restart other than from a snapshot; `fsync` says how often that
        file reaches the disk (empty: Redis does not tell this user); `unreadable` counts hashes
        under the prefix that the index could not take. `bytes` are those of the whole Redis.
        """
        info = await self._indexing.info()
        server = await self._db.send("INFO", "everything")
        return {
            "schema": VERSION,
            "redis": str(server.get("redis_version", "")),
            "memories": int(info.get("num_docs", 0)),
            "people": len(await self.people()),
            "bytes": int(server.get("used_memory", 0)),
            "eviction": str(server.get("maxmemory_policy", "")),
            "aof": int(server.get("aof_enabled", 0)),
            "fsync": await self._fsync(),
            "precision": self._indexing.precision,
            "unreadable": int(info.get("hash_indexing_failures", 0)),
        }

    async def _fsync(self) -> str:
        # A user of its own rarely may read the configuration.
        with suppress(StoreError):
            answer = await self._db.send("CONFIG GET", "appendfsync")
            return str(answer.get("appendfsync", ""))
        return ""

    async def close(self) -> None:
        """Let go of Redis. What was acknowledged is written."""
        await self._db.close()
