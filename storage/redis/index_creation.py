"""Builds the search index, at the first start and again when its schema changes.

Queries use an alias. A new index is built beside the old one, over the same hashes, and gets the
alias when it is complete, so that no reader notices, in this process or another.
"""

import asyncio
from contextlib import suppress
from typing import Any

from redisvl.exceptions import RedisVLError
from redisvl.index import AsyncSearchIndex
from redisvl.schema import IndexSchema

from brain.errors import StoreTooNew
from brain.memory.record import Vector
from storage.conversions import parse_vector_space
from storage.redis.connection import Connection
from storage.redis.errors import IndexMissing
from storage.redis.schema import VERSION, Precision, pack, schema

POLL_S = 0.02
"""Seconds between two looks at an index under construction."""


class Indexing:
    """The search index of a store."""

    def __init__(self, connection: Connection, *, dimensions: int, precision: Precision) -> None:
        """Create it; `ensure` builds the index.

        Args:
            connection: the connection to Redis.
            dimensions: the components of a vector; 0 for those of the store's embedder. As long as
                the store has no embedder, there is no index.
            precision: the precision of the vectors of a new store; an existing one keeps its own.
        """
        self._db = connection
        self.dimensions = dimensions
        self.precision = precision

    async def ensure(self) -> None:
        """Build the index if it is missing or out of date.

        An index of other dimensions stays as it is while there are any vectors; `check_embedder`
        then refuses the embedder.

        Raises:
            StoreTooNew: a newer version has written the store.
            StoreError: Redis failed.
        """
        stored = await self._agree()
        current = await self._current()
        if not self.dimensions:
            return
        wanted = schema(self._db.keys, dimensions=self.dimensions, precision=self.precision)
        name = wanted.index.name
        if current == name:
            # After its own start, Redis builds the index again.
            await self._complete(name)
        else:
            if current is not None and await self._holds_others(current):
                return
            await self._create(wanted)
            await self._complete(name)
            await self._db.send("FT.ALIASUPDATE", self._db.keys.alias, name)
        if stored < VERSION:
            # From here on older versions are refused, which would take the alias back.
            await self._db.send("HSET", self._db.keys.meta, "schema", VERSION)
        if current is not None and current != name:
            await self._drop(current)

    def packed(self, vector: Vector | None) -> bytes | None:
        """Return a vector as the hash holds it; None where it is of another embedder.

        The memory is then stored without a vector, and upkeep embeds it with the present embedder.
        """
        if vector is None or vector.shape != (self.dimensions,):
            return None
        return pack(vector, dimensions=self.dimensions, precision=self.precision)

    async def embedder(self) -> tuple[str, int] | None:
        """Return the name and dimensions of the store's embedder, if it has one."""
        space = await self._db.send("HGET", self._db.keys.meta, "embedder")
        return None if space is None else parse_vector_space(space.decode())

    async def is_there(self) -> bool:
        """Return whether there is an index; a store that never had an embedder has none."""
        if not self.dimensions:
            await self.ensure()
        return self.dimensions > 0

    async def has_vectors(self) -> bool:
        """Return whether any memory, living or archived, has a vector."""
        found = await self._db.send(
            *("FT.AGGREGATE", self._db.keys.alias, "@embedded:{1|shelved1}"),
            *("LIMIT", 0, 1, "TIMEOUT", self._db.timeout_ms, "DIALECT", 2),
        )
        return len(found) > 1

    async def info(self) -> dict[str, Any]:
        """Return what the query engine says of the index; empty without an index."""
        await self.ensure()
        return await self._info(self._db.keys.alias) if self.dimensions else {}

    async def _agree(self) -> int:
        """Check format and precision against what is stored, or write them into an empty store.

        Returns:
            The stored version, which is older than `VERSION` until this version's index is ready.
        """
        meta = self._db.keys.meta
        if not self.dimensions and (known := await self.embedder()) is not None:
            self.dimensions = known[1]
        if not self.dimensions:
            # A caller that only reads must not write anything.
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
                # A process that starts at the same time may have created it.
                if "already exists" not in str(error):
                    raise

    async def _current(self) -> str | None:
        try:
            info = await self._info(self._db.keys.alias)
        except IndexMissing:
            return None
        return str(info["index_name"].decode())

    async def _holds_others(self, current: str) -> bool:
        """Return whether an index holds vectors that the wanted one could not."""
        same = current.endswith(f":{self.dimensions}:{self.precision}")
        return not same and await self.has_vectors()

    async def _complete(self, name: str) -> None:
        """Wait until the index is complete."""
        while True:
            if not int((await self._info(name))["indexing"]):
                return
            await asyncio.sleep(POLL_S)

    async def _info(self, name: str) -> dict[str, Any]:
        [answer] = await self._db.attempt([("FT.INFO", name)])
        return {name.decode(): value for name, value in zip(answer[::2], answer[1::2], strict=True)}

    async def _drop(self, name: str) -> None:
        with suppress(IndexMissing):  # Another process has dropped it already.
            await self._db.attempt([("FT.DROPINDEX", name)])
