"""Creates, migrates and configures the file of a store, on the thread of a connection."""

import os
import time
from pathlib import Path

import apsw
import sqlite_vec

from brain.errors import StoreCorrupt, StoreTooNew, StoreUnwritable
from storage.sqlite.errors import transaction
from storage.sqlite.rows import local_day
from storage.sqlite.schema import APPLICATION_ID, MIGRATIONS, SMALLEST_FILE

LOG_PAGES = 4_000
"""Pages of the write-ahead log after which its content goes into the file: 16 MB."""
CACHE_KIB = 4_000
"""KiB of page cache of each connection."""
BUSY_MILLISECONDS = 15_000
"""How long a write waits for the write of another process."""
SWITCH_S = 0.02
"""Seconds between two attempts to switch to the write-ahead log."""


def create_file(path: Path) -> None:
    """Create the file where there is none. Raises StoreCorrupt."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # No other user of this machine may read it; the -wal and -shm files get the same mode.
        # Once the file exists it is opened by SQLite alone: closing another descriptor would
        # release the locks of this process.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    elif path.is_file() and 0 < path.stat().st_size < SMALLEST_FILE:
        # SQLite treats a file of a few bytes as empty, and would overwrite it.
        raise StoreCorrupt(path=str(path))


def configure(db: apsw.Connection) -> None:
    """Set what every connection needs, as soon as it is open."""
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


def prepare_file(db: apsw.Connection, path: Path) -> None:
    """Migrate the file to the present schema, and switch to the write-ahead log.

    Raises:
        StoreUnwritable: the file is read-only.
        StoreCorrupt, StoreTooNew: it is of another program, or of a newer version of this one.
        apsw.Error: SQLite failed.
    """
    if db.readonly("main"):
        # SQLite falls back to read-only; a companion that cannot remember should not start.
        raise StoreUnwritable(path=str(path))
    with transaction(db):
        _migrate(db, path)
    _write_ahead(db)
    _wait_for_disk(db)


def _migrate(db: apsw.Connection, path: Path) -> None:
    version = db.pragma("user_version")
    mark = db.pragma("application_id")
    is_empty = db.execute("SELECT count(*) FROM sqlite_schema").get == 0
    if mark != APPLICATION_ID and not (is_empty and mark == version == 0):
        raise StoreCorrupt(path=str(path))
    if version > len(MIGRATIONS):
        raise StoreTooNew(path=str(path), found=version, known=len(MIGRATIONS))
    if version == len(MIGRATIONS):
        return
    for migration in MIGRATIONS[version:]:
        db.execute(migration)
    db.pragma("application_id", APPLICATION_ID)
    db.pragma("user_version", len(MIGRATIONS))


def has_log(db: apsw.Connection) -> bool:
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
    """Make commits durable: by `Connections` where there is a log, else by SQLite itself."""
    db.pragma("synchronous", "NORMAL" if has_log(db) else "FULL")
