"""Stores turns: begins them before the model is asked, and finishes them once, atomically."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import apsw

from brain.ids import MemoryId, PlaceId
from brain.memory.record import FOREVER, Memory, Vector
from brain.memory.reinforcement import Gain
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports.turns import Conversation
from storage.conversions import to_milliseconds
from storage.sqlite.connection import Connections
from storage.sqlite.memory_keys import fetch_by_id, keys_within
from storage.sqlite.person_rows import revision_of
from storage.sqlite.reinforcement import reinforce
from storage.sqlite.rows import COLUMNS, IN_LIST, fetch_rows, find_person, memory_from, within
from storage.sqlite.stale_days import mark_stale
from storage.sqlite.table_updates import add_memory, index_terms, set_vector


class Turns:
    """Implements `brain.ports.turns.TurnStore` on SQLite."""

    _db: Connections

    async def begin(self, scope: Scope, turn: Memory) -> bool:
        """Store a message that has no reply yet; return False where its id is known."""
        if not scope.sees(person_id=turn.person, place_id=turn.place, private=turn.private):
            raise ValueError("a memory is written in the scope that it belongs to")
        return await self._db.write(lambda db: add_memory(db, turn, None, finished=False))

    async def finish(
        self,
        scope: Scope,
        turn_id: MemoryId,
        *,
        reply: str,
        vector: Vector | None,
        recalled: Sequence[MemoryId],
        reinforced: Mapping[MemoryId, Gain] | None = None,
        now: datetime,
        curve: Curve,
        revision: int | None = None,
    ) -> bool:
        """Add reply, vector and sources to a turn, and reinforce memories: all or nothing, once."""

        def finish(db: apsw.Connection) -> bool:
            if revision is not None and revision != revision_of(db, scope.person):
                return False
            key = keys_within(db, scope, [turn_id]).get(turn_id)
            row = db.execute(
                "UPDATE memories SET finished = 1, reply = ?, sources = ?"
                " WHERE key = ? AND finished = 0 RETURNING person, text",
                (reply, json.dumps(list(recalled)), key),
            ).get
            if key is None or row is None:
                return False
            person, text = row
            mark_stale(db, [key])
            index_terms(db, person, key, text, reply)
            if vector is not None:
                set_vector(db, person, key, vector)
            gains = dict(reinforced or {})
            gains.pop(turn_id, None)
            living = keys_within(db, scope, list(gains), archived=False)
            gained = {key: gains[memory_id] for memory_id, key in living.items()}
            reinforce(db, gained, now=to_milliseconds(now), curve=curve)
            return True

        return await self._db.write(finish)

    async def mark_replaced(
        self, scope: Scope, turn_ids: Sequence[MemoryId], *, by: MemoryId
    ) -> None:
        """Set `ended_by` of living turns, because a later turn says otherwise."""

        def mark(db: apsw.Connection) -> None:
            keys = keys_within(db, scope, turn_ids, archived=False)
            db.execute(
                f"UPDATE memories SET ended_by = ? WHERE kind = 'turn' AND key {IN_LIST}",
                (by, json.dumps(list(keys.values()))),
            )

        await self._db.write(mark)

    async def conversation(
        self,
        scope: Scope,
        place_id: PlaceId,
        *,
        limit: int,
        until: datetime | None = None,
        notes: Sequence[MemoryId] = (),
    ) -> Conversation:
        """Read what a reply needs besides what recall finds, in one step."""
        return await self._db.read(
            lambda db: Conversation(
                revision=revision_of(db, scope.person),
                person=find_person(db, scope.person),
                recent=_recent(db, scope, place_id, limit=limit, until=until),
                notes=fetch_by_id(db, scope, notes),
            )
        )


def _recent(
    db: apsw.Connection, scope: Scope, place_id: PlaceId, *, limit: int, until: datetime | None
) -> tuple[Memory, ...]:
    condition, bound = within(scope)
    latest = to_milliseconds(FOREVER if until is None else until)
    rows = fetch_rows(
        db,
        COLUMNS,
        "(SELECT m.key AS found FROM memories m JOIN people p ON p.key = m.person"
        " WHERE p.id = ? AND m.place = ? AND m.kind = 'turn'"
        f" AND m.archived_at IS NULL AND m.said_at <= ?{condition}"
        " ORDER BY m.said_at DESC, m.key DESC LIMIT ?)"
        " CROSS JOIN memories m ON m.key = found JOIN people p ON p.key = m.person",
        (scope.person, place_id, latest, *bound, limit),
    )
    return tuple(memory_from(row) for row in reversed(rows))
