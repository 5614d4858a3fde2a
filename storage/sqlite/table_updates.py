"""Updates that keep the tables consistent; each runs inside its caller's transaction."""

import json
from collections.abc import Sequence
from typing import Any

import apsw
import numpy as np

from brain.memory.record import FOREVER, RECALLED, Memory, Vector
from brain.memory.retention import SECONDS_PER_DAY, Curve
from storage.conversions import to_milliseconds
from storage.sqlite.person_rows import ensure_person
from storage.sqlite.rows import IN_LIST, IS_RECALLED, insert
from storage.sqlite.schema import ERASED
from storage.sqlite.search import COARSE_FROM, code, indexed_terms, write_codes
from storage.sqlite.stale_days import forget_left_places, mark_stale

_MILLISECONDS_PER_DAY = SECONDS_PER_DAY * 1_000
_FOREVER = to_milliseconds(FOREVER)

_SOLVE = (
    "fades_at = CASE WHEN pinned THEN :forever"
    " ELSE min(:forever, CAST(last_recalled + strength * :fade AS INTEGER)) END,"
    " forgotten_at = CASE WHEN pinned THEN :forever"
    " ELSE min(:forever, CAST(last_recalled + strength * :forget AS INTEGER)) END"
)
"""`Curve.fades_at` and `Curve.forgotten_at` in SQL, from a row's strength and last recall."""
_COUNT = "length(t.{0}) - length(replace(t.{0}, ' ', '')) + (t.{0} <> '')"
"""The number of terms in a column of `terms t`."""


def add_memory(
    db: apsw.Connection, memory: Memory, vector: Vector | None, *, finished: bool
) -> bool:
    """Write a memory into every table; return False where its id is known already."""
    if db.execute("SELECT 1 FROM memories WHERE id = ?", (memory.id,)).get:
        return False
    person = ensure_person(db, memory.person)
    vector = _fitting(db, vector)
    key = insert(db, memory, person=person, finished=finished, embedded=vector is not None)
    if vector is not None:
        db.execute("INSERT INTO vectors VALUES (?, ?)", (key, vector.tobytes()))
    if memory.archived_at is None:
        make_recallable(db, [key], coded=vector is not None)
    mark_stale(db, [key])
    if finished and memory.kind in RECALLED:
        # The words of a turn under way are indexed once, with its reply: replacing words takes
        # the index longer than all the rest of a turn.
        index_terms(db, person, key, memory.text, memory.reply)
    return True


def index_terms(db: apsw.Connection, person: int, key: int, text: str, reply: str | None) -> None:
    """Put a memory's words into the full-text index, replacing earlier ones."""
    words = indexed_terms(person, text, reply)
    db.execute("INSERT OR REPLACE INTO terms (rowid, words, reply) VALUES (?, ?, ?)", (key, *words))
    counts = [len(field.split()) for field in words]
    db.execute(
        "UPDATE recallable SET words = ?, reply_words = ? WHERE person = ? AND memory = ?",
        (*counts, person, key),
    )


def index_missing_terms(db: apsw.Connection, person: int, key: int) -> None:
    """Index the words of a turn that was interrupted before they were indexed."""
    row = db.execute(
        "SELECT text, reply FROM memories WHERE key = ?"
        f" AND {IS_RECALLED} AND NOT EXISTS (SELECT 1 FROM terms WHERE rowid = key)",
        (key,),
    ).get
    if row:
        index_terms(db, person, key, *row)


def set_vector(db: apsw.Connection, person: int, key: int, vector: Vector) -> bool:
    """Set the vector of a memory and, where its person has codes, its code.

    Returns:
        False where the vector is of an embedder that another process has replaced meanwhile.
    """
    if _fitting(db, vector) is None:
        return False
    db.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, vector.tobytes()))
    db.execute("UPDATE memories SET embedded = 1 WHERE key = ?", (key,))
    refresh_code(db, person, key, vector)
    return True


def _fitting(db: apsw.Connection, vector: Vector | None) -> Vector | None:
    """Return the vector; None where its length is not that of the store's embedder.

    The memory is then stored without a vector, and upkeep embeds it with the present embedder.
    """
    if vector is None:
        return None
    space = db.execute("SELECT value FROM meta WHERE name = 'embedder'").get
    return vector if space is None or space.endswith(f"/{len(vector)}") else None


def refresh_code(db: apsw.Connection, person: int, key: int, vector: Vector) -> None:
    """Write the code of one vector; write all codes once the person has enough vectors."""
    alive, centre = db.execute("SELECT alive, centre FROM people WHERE key = ?", (person,)).get
    if centre is None:
        if alive >= COARSE_FROM:
            write_codes(db, person)
        return
    bits = code(vector, np.frombuffer(centre, np.float32))
    db.execute(
        "UPDATE recallable SET bits = ? WHERE person = ? AND memory = ?", (bits, person, key)
    )


def make_recallable(db: apsw.Connection, keys: Sequence[int], *, coded: bool = True) -> None:
    """Enter memories into `recallable`, with codes unless `coded` says that none has a vector."""
    chosen = (json.dumps(keys),)
    db.execute(
        "INSERT INTO recallable (person, memory, place, private, fades_at, words, reply_words)"
        f" SELECT person, key, place, private, fades_at, {_COUNT.format('words')},"
        f" ifnull({_COUNT.format('reply')}, 0) FROM memories LEFT JOIN terms t ON t.rowid = key"
        f" WHERE {IS_RECALLED} AND key {IN_LIST}",
        chosen,
    )
    if not coded:
        return
    rows: list[tuple[Any, ...]] = db.execute(
        "SELECT m.person, m.key, v.vector FROM memories m JOIN vectors v ON v.memory = m.key"
        f" WHERE m.{IS_RECALLED} AND m.key {IN_LIST}",
        chosen,
    ).fetchall()
    for person, key, vector in rows:
        refresh_code(db, person, key, np.frombuffer(vector, np.float32))


def recompute_times(db: apsw.Connection, keys: Sequence[int] | None, *, curve: Curve) -> None:
    """Compute when memories fade and are forgotten, from what is stored.

    Memories that recall does not search, and archived ones, keep their times.

    Args:
        db: the connection.
        keys: keys of the memories; None for all.
        curve: the constants of forgetting.
    """
    # The times of an archived memory tell whether its person archived it (see `put_away`).
    chosen = f"{IS_RECALLED} AND archived_at IS NULL"
    if keys is not None:
        chosen += " AND key IN (SELECT value FROM json_each(:keys))"
    values = {
        "forever": _FOREVER,
        "fade": curve.fade_span * _MILLISECONDS_PER_DAY,
        "forget": curve.forget_span * _MILLISECONDS_PER_DAY,
        "keys": json.dumps(keys),
    }
    db.execute(f"UPDATE memories SET {_SOLVE} WHERE {chosen}", values)
    db.execute(
        "UPDATE recallable SET fades_at ="
        " (SELECT fades_at FROM memories WHERE key = recallable.memory)"
        f" WHERE (person, memory) IN (SELECT person, key FROM memories WHERE {chosen})",
        values,
    )


def archive(db: apsw.Connection, keys: Sequence[int], *, now: int) -> None:
    """Archive memories at `now` (milliseconds); text and vector stay until they are erased."""
    chosen = json.dumps(keys)
    _hide(db, chosen)
    db.execute(f"UPDATE memories SET archived_at = ? WHERE key {IN_LIST}", (now, chosen))


def put_away(db: apsw.Connection, keys: Sequence[int], *, now: int) -> None:
    """Archive memories at their person's wish, which `forgotten_at` records."""
    archive(db, keys, now=now)
    db.execute(
        f"UPDATE memories SET forgotten_at = ? WHERE key {IN_LIST}", (_FOREVER, json.dumps(keys))
    )


def let_go(db: apsw.Connection, keys: Sequence[int], *, now: int) -> None:
    """Archive memories before their time, as if it were their time now."""
    archive(db, keys, now=now)
    db.execute(f"UPDATE memories SET forgotten_at = ? WHERE key {IN_LIST}", (now, json.dumps(keys)))


def mark_erased(db: apsw.Connection) -> None:
    """Record that traces have to be purged (`Connections.purge`), even if this process dies."""
    db.execute("INSERT OR IGNORE INTO meta VALUES (?, '')", (ERASED,))


def has_erased(db: apsw.Connection) -> bool:
    """Return whether traces of something erased still have to be purged."""
    return bool(db.execute("SELECT 1 FROM meta WHERE name = ?", (ERASED,)).get)


def remove(db: apsw.Connection, keys: Sequence[int]) -> None:
    """Delete memories from every table."""
    if not keys:
        return
    mark_erased(db)
    chosen = json.dumps(keys)
    places: list[tuple[Any, ...]] = db.execute(
        f"SELECT DISTINCT person, place FROM memories WHERE private = 0 AND key {IN_LIST}",
        (chosen,),
    ).fetchall()
    _hide(db, chosen)
    db.execute(f"DELETE FROM terms WHERE rowid {IN_LIST}", (chosen,))
    db.execute(f"DELETE FROM vectors WHERE memory {IN_LIST}", (chosen,))
    db.execute(f"DELETE FROM memories WHERE key {IN_LIST}", (chosen,))
    forget_left_places(db, places)


def _hide(db: apsw.Connection, chosen: str) -> None:
    db.execute(
        "DELETE FROM recallable WHERE (person, memory) IN"
        f" (SELECT person, key FROM memories WHERE key {IN_LIST})",
        (chosen,),
    )
