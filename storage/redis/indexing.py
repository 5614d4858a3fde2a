"""The index and its alias: built at the first start, and anew when the schema changes.

Queries know the alias alone. A new index is built beside the old one, over the same hashes, and
takes over the alias when it is complete: readers notice nothing, in this process or another.
"""

import asyncio
from contextlib import suppress
from typing import Any

from redisvl.exceptions import RedisVLError
from redisvl.index import AsyncSearchIndex
from redisvl.schema import IndexSchema

from brain.errors import StoreTooNew
from brain.memory.record import Vector
from storage.redis.connection import Connection
from storage.redis.errors import IndexMissing
from storage.redis.schema import VERSION, Precision, pack, schema

POLL_S = 0.02
"""How often an index under construction is looked at, in seconds."""


class Indexing:
    """The one index of a store."""

    def __init__(self, connection: Connection, *, dimensions: int, precision: Precision) -> None:
        """`precision` counts for a new store; one that exists keeps its own.

        `dimensions` 0: those of the store's embedder. As long as it has none, there is no index.
        """
        self._db = connection
        self.dimensions = dimensions
        self.precision = precision

    async def ensure(self) -> None:
        """Build what is missing. Raises StoreTooNew, and StoreError in general.

        An index whose vectors have other dimensions stays as it is while there are any vectors:
        `check_embedder` then refuses the embedder.
        """
        stored = await self._agree()
        current = await self._current()
        if not self.dimensions:
            return
        wanted = schema(self._db.keys, dimensions=self.dimensions, precision=self.precision)
        name = wanted.index.name
        if current == name:
            # Redis builds it anew after its own start.
            await self._complete(name)
        else:
            if current is not None and await self._holds_others(current):
                return
            await self._create(wanted)
            await self._complete(name)
            await self._db.send("FT.ALIASUPDATE", self._db.keys.alias, name)
        if stored < VERSION:
            # From here on an older version is refused: it would take the alias back.
            await self._db.send("HSET", self._db.keys.meta, "schema", VERSION)
        if current is not None and current != name:
            await self._drop(current)

    def packed(self, vector: Vector | None) -> bytes | None:
        """A vector as the hash holds it; None where it is of another embedder than the store's.

        Then the memory goes without: whoever embeds with that one gives it its vector.
        """
        if vector is None or vector.shape != (self.dimensions,):
            return None
        return pack(vector, dimensions=self.dimensions, precision=self.precision)

    async def embedder(self) -> tuple[str, int] | None:
        """Name and dimensions of the store's embedder."""
        space = await self._db.send("HGET", self._db.keys.meta, "embedder")
        if space is None:
            return None
        name, _, dimensions = space.decode().rpartition("/")
        return name, int(dimensions)

    async def is_there(self) -> bool:
        """Whether there is an index: a store that never had an embedder has none."""
        if not self.dimensions:
            await self.ensure()
        return self.dimensions > 0

    async def has_vectors(self) -> bool:
        """Whether any memory has one, on the shelf or not."""
        found = await self._db.send(
            *("FT.AGGREGATE", self._db.keys.alias, "@embedded:{1|shelved1}"),
            *("LIMIT", 0, 1, "TIMEOUT", self._db.timeout_ms, "DIALECT", 2),
        )
        return len(found) > 1

    async def info(self) -> dict[str, Any]:
        """What the engine tells of the index; empty as long as there is none."""
        await self.ensure()
        return await self._info(self._db.keys.alias) if self.dimensions else {}

    async def _agree(self) -> int:
        """Hold format and precision against what is stored; write them into an empty store.

        Gives the format that is stored: an older one than ours until our index has taken over.
        """
        meta = self._db.keys.meta
        if not self.dimensions and (known := await self.embedder()) is not None:
            self.dimensions = known[1]
        if not self.dimensions:
            # Whoever only looks leaves nothing behind.
            return VERSION
        _, _, stored, precision = await self._db.pipeline(
            [
                ("HSETNX", meta, "schema", VERSION),
                ("HSETNX", meta, "precision", self.precision),
                ("HGET", meta, "schema"),
                ("HGET", meta, "precision"),
            ],
            atomic=True,
        )
        if int(stored) > VERSION:
            raise StoreTooNew(path=self._db.address, found=int(stored), known=VERSION)
        self.precision = "float16" if precision == b"float16" else "float32"
        return int(stored)

    async def _create(self, wanted: IndexSchema) -> None:
        async with self._db.limited():
            index = AsyncSearchIndex(wanted, redis_client=self._db.client)
            try:
                await index.create()
            except RedisVLError as error:
                if "already exists" not in str(error):  # by a process that starts beside this one
                    raise

    async def _current(self) -> str | None:
        try:
            info = await self._info(self._db.keys.alias)
        except IndexMissing:
            return None
        return str(info["index_name"].decode())

    async def _holds_others(self, current: str) -> bool:
        """Whether that index holds vectors that the wanted one could not."""
        same = current.endswith(f":{self.dimensions}:{self.precision}")
        return not same and await self.has_vectors()

    async def _complete(self, name: str) -> None:
        """Wait until all that is stored stands in the index."""
        while True:
            if not int((await self._info(name))["indexing"]):
                return
            await asyncio.sleep(POLL_S)

    async def _info(self, name: str) -> dict[str, Any]:
        [answer] = await self._db.attempt([("FT.INFO", name)])
        return {name.decode(): value for name, value in zip(answer[::2], answer[1::2], strict=True)}

    async def _drop(self, name: str) -> None:
        with suppress(IndexMissing):  # another process was quicker
            await self._db.attempt([("FT.DROPINDEX", name)])
