"""Manages the connections to one file, each on a thread of its own.

One connection writes, and two read beside it (WAL). Work is a plain function that takes the
connection: it runs off the event loop, and a cancelled task never interrupts a transaction. Work
that waits is written in batches (`storage.sqlite.batches`), which wait for the disk once; each
piece is all or nothing by itself, and is done again where another piece of its batch fails.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, cast

import apsw
import sqlite_vec

from brain.errors import (
    StoreCorrupt,
    StoreTooNew,
    StoreUnwritable,
)
from storage.sqlite.batches import Batches, Piece
from storage.sqlite.errors import mapped_errors, transaction
from storage.sqlite.rows import local_day
from storage.sqlite.schema import APPLICATION_ID, ERASED, MIGRATIONS, SMALLEST_FILE

Result = TypeVar("Result")

WRITES, READS = 64, 8
"""The most pieces of work in one transaction, of the writer and of the reader."""
FLUSHED = 1_000
"""The most pieces of work that wait for one flush to the disk."""
LOG_PAGES = 4_000
"""Pages of the write-ahead log after which its content goes into the file: 16 MB."""
CACHE_KIB = 4_000
"""KiB of page cache of each connection."""
BUSY_MILLISECONDS = 15_000
"""How long a write waits for the write of another process."""
SWITCH_S = 0.02
"""Seconds between two attempts to switch to the write-ahead log."""


_to_disk = getattr(os, "fdatasync", os.fsync)
"""Flushes a file; macOS and Windows have no call that flushes its data alone."""


def _has_log(db: apsw.Connection) -> bool:
    """Return whether there is a write-ahead log; on some network drives there cannot be one."""
    return bool(db.pragma("journal_mode") == "wal")


def _write_ahead(db: apsw.Connection) -> None:
    """Switch to the write-ahead log. Raises BusyError."""
    until = time.monotonic() + BUSY_MILLISECONDS / 1_000
    while True:
        try:
            db.pragma("journal_mode", "WAL")
        except apsw.BusyError:
            # SQLite's busy timeout does not apply where several processes create a file at once.
            if time.monotonic() > until:
                raise
            time.sleep(SWITCH_S)
        else:
            return


def _wait_for_disk(db: apsw.Connection) -> None:
    """Make commits durable: by `_flush` where there is a log, else by SQLite itself."""
    db.pragma("synchronous", "NORMAL" if _has_log(db) else "FULL")


class Connections:
    """The writer and the two readers of the file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: list[apsw.Connection] = []
        self._unpurged = False
        self._local = threading.local()
        self._writer = ThreadPoolExecutor(1, "sqlite-writer")
        self._reader = ThreadPoolExecutor(1, "sqlite-reader")
        self._browser = ThreadPoolExecutor(1, "sqlite-browser")
        self._flusher = ThreadPoolExecutor(1, "sqlite-flusher")
        flushes = Batches(self._flusher, self._flush, most=FLUSHED)
        self._writes = Batches(self._writer, self._write_all, most=WRITES, then=flushes)
        self._reads = Batches(self._reader, self._read_all, most=READS)
        self._slow_reads = Batches(self._browser, self._read_all, most=1)
        self._log: int | None = None
        """The descriptor of the write-ahead log."""

    async def open(self) -> None:
        """Create or migrate the file. Raises StoreError."""
        await self._run(self._writer, self._prepare)

    async def write(
        self, work: Callable[[apsw.Connection], Result], *, durable: bool = True
    ) -> Result:
        """Run `work` in a transaction, all or nothing; it is committed when this returns.

        Args:
            work: takes the connection; its result is returned.
            durable: whether it has to survive a power cut, for which it waits for the disk. Without
                it, it survives only the death of the process.

        Raises:
            StoreError: the work failed and was undone; or it is committed, but the disk failed to
                flush the log.
        """
        return cast("Result", await self._writes.run(work, durable=durable))

    async def read(
        self, work: Callable[[apsw.Connection], Result], *, slow: bool = False
    ) -> Result:
        """Run `work` on one unchanging view of the data.

        Args:
            work: takes the connection; its result is returned.
            slow: whether it reads hundreds of rows, and so must not delay the reads of a reply.
        """
        return cast("Result", await (self._slow_reads if slow else self._reads).run(work))

    def _write_all(self, batch: Sequence[Piece]) -> None:
        with mapped_errors(self.path):
            db = self._connection()
        try:
            self._commit(db, batch)
        except Exception as error:
            # While another process writes, each attempt would wait as long as this one.
            is_busy = isinstance(error.__cause__, apsw.BusyError)
            if len(batch) == 1 or is_busy:
                raise
            self._write_apart(db, batch)
        if self._unpurged:
            # The work itself is done; only purging may have to wait.
            with suppress(apsw.Error):
                self._purge(db, wait_milliseconds=0)

    def _write_apart(self, db: apsw.Connection, batch: Sequence[Piece]) -> None:
        """Commit the pieces one by one after their batch was undone, so that each fails alone."""
        for piece in batch:
            try:
                self._commit(db, [piece])
            except Exception as error:  # noqa: BLE001 the caller gets it
                piece.fail(error)

    def _commit(self, db: apsw.Connection, batch: Sequence[Piece]) -> None:
        """Commit all pieces in one transaction, or none."""
        with mapped_errors(self.path), transaction(db):
            for piece in batch:
                piece.attempt(db)

    def _flush(self, _: Sequence[Piece]) -> None:
        """Flush the log, and so all that was committed before, to the disk.

        `synchronous = FULL` would do so within each transaction; this runs beside the next one.
        """
        with mapped_errors(self.path):
            if self._log is None:
                db = self._connection()
                if not _has_log(db):
                    return
                # SQLite holds no locks on this file, so that closing it releases none, and SQLite
                # keeps the file as long as there is a connection.
                self._log = os.open(db.filename_wal, os.O_RDWR)
            _to_disk(self._log)

    def _read_all(self, batch: Sequence[Piece]) -> None:
        with mapped_errors(self.path):
            db = self._connection()
            db.execute("BEGIN")
            try:
                for piece in batch:
                    self._read_piece(db, piece)
            finally:
                if db.in_transaction:
                    db.execute("COMMIT")

    def _read_piece(self, db: apsw.Connection, piece: Piece) -> None:
        try:
            with mapped_errors(self.path):
                piece.attempt(db)
        except Exception as error:  # noqa: BLE001 the caller gets it
            piece.fail(error)

    async def inspect(self, work: Callable[[apsw.Connection], Result]) -> Result:
        """Run `work` on a new connection, which has nothing cached."""

        def alone() -> Result:
            db = self._connect()
            try:
                return work(db)
            finally:
                self._opened.remove(db)
                db.close()

        return await self._run(self._browser, alone)

    async def purge(self) -> None:
        """Remove every trace of what was erased from the file and from the log beside it.

        While another process prevents it, every later write tries again.
        """
        await self._run(self._writer, lambda: self._purge(self._connection()))

    def _purge(self, db: apsw.Connection, *, wait_milliseconds: int = 1_000) -> None:
        self._unpurged = True
        db.set_busy_timeout(wait_milliseconds)
        try:
            if db.execute("SELECT 1 FROM meta WHERE name = ?", (ERASED,)).get:
                # `secure_delete` overwrites a row in its present place, but not the copies that
                # are left where SQLite once moved it between pages: only a new file has none.
                db.execute("VACUUM")
                db.execute("DELETE FROM meta WHERE name = ?", (ERASED,))
            db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self._unpurged = False
        except (apsw.BusyError, apsw.FullError, apsw.IOError):
            # What was erased is gone from every answer; the mark stays, and a later write or
            # opening clears away its traces.
            pass
        finally:
            db.set_busy_timeout(BUSY_MILLISECONDS)

    async def close(self) -> None:
        """Wait for what is under way and close every connection."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        # In this order, because what the writer has committed still has to be flushed.
        for threads in (self._reader, self._browser, self._writer, self._flusher):
            threads.shutdown()
        log, self._log = self._log, None
        if log is not None:
            os.close(log)
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
        # The stubs of apsw want a function of any number of arguments.
        db.create_scalar_function("local_day", local_day, 2, deterministic=True)  # type: ignore[arg-type]
        # One plan for all bound values: a new plan for each value costs more than it saves.
        db.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        _wait_for_disk(db)
        db.pragma("wal_autocheckpoint", LOG_PAGES)
        db.pragma("foreign_keys", 1)
        # Forgotten text is overwritten with zeros, not merely unlinked.
        db.pragma("secure_delete", 1)
        db.pragma("temp_store", "MEMORY")
        # The file itself is read through the memory map; the cache is for pages in the log.
        db.pragma("cache_size", -CACHE_KIB)
        db.pragma("mmap_size", 1 << 30)
        return db

    def _prepare(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.path.exists():
            # No other user of this machine may read it; the -wal and -shm files get the same mode.
            # Once the file exists it is opened by SQLite alone: closing another descriptor would
            # release the locks of this process.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        elif self.path.is_file() and 0 < self.path.stat().st_size < SMALLEST_FILE:
            # SQLite treats a file of a few bytes as empty, and would overwrite it.
            raise StoreCorrupt(path=str(self.path))
        db = self._connection()
        if db.readonly("main"):
            # SQLite falls back to read-only; a companion that cannot remember should not start.
            raise StoreUnwritable(path=str(self.path))
        with transaction(db):
            self._migrate(db)
        _write_ahead(db)
        _wait_for_disk(db)
        # A process may have died after erasing something and before purging it.
        self._purge(db, wait_milliseconds=0)

    def _migrate(self, db: apsw.Connection) -> None:
        version = db.pragma("user_version")
        mark = db.pragma("application_id")
        is_empty = db.execute("SELECT count(*) FROM sqlite_schema").get == 0
        if mark != APPLICATION_ID and not (is_empty and mark == version == 0):
            raise StoreCorrupt(path=str(self.path))
        if version > len(MIGRATIONS):
            raise StoreTooNew(path=str(self.path), found=version, known=len(MIGRATIONS))
        if version == len(MIGRATIONS):
            return
        for migration in MIGRATIONS[version:]:
            db.execute(migration)
        db.pragma("application_id", APPLICATION_ID)
        db.pragma("user_version", len(MIGRATIONS))
