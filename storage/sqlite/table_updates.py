"""Updates that keep the tables consistent; each runs inside its caller's transaction."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import apsw
import numpy as np

from brain.ids import MemoryId, PersonId
from brain.memory.record import FOREVER, RECALLED, Memory, Vector
from brain.memory.retention import SECONDS_PER_DAY, Curve
from brain.messages import Scope
from storage.sqlite.rows import (
    IN_LIST,
    IS_RECALLED,
    fetch_by_key,
    insert,
    to_milliseconds,
    within,
)
from storage.sqlite.schema import ERASED, REVISION
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


def key_of_person(db: apsw.Connection, person_id: PersonId) -> int | None:
    """Return the key of a person's rows; None where the person is not known."""
    key: int | None = db.execute("SELECT key FROM people WHERE id = ?", (person_id,)).get
    return key


def ensure_person(db: apsw.Connection, person_id: PersonId) -> int:
    """Return the key of a person's rows; create the person where they are not known."""
    key = key_of_person(db, person_id)
    if key is None:
        key = db.execute(
            "INSERT INTO people (id, name, zone, revision) VALUES (?, '', 'UTC', ?) RETURNING key",
            (person_id, first_revision(db)),
        ).get
    assert key is not None  # noqa: S101 INSERT ... RETURNING gives a row
    return key


def first_revision(db: apsw.Connection) -> int:
    """Return the revision of a person who is not known."""
    return int(db.execute("SELECT value FROM meta WHERE name = ?", (REVISION,)).get or 0)


def revision_of(db: apsw.Connection, person_id: PersonId) -> int:
    """Return a person's revision (`brain.ports.derivations.Derivations.revision`)."""
    found = db.execute("SELECT revision FROM people WHERE id = ?", (person_id,)).get
    return first_revision(db) if found is None else int(found)


def bump_revision(db: apsw.Connection, person_id: PersonId) -> None:
    """Count a change, so that what is being derived from the person's memories is discarded."""
    db.execute("UPDATE people SET revision = revision + 1 WHERE id = ?", (person_id,))


def retire_revision(db: apsw.Connection, key: int) -> None:
    """Let new people begin above a person's revision, so that no job for that person fits them."""
    last = db.execute("SELECT revision FROM people WHERE key = ?", (key,)).get
    after = max(last + 1, first_revision(db))
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (REVISION, str(after)))


def keys_within(
    db: apsw.Connection, scope: Scope, ids: Iterable[MemoryId], *, archived: bool | None = None
) -> dict[MemoryId, int]:
    """Return the keys of memories that a scope sees, by id.

    Args:
        db: the connection.
        scope: the person, and what may be seen of them.
        ids: ids of memories.
        archived: only archived memories (True) or living ones (False); None for both.
    """
    condition, bound = within(scope)
    if archived is not None:
        condition += f" AND m.archived_at IS {'NOT ' if archived else ''}NULL"
    return _keys(db, scope, ids, condition, bound)


def keys_not_put_away(
    db: apsw.Connection, scope: Scope, ids: Iterable[MemoryId]
) -> dict[MemoryId, int]:
    """Return the same for living memories and those that time, not the person, has archived."""
    condition, bound = within(scope)
    condition += " AND (m.archived_at IS NULL OR m.forgotten_at <= m.archived_at)"
    return _keys(db, scope, ids, condition, bound)


def fetch_by_id(db: apsw.Connection, scope: Scope, ids: Iterable[MemoryId]) -> tuple[Memory, ...]:
    """Return the memories of these ids that the scope sees, in the given order."""
    keys = keys_within(db, scope, ids)
    found = fetch_by_key(db, keys.values())
    return tuple(found[key] for key in keys.values())


def _keys(
    db: apsw.Connection,
    scope: Scope,
    ids: Iterable[MemoryId],
    condition: str,
    bound: tuple[str, ...],
) -> dict[MemoryId, int]:
    wanted = list(dict.fromkeys(ids))
    found = dict(
        db.execute(
            # CROSS JOIN fixes the order, from ids to rows; else SQLite reads all the person's rows.
            "SELECT m.id, m.key FROM json_each(?) wanted CROSS JOIN memories m"
            " ON m.id = wanted.value CROSS JOIN people p ON p.key = m.person"
            f" WHERE p.id = ?{condition}",
            (json.dumps(wanted), scope.person, *bound),
        )
    )
    return {id: found[id] for id in wanted if id in found}  # noqa: A001 the field's own name


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
        index_terms(db, person, key, memory.content)
    return True


def unfinished_ids(db: apsw.Connection, keys: Sequence[int]) -> set[MemoryId]:
    """Return the ids of the turns among memories that can still be finished."""
    rows = db.execute(
        f"SELECT id FROM memories WHERE finished = 0 AND key {IN_LIST}", (json.dumps(keys),)
    )
    return {row[0] for row in rows}


def index_terms(db: apsw.Connection, person: int, key: int, content: str) -> None:
    """Put a memory's words into the full-text index, replacing earlier ones."""
    words = indexed_terms(person, content)
    db.execute("INSERT OR REPLACE INTO terms (rowid, words) VALUES (?, ?)", (key, words))
    db.execute(
        "UPDATE recallable SET words = ? WHERE person = ? AND memory = ?",
        (words.count(" ") + 1, person, key),
    )


def index_missing_terms(db: apsw.Connection, person: int, key: int) -> None:
    """Index the words of a turn that was interrupted before they were indexed."""
    row = db.execute(
        "SELECT text, reply FROM memories WHERE key = ?"
        f" AND {IS_RECALLED} AND NOT EXISTS (SELECT 1 FROM terms WHERE rowid = key)",
        (key,),
    ).get
    if row:
        index_terms(db, person, key, "\n".join(filter(None, row)))


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
        "INSERT INTO recallable (person, memory, place, private, fades_at, words)"
        " SELECT person, key, place, private, fades_at,"
        " (SELECT length(words) - length(replace(words, ' ', '')) + 1"
        " FROM terms WHERE rowid = key)"
        f" FROM memories WHERE {IS_RECALLED} AND key {IN_LIST}",
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
