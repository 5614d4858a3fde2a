"""Marks the days whose turns changed since they were summarised."""

import json
from collections.abc import Sequence
from typing import Any

import apsw

from brain.memory.record import Kind
from storage.sqlite.rows import IN_LIST


def mark_stale(db: apsw.Connection, keys: Sequence[int], *, kind: Kind = Kind.TURN) -> None:
    """Mark the days of memories as stale; to be called before they are removed.

    Args:
        db: the connection.
        keys: keys of the memories; those of other kinds are passed over.
        kind: TURN, or DAY for summaries.
    """
    db.execute(
        "INSERT OR REPLACE INTO stale_days (person, day, private, place)"
        " SELECT person, local_day(said_at, zone), private, iif(private, '', place) FROM memories"
        f" WHERE kind = ? AND key {IN_LIST} GROUP BY 1, 2, 3, 4 ORDER BY max(said_at)",
        (kind.value, json.dumps(keys)),
    )


def forget_left_places(db: apsw.Connection, places: Sequence[tuple[Any, ...]]) -> None:
    """Remove the marks of shared places in which nothing of the person is left.

    There is neither a turn nor a summary left to work on, and the mark would be the last trace of
    the place. The private notes that were made of it still have to be rewritten, so a mark of the
    same day without a place replaces it.

    Args:
        db: the connection.
        places: pairs of a person's key and the id of a place.
    """
    left = "SELECT 1 FROM memories m WHERE m.person = ?1 AND m.place = ?2"
    # Two conditions, because each has an index of its own.
    nothing = f"NOT EXISTS ({left} AND kind = 'turn') AND NOT EXISTS ({left} AND kind <> 'turn')"
    db.executemany(
        "INSERT OR REPLACE INTO stale_days (person, day, private, place)"
        " SELECT person, day, 1, '' FROM stale_days"
        f" WHERE person = ?1 AND private = 0 AND place = ?2 AND {nothing} ORDER BY change",
        places,
    )
    db.executemany(
        f"DELETE FROM stale_days WHERE person = ?1 AND private = 0 AND place = ?2 AND {nothing}",
        places,
    )


def forget_days(db: apsw.Connection, person: int) -> None:
    """Remove the marks of a person who is erased."""
    db.execute("DELETE FROM stale_days WHERE person = ?", (person,))
