"""The store in one Redis with a query engine, for many people and many processes."""

import asyncio
from contextlib import suppress
from typing import Self

from brain.errors import StoreError
from storage.redis.connection import Connection, read_scripts
from storage.redis.derivations import Derivations
from storage.redis.index import Index
from storage.redis.index_creation import Indexing
from storage.redis.keys import Keys
from storage.redis.locks_and_claims import Conversations
from storage.redis.people import People
from storage.redis.schema import VERSION, Precision
from storage.redis.turns import Turns
from storage.redis.upkeep import Upkeep
from storage.redis.values import Values


class RedisStore(Turns, Index, Derivations, Upkeep, People, Conversations):
    """Implements `brain.ports.MemoryStore` on Redis 8, or any with RediSearch 2.10 or newer.

    How durable a write is when it returns depends on Redis's own settings. With `appendonly yes`
    and `appendfsync always` it survives a power cut. With `everysec` it survives the death of the
    process, while a crash of the machine may lose the last second; when the disk is slow, either
    may lose the last two seconds, for which Redis holds a write back behind the one before. Without
    `appendonly` it survives neither. `diagnose` shows the settings.
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
            prefix: the beginning of every key; several stores may share one Redis.
            dimensions: the components of the embedder's vectors; None for those that are stored. A
                store that has no embedder can do everything except search, until `check_embedder`
                builds the index.
            precision: the precision of the stored vectors; an existing store keeps its own.
            timeout_s: the most seconds that one round trip may take.
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
        """Return what an operator wants to know: versions, counts, and settings of Redis.

        `bytes` is the memory that the whole Redis uses. An `eviction` other than noeviction means
        that a full Redis deletes memories. `aof` is 0 where memories survive a restart only by a
        snapshot; `fsync` says how often the append-only file is flushed to the disk, and is empty
        where this user may not read it. `unreadable` counts hashes that the index could not read.
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
        # A Redis user for this store alone rarely may read the configuration.
        with suppress(StoreError):
            answer = await self._db.send("CONFIG GET", "appendfsync")
            return str(answer.get("appendfsync", ""))
        return ""

    async def close(self) -> None:
        """Close the connections to Redis; all writes that have returned are done."""
        await self._db.close()
