"""Converts between rows of the tables and the brain's records."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import apsw

from brain.ids import PersonId
from brain.memory.record import RECALLED, Kind, Memory
from brain.messages import UTC_ZONE, Person, Scope
from storage.conversions import from_milliseconds, to_milliseconds

_KINDS = {kind.value: kind for kind in Kind}

COLUMNS = (
    "m.id, p.id, m.place, m.private, m.kind, m.text, m.reply, m.said_at, m.zone, m.language,"
    " m.importance, m.strength, m.last_recalled, m.recalls, m.pinned, m.fades_at, m.forgotten_at,"
    " m.archived_at, m.sources, m.period, m.ended_at, m.ended_by"
)
"""The columns that `memory_from` reads, of `memories m JOIN people p ON p.key = m.person`."""

INSERT = (
    "INSERT INTO memories (id, person, place, private, kind, text, reply, said_at, zone, language,"
    " importance, strength, last_recalled, recalls, pinned, fades_at, forgotten_at, archived_at,"
    " sources, period, ended_at, ended_by, finished, embedded)"
    f" VALUES ({', '.join('?' * 24)})"
    " RETURNING key"
)


IS_RECALLED = f"kind IN ({', '.join(repr(kind.value) for kind in sorted(RECALLED))})"
"""The condition that recall searches a memory, in the words of the index `memories_unembedded`."""

FEW = 32
"""The most ids whose rows are read on the fast reader."""

PERSON = "id, name, zone, language, same_as, accounts"
"""The columns that `person_from` reads."""


def fetch_rows(
    db: apsw.Connection, columns: str, source: str, bindings: Sequence[object] = ()
) -> list[list[Any]]:
    """Fetch all rows of a query in one step, as one JSON text; for text and numbers only.

    Between two rows the driver releases the interpreter lock, and getting it back takes longer than
    reading a row.

    Args:
        db: the connection.
        columns: the expressions to select.
        source: what follows FROM; the rows come in its order.
        bindings: the values of its placeholders.
    """
    query = f"SELECT json_group_array(json_array({columns})) FROM {source}"
    found: list[list[Any]] = json.loads(db.execute(query, tuple(bindings)).get)
    return found


def memory_from(row: Sequence[Any]) -> Memory:
    """Return the memory of a row of `COLUMNS`. Raises CorruptError."""
    try:
        return _memory_from(row)
    except (ValueError, TypeError, OverflowError) as error:
        raise apsw.CorruptError("a row that no store writes") from error


def _memory_from(row: Sequence[Any]) -> Memory:
    said_at = from_milliseconds(row[7])
    return Memory(
        id=row[0],
        person=row[1],
        place=row[2],
        private=bool(row[3]),
        kind=_KINDS[row[4]],
        text=row[5],
        reply=row[6],
        said_at=said_at,
        zone=row[8],
        language=row[9],
        importance=row[10],
        strength=row[11],
        last_recalled=said_at if row[12] == row[7] else from_milliseconds(row[12]),
        recalls=row[13],
        pinned=bool(row[14]),
        fades_at=from_milliseconds(row[15]),
        forgotten_at=from_milliseconds(row[16]),
        archived_at=_moment(row[17]),
        sources=_strings(row[18]),
        period=row[19],
        ended_at=_moment(row[20]),
        ended_by=row[21],
    )


def insert(
    db: apsw.Connection, memory: Memory, *, person: int, finished: bool, embedded: bool
) -> int:
    """Insert a memory whose id is new; return its key."""
    key: int = db.execute(
        INSERT,
        (
            memory.id,
            person,
            memory.place,
            int(memory.private),
            memory.kind.value,
            memory.text,
            memory.reply,
            to_milliseconds(memory.said_at),
            memory.zone,
            memory.language,
            memory.importance,
            memory.strength,
            to_milliseconds(memory.last_recalled),
            memory.recalls,
            int(memory.pinned),
            to_milliseconds(memory.fades_at),
            to_milliseconds(memory.forgotten_at),
            None if memory.archived_at is None else to_milliseconds(memory.archived_at),
            json.dumps(memory.sources),
            memory.period,
            None if memory.ended_at is None else to_milliseconds(memory.ended_at),
            memory.ended_by,
            int(finished),
            int(embedded),
        ),
    ).get
    return key


def person_from(row: tuple[Any, ...]) -> Person:
    """Return the person of a row of `PERSON`."""
    try:
        zone = ZoneInfo(row[2])
    except (KeyError, ValueError, OSError):
        zone = UTC_ZONE  # The row was written on a machine that knew more zones.
    return Person(
        id=row[0],
        name=row[1],
        zone=zone,
        language=row[3],
        same_as=row[4],
        accounts=_strings(row[5]),
    )


def find_person(db: apsw.Connection, person_id: PersonId) -> Person | None:
    """Return the person who was saved under an id, or None."""
    row = db.execute(f"SELECT {PERSON} FROM people WHERE id = ?", (person_id,)).get
    return person_from(row) if row else None


def local_day(said_at: int, zone: str) -> str:
    """Return the day of a time (milliseconds) in a zone, in ISO 8601; also a function in SQL."""
    moment = from_milliseconds(said_at)
    try:
        return moment.astimezone(ZoneInfo(zone)).date().isoformat()
    except (KeyError, ValueError, OSError, OverflowError):
        # The machine does not know the zone, or the time is at the end of the calendar.
        return moment.date().isoformat()


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)


def _strings(text: str) -> tuple[Any, ...]:
    if text == "[]":
        return ()
    if text[:2] == '["' and text[-2:] == '"]' and "\\" not in text:
        # Texts without escapes, such as ids, need no JSON parser; most rows have only such.
        return tuple(text[2:-2].split('", "'))
    return tuple(json.loads(text))


def within(scope: Scope, alias: str = "m") -> tuple[str, tuple[str, ...]]:
    """Return the condition that restricts a query over a person's memories to a scope.

    It is `Scope.sees` in SQL, except for the person, whom the caller binds as key or id.

    Args:
        scope: the scope.
        alias: the alias of the table in the query.

    Returns:
        The condition, which begins with AND or is empty, and the values of its placeholders.
    """
    if scope.place is None:
        return "", ()
    return f" AND {alias}.private = 0 AND {alias}.place = ?", (scope.place,)


IN_LIST = "IN (SELECT value FROM json_each(?))"
"""A condition on a list of any length, which is bound as one value: `json.dumps(list)`."""


def fetch_by_key(db: apsw.Connection, keys: Iterable[int]) -> dict[int, Memory]:
    """Return the memories of these keys, by key."""
    rows = fetch_rows(
        db,
        f"m.key, {COLUMNS}",
        f"memories m JOIN people p ON p.key = m.person WHERE m.key {IN_LIST}",
        (json.dumps(list(keys)),),
    )
    return {row[0]: memory_from(row[1:]) for row in rows}
