"""Finds the turns before and after a turn by the index of its place."""

import json
from collections.abc import Sequence

import apsw

from brain.ids import MemoryId
from brain.messages import Scope
from storage.sqlite.rows import fetch_rows, within

Found = tuple[MemoryId, int, int]
"""The id of a turn, the key of a neighbour, and its distance in turns: 1 is the next one."""


def find_neighbours(
    db: apsw.Connection, scope: Scope, ids: Sequence[MemoryId], *, reach: int, now: int
) -> list[Found]:
    """Return up to `reach` neighbours before and after each turn.

    Args:
        db: the connection.
        scope: the person, and what may be seen of them.
        ids: ids of the turns.
        reach: how many turns to look at on each side; those that have faded count.
        now: milliseconds since 1970; turns that have faded then are left out.
    """
    seen, bound = within(scope, "turn")
    rows = fetch_rows(
        db,
        "turn.id, turn.said_at, turn.key, near.said_at, near.key, near.fades_at",
        "json_each(?) wanted CROSS JOIN memories turn"
        " ON turn.id = wanted.value AND turn.kind = 'turn' AND turn.archived_at IS NULL"
        " CROSS JOIN people p ON p.key = turn.person AND p.id = ?"
        f" CROSS JOIN memories near ON near.key IN ({_side('<', 'DESC')}"
        f" UNION ALL {_side('>', 'ASC')})"
        f" WHERE near.private = turn.private{seen}",
        (json.dumps(list(dict.fromkeys(ids))), scope.person, reach, reach, *bound),
    )
    sides: dict[tuple[MemoryId, int], list[tuple[int, int, int]]] = {}
    for turn_id, said_at, key, *near in rows:
        sign = 1 if (near[0], near[1]) > (said_at, key) else -1
        sides.setdefault((turn_id, sign), []).append((sign * near[0], sign * near[1], near[2]))
    return [
        (turn_id, sign * key, sign * distance)
        for (turn_id, sign), found in sides.items()
        for distance, (_, key, fades_at) in enumerate(sorted(found), start=1)
        if fades_at > now
    ]


def _side(side: str, order: str) -> str:
    """Return the query for the keys of the nearest living turns before or after `turn`."""
    return (
        "SELECT * FROM (SELECT m.key FROM memories m WHERE m.person = turn.person"
        " AND m.place = turn.place AND m.kind = 'turn' AND m.archived_at IS NULL"
        f" AND (m.said_at, m.key) {side} (turn.said_at, turn.key)"
        f" ORDER BY m.said_at {order}, m.key {order} LIMIT ?)"
    )
