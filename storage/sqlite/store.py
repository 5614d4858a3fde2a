"""All memories in one SQLite file: the store for everyone who needs no server."""

from pathlib import Path
from typing import Self

import apsw

from brain.clock import SystemClock
from brain.ports import Clock
from storage.sqlite.connection import Connections
from storage.sqlite.conversations import Conversations
from storage.sqlite.derivations import Derivations
from storage.sqlite.index import Index
from storage.sqlite.people import People
from storage.sqlite.shelf import Shelf
from storage.sqlite.turns import Turns
from storage.sqlite.upkeep import Upkeep
from storage.sqlite.values import Values


class SqliteStore(Turns, Index, Shelf, Derivations, Upkeep, People, Conversations):
    """`brain.ports.MemoryStore` in one file, for any number of processes on one machine."""

    def __init__(self, connections: Connections, *, clock: Clock | None = None) -> None:
        self._db = connections
        self._clock = clock or SystemClock()
        self.values = Values(connections, self._clock)

    @classmethod
    async def open(cls, path: Path, *, clock: Clock | None = None) -> Self:
        """Open the file, creating or migrating it. Raises StoreError.

        Args:
            path: of the file.
            clock: of locks between processes and of values; None for the machine's, which is right
                but in tests.
        """
        connections = Connections(path)
        try:
            await connections.open()
        except BaseException:
            await connections.close()
            raise
        return cls(connections, clock=clock)

    async def diagnose(self) -> dict[str, str | int]:
        """For an operator: format, integrity ("ok" or what is wrong), counts and size in bytes."""

        def look(db: apsw.Connection) -> dict[str, str | int]:
            return {
                "schema": db.pragma("user_version"),
                "integrity": str(db.execute("PRAGMA quick_check(1)").get),
                "memories": db.execute("SELECT count(*) FROM memories").get,
                "people": db.execute("SELECT count(*) FROM people").get,
                "bytes": self._db.path.stat().st_size,
            }

        # FTS5's check, on a connection that checked before, calls another's writes corruption.
        return await self._db.inspect(look)

    async def close(self) -> None:
        """Finish what is being written and let go of the file."""
        await self._db.close()
