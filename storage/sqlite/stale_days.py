"""Days whose turns changed since they were summarised."""

import json
from collections.abc import Sequence
from typing import Any

import apsw

from brain.memory.record import Kind
from storage.sqlite.rows import IN_LIST


def mark_stale(db: apsw.Connection, keys: Sequence[int], *, kind: Kind = Kind.TURN) -> None:
    """Mark the days of those memories that are turns; to be called before they are removed.

    With `kind` DAY, those of summaries that are taken away and not replaced.
    """
    db.execute(
        "INSERT OR REPLACE INTO stale_days (person, day, private, place)"
        " SELECT person, local_day(said_at, zone), private, iif(private, '', place) FROM memories"
        f" WHERE kind = ? AND key {IN_LIST} GROUP BY 1, 2, 3, 4 ORDER BY max(said_at)",
        (kind.value, json.dumps(keys)),
    )


def forget_left_places(db: apsw.Connection, places: Sequence[tuple[Any, ...]]) -> None:
    """Take away the marks of shared places in which nothing of the person is left.

    There is neither a turn to summarise nor a summary to mend, and the mark would be the last that
    tells of the place. What was made of it in private is still to be mended: a mark of the same day
    that names no place takes its place.

    Args:
        db: the connection.
        places: keys of people, each with the id of a place.
    """
    left = "SELECT 1 FROM memories m WHERE m.person = ?1 AND m.place = ?2"
    # The two halves have an index each.
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
    """Take away the marks of a person who is erased."""
    db.execute("DELETE FROM stale_days WHERE person = ?", (person,))
