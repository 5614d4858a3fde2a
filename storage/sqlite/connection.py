"""Manages the connections to one file, each on a thread of its own.

One connection writes, and two read beside it (WAL). Work is a plain function that takes the
connection: it runs off the event loop, and a cancelled task never interrupts a transaction. Work
that waits is written in batches (`storage.sqlite.batches`), which wait for the disk once; each
piece is all or nothing by itself, and is done again where another piece of its batch fails.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, cast

import apsw

from storage.sqlite import opening
from storage.sqlite.batches import Batches, Piece
from storage.sqlite.errors import mapped_errors, transaction
from storage.sqlite.schema import ERASED

Result = TypeVar("Result")

WRITES, READS = 64, 8
"""The most pieces of work in one transaction, of the writer and of the reader."""
FLUSHED = 1_000
"""The most pieces of work that wait for one flush to the disk."""

_to_disk = getattr(os, "fdatasync", os.fsync)
"""Flushes a file; macOS and Windows have no call that flushes its data alone."""


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
                if not opening.has_log(db):
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
            db.set_busy_timeout(opening.BUSY_MILLISECONDS)

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
        opening.configure(db)
        return db

    def _prepare(self) -> None:
        opening.create_file(self.path)
        db = self._connection()
        opening.prepare_file(db, self.path)
        # A process may have died after erasing something and before purging it.
        self._purge(db, wait_milliseconds=0)
