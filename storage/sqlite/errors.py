"""Maps SQLite's errors to the brain's, and undoes a transaction in which one occurs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from brain.errors import StoreCorrupt, StoreUnavailable, StoreUnwritable


@contextmanager
def mapped_errors(path: Path) -> Iterator[None]:
    """Raise the driver's exceptions as subclasses of `brain.errors.StoreError`."""
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
        # The message of a driver may quote private values, so only its type is passed on.
        raise StoreUnavailable(reason=type(error).__name__) from error


@contextmanager
def transaction(db: apsw.Connection) -> Iterator[None]:
    """Commit all that is done in the block, or undo all of it if an exception is raised."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors, such as a full disk.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
