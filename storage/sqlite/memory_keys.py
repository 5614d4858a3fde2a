"""Finds memories by their ids: the keys of those that a scope sees."""

import json
from collections.abc import Iterable, Sequence

import apsw

from brain.ids import MemoryId
from brain.memory.record import Memory
from brain.messages import Scope
from storage.sqlite.rows import IN_LIST, fetch_by_key, within


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


def unfinished_ids(db: apsw.Connection, keys: Sequence[int]) -> set[MemoryId]:
    """Return the ids of the turns among memories that can still be finished."""
    rows = db.execute(
        f"SELECT id FROM memories WHERE finished = 0 AND key {IN_LIST}", (json.dumps(keys),)
    )
    return {row[0] for row in rows}
