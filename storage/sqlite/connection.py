"""Connections to one file, each on a thread of its own, and what their errors mean.

One connection writes, a few read beside it (WAL). Work is a plain function that takes the
connection: it runs off the event loop, and a cancelled task never interrupts a transaction.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import apsw
import sqlite_vec

from brain.errors import (
    StoreCorrupt,
    StoreTooNew,
    StoreUnavailable,
    StoreUnwritable,
)
from storage.sqlite.schema import APPLICATION_ID, MIGRATIONS

Result = TypeVar("Result")

READERS = 2
BUSY_MILLISECONDS = 15_000
"""How long a write waits for another process's write."""


@contextmanager
def mapped_errors(path: Path) -> Iterator[None]:
    """Turn the driver's exceptions into the brain's."""
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise StoreCorrupt(path=str(path)) from error
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, OSError) as error:
        raise StoreUnwritable(path=str(path)) from error
    except apsw.BusyError as error:
        raise StoreUnavailable(reason="another process keeps the file busy") from error
    except apsw.FullError as error:
        raise StoreUnavailable(reason="the disk is full") from error
    except apsw.Error as error:
        # The message of a driver may quote values, and values are private: only its kind is told.
        raise StoreUnavailable(reason=type(error).__name__) from error


class Connections:
    """One writer and some readers of the file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: list[apsw.Connection] = []
        self._local = threading.local()
        self._writer = ThreadPoolExecutor(1, "sqlite-writer")
        self._readers = ThreadPoolExecutor(READERS, "sqlite-reader")

    async def open(self) -> None:
        """Create or migrate the file. Raises StoreError."""
        await self._run(self._writer, self._prepare)

    async def write(self, work: Callable[[apsw.Connection], Result]) -> Result:
        """Run `work` in one transaction: committed and durable when this returns."""

        def transaction() -> Result:
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
            return result

        return await self._run(self._writer, transaction)

    async def read(self, work: Callable[[apsw.Connection], Result]) -> Result:
        """Run `work` on one unchanging view of the data."""

        def snapshot() -> Result:
            db = self._connection()
            db.execute("BEGIN")
            try:
                return work(db)
            finally:
                db.execute("COMMIT")

        return await self._run(self._readers, snapshot)

    async def purge(self) -> None:
        """Overwrite what was deleted, in the log beside the file too, as far as readers allow."""

        def checkpoint() -> None:
            db = self._connection()
            db.set_busy_timeout(1_000)
            try:
                db.pragma("wal_checkpoint(TRUNCATE)")
            except apsw.BusyError:
                pass  # a reader of another process is in the way; the next checkpoint does it
            finally:
                db.set_busy_timeout(BUSY_MILLISECONDS)

        await self._run(self._writer, checkpoint)

    async def close(self) -> None:
        """Wait for what is under way and close every connection."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.shutdown()
        self._writer.shutdown()
        while self._opened:
            self._opened.pop().close()

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        def guarded() -> Result:
            with mapped_errors(self.path):
                return work()

        return await asyncio.get_running_loop().run_in_executor(executor, guarded)

    def _connection(self) -> apsw.Connection:
        db: apsw.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = self._connect()
        return db

    def _connect(self) -> apsw.Connection:
        db = apsw.Connection(str(self.path))
        self._opened.append(db)
        db.set_busy_timeout(BUSY_MILLISECONDS)
        db.enable_load_extension(enable=True)
        db.load_extension(sqlite_vec.loadable_path())
        db.enable_load_extension(enable=False)
        # FULL: a turn that was acknowledged survives a power cut, not only the process's death.
        db.pragma("synchronous", "FULL")
        db.pragma("foreign_keys", 1)
        # Forgotten text is overwritten with zeros, not merely unlinked.
        db.pragma("secure_delete", 1)
        db.pragma("temp_store", "MEMORY")
        db.pragma("cache_size", -64_000)
        db.pragma("mmap_size", 1 << 30)
        return db

    def _prepare(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Private life: nobody else on this machine may read it; -wal and -shm take after the file.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        db = self._connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            self._migrate(db)
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
        db.pragma("journal_mode", "WAL")

    def _migrate(self, db: apsw.Connection) -> None:
        version = db.pragma("user_version")
        mark = db.pragma("application_id")
        is_empty = db.execute("SELECT count(*) FROM sqlite_schema").get == 0
        if mark != APPLICATION_ID and not (is_empty and version == 0):
            raise StoreCorrupt(path=str(self.path))
        if version > len(MIGRATIONS):
            raise StoreTooNew(path=str(self.path), found=version, known=len(MIGRATIONS))
        if version == len(MIGRATIONS):
            return
        for migration in MIGRATIONS[version:]:
            db.execute(migration)
        db.pragma("application_id", APPLICATION_ID)
        db.pragma("user_version", len(MIGRATIONS))
