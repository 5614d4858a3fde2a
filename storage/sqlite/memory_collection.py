"""Shows people their own memories, and pins, archives, restores and erases them."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import apsw

from brain.ids import MemoryId
from brain.memory.record import Kind, Memory
from brain.memory.reinforcement import Gain
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports import Page
from storage.conversions import to_milliseconds
from storage.sqlite.connection import Connections
from storage.sqlite.memory_keys import fetch_by_id, keys_not_put_away, keys_within
from storage.sqlite.person_rows import bump_revision
from storage.sqlite.reinforcement import reinforce
from storage.sqlite.rows import COLUMNS, FEW, IN_LIST, memory_from, within
from storage.sqlite.stale_days import mark_stale
from storage.sqlite.table_updates import make_recallable, put_away, recompute_times, remove


class MemoryCollection:
    """Implements `brain.ports.MemoryCollection` on SQLite."""

    _db: Connections

    async def get(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Memory, ...]:
        """Return the memories of these ids that exist, archived ones too, in the given order."""
        return await self._db.read(lambda db: fetch_by_id(db, scope, ids), slow=len(ids) > FEW)

    async def page(
        self,
        scope: Scope,
        *,
        limit: int,
        after: str | None = None,
        kinds: Collection[Kind] | None = None,
        archived: bool = False,
        said_from: datetime | None = None,
        said_until: datetime | None = None,
        id_prefix: str = "",
    ) -> Page:
        """Return a page of memories, newest first; the cursor is the last row's time and key."""
        condition, bound = within(scope)
        where = [f"p.id = ?{condition}", f"m.archived_at IS {'NOT ' if archived else ''}NULL"]
        values: list[str | int] = [scope.person, *bound]
        index = ""
        if kinds is not None:
            where.append(f"m.kind {IN_LIST}")
            values.append(json.dumps([kind.value for kind in kinds]))
            if Kind.TURN not in kinds:
                # A few facts among years of turns: SQLite uses the index without turns only if it
                # is told to, and needs this condition for it, though it follows from the kinds.
                index = "INDEXED BY memories_derived"
                where.append("m.kind <> 'turn'")
        if said_from is not None:
            where.append("m.said_at >= ?")
            values.append(to_milliseconds(said_from))
        if said_until is not None:
            where.append("m.said_at < ?")
            values.append(to_milliseconds(said_until))
        if id_prefix:
            where.append("substr(m.id, 1, ?) = ?")
            values += [len(id_prefix), id_prefix]
        if after is not None:
            said_at, _, key = after.partition(".")
            where.append("(m.said_at, m.key) < (?, ?)")
            values += [int(said_at), int(key)]

        def page(db: apsw.Connection) -> Page:
            rows = db.execute(
                f"SELECT m.said_at, m.key, {COLUMNS}"
                f" FROM memories m {index} JOIN people p ON p.key = m.person"
                f" WHERE {' AND '.join(where)}"
                " ORDER BY m.said_at DESC, m.key DESC LIMIT ?",
                (*values, limit + 1),
            ).fetchall()
            shown = rows[:limit]
            more = f"{shown[-1][0]}.{shown[-1][1]}" if shown and len(rows) > limit else None
            return Page(tuple(memory_from(row[2:]) for row in shown), more)

        return await self._db.read(page, slow=True)

    async def pin(
        self,
        scope: Scope,
        memory_id: MemoryId,
        *,
        pinned: bool,
        curve: Curve,
        gain: Gain | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Pin or unpin a memory; return False where there is none."""

        def pin(db: apsw.Connection) -> bool:
            key = keys_within(db, scope, [memory_id]).get(memory_id)
            if key is None:
                return False
            db.execute("UPDATE memories SET pinned = ? WHERE key = ?", (int(pinned), key))
            recompute_times(db, [key], curve=curve)
            if gain and now and keys_within(db, scope, [memory_id], archived=False):
                reinforce(db, {key: gain}, now=to_milliseconds(now), curve=curve)
            return True

        return await self._db.write(pin)

    async def archive(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime
    ) -> tuple[MemoryId, ...]:
        """Hide memories at once; return the ids that were archived."""

        def archive(db: apsw.Connection) -> tuple[MemoryId, ...]:
            keys = keys_not_put_away(db, scope, ids)
            put_away(db, list(keys.values()), now=to_milliseconds(now))
            _changed(db, scope, keys)
            return tuple(keys)

        return await self._db.write(archive)

    async def restore(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime, curve: Curve
    ) -> tuple[MemoryId, ...]:
        """Bring memories back from the archive; return the ids that were restored."""

        def restore(db: apsw.Connection) -> tuple[MemoryId, ...]:
            keys = keys_within(db, scope, ids, archived=True)
            for key in keys.values():
                db.execute(
                    "UPDATE memories SET archived_at = NULL,"
                    " last_recalled = max(last_recalled, ?) WHERE key = ?",
                    (to_milliseconds(now), key),
                )
            make_recallable(db, list(keys.values()))
            recompute_times(db, list(keys.values()), curve=curve)
            _changed(db, scope, keys)
            return tuple(keys)

        return await self._db.write(restore)

    async def erase(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[MemoryId, ...]:
        """Delete memories for good, living or archived; return their ids."""

        def erase(db: apsw.Connection) -> tuple[MemoryId, ...]:
            keys = keys_within(db, scope, ids)
            _changed(db, scope, keys)
            remove(db, list(keys.values()))
            return tuple(keys)

        erased = await self._db.write(erase)
        await self._db.purge()
        return erased


def _changed(db: apsw.Connection, scope: Scope, keys: Mapping[MemoryId, int]) -> None:
    if keys:
        mark_stale(db, list(keys.values()))
        bump_revision(db, scope.person)
