"""The store in one SQLite file, for installations without a database server."""

from pathlib import Path
from typing import Self

import apsw

from brain.clock import SystemClock
from brain.ports import Clock
from storage.sqlite.connection import Connections
from storage.sqlite.derivations import Derivations
from storage.sqlite.index import Index
from storage.sqlite.locks_and_claims import Conversations
from storage.sqlite.memory_collection import MemoryCollection
from storage.sqlite.people import People
from storage.sqlite.turns import Turns
from storage.sqlite.upkeep import Upkeep
from storage.sqlite.values import Values


class SqliteStore(Turns, Index, MemoryCollection, Derivations, Upkeep, People, Conversations):
    """Implements `brain.ports.MemoryStore` in one file.

    Any number of processes on one machine may use it at once.
    """

    def __init__(self, connections: Connections, *, clock: Clock | None = None) -> None:
        self._db = connections
        self._clock = clock or SystemClock()
        self.values = Values(connections, self._clock)

    @classmethod
    async def open(cls, path: Path, *, clock: Clock | None = None) -> Self:
        """Open the file, creating or migrating it. Raises StoreError.

        Args:
            path: the path of the file.
            clock: the clock of locks between processes and of values; None for the machine's, which
                is right except in tests.
        """
        connections = Connections(path)
        try:
            await connections.open()
        except BaseException:
            await connections.close()
            raise
        return cls(connections, clock=clock)

    async def diagnose(self) -> dict[str, str | int]:
        """Return what an operator wants to know of the store.

        `schema` is the version of its tables, `integrity` is "ok" or says what is wrong, `memories`
        and `people` are counts, and `bytes` is the size of the file.
        """

        def look(db: apsw.Connection) -> dict[str, str | int]:
            return {
                "schema": db.pragma("user_version"),
                "integrity": str(db.execute("PRAGMA quick_check(1)").get),
                "memories": db.execute("SELECT count(*) FROM memories").get,
                "people": db.execute("SELECT count(*) FROM people").get,
                "bytes": self._db.path.stat().st_size,
            }

        # On a connection that has checked before, FTS5's check takes other writes for corruption.
        return await self._db.inspect(look)

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await self._db.close()
