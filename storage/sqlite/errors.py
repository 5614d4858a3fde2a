"""What SQLite's errors mean, and what a transaction leaves behind when one occurs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from brain.errors import StoreCorrupt, StoreUnavailable, StoreUnwritable


@contextmanager
def mapped_errors(path: Path) -> Iterator[None]:
    """Turn the driver's exceptions into the brain's."""
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError, UnicodeDecodeError) as error:
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


@contextmanager
def transaction(db: apsw.Connection) -> Iterator[None]:
    """All that is done in the block, or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # A full disk, among others, makes SQLite roll back by itself.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
