"""Stale days, and rewriting what is made of a person's memories."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import apsw

from brain.ids import MemoryId, PersonId
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports.derivations import StaleDay
from storage.conversions import to_milliseconds
from storage.sqlite.connection import Connections
from storage.sqlite.memory_keys import keys_not_put_away, keys_within, unfinished_ids
from storage.sqlite.person_rows import bump_revision, ensure_person, revision_of
from storage.sqlite.rows import IN_LIST
from storage.sqlite.stale_days import mark_stale
from storage.sqlite.table_updates import (
    add_memory,
    index_missing_terms,
    put_away,
    recompute_times,
    remove,
)


class Derivations:
    """Implements `brain.ports.derivations.Derivations` on SQLite."""

    _db: Connections

    async def stale_days(
        self, *, limit: int, person_id: PersonId | None = None
    ) -> tuple[StaleDay, ...]:
        """Return stale days of one person or of everybody, the oldest last change first."""
        condition, bound = ("", ()) if person_id is None else (" WHERE p.id = ?", (person_id,))

        def stale(db: apsw.Connection) -> tuple[StaleDay, ...]:
            rows = db.execute(
                "SELECT p.id, s.day, s.private, s.place, s.change FROM stale_days s"
                f" JOIN people p ON p.key = s.person{condition} ORDER BY s.change LIMIT ?",
                (*bound, limit),
            )
            return tuple(
                StaleDay(person, date.fromisoformat(day), None if private else place, change)
                for person, day, private, place, change in rows
            )

        return await self._db.read(stale, slow=True)

    async def mark_summarised(self, days: Sequence[StaleDay]) -> None:
        """Mark days as summarised, except those that changed meanwhile."""
        changes = json.dumps([stale.change for stale in days])
        await self._db.write(
            # A later change of the same day has another number.
            lambda db: db.execute(f"DELETE FROM stale_days WHERE change {IN_LIST}", (changes,)).get
        )

    async def revision(self, person_id: PersonId) -> int:
        """Return the number of changes of a person's memories and accounts so far."""
        return await self._db.read(lambda db: revision_of(db, person_id))

    async def rewrite(
        self,
        scope: Scope,
        *,
        revision: int,
        now: datetime,
        archive: Sequence[MemoryId] = (),
        erase: Sequence[MemoryId] = (),
        add: Sequence[Memory] = (),
        vectors: Sequence[Vector | None] = (),
        stale: Sequence[MemoryId] = (),
    ) -> bool:
        """Archive, erase and then add, all or nothing, if the revision is still the same."""
        pairs = list(zip(add, vectors, strict=True))
        for memory in add:
            if not scope.sees(
                person_id=memory.person, place_id=memory.place, private=memory.private
            ):
                raise ValueError("a memory is written in the scope that it belongs to")

        def rewrite(db: apsw.Connection) -> bool:
            if revision_of(db, scope.person) != revision:
                return False
            ensure_person(db, scope.person)
            erased = keys_within(db, scope, erase)
            gone = list(erased.values())
            hidden = list(keys_not_put_away(db, scope, archive).values())
            due = list(keys_within(db, scope, stale).values())
            mark_stale(db, [*gone, *hidden, *due])
            mark_stale(db, due, kind=Kind.DAY)
            waiting = unfinished_ids(db, gone)
            again = {memory.id for memory in add}
            lost = [key for memory_id, key in erased.items() if memory_id not in again]
            mark_stale(db, lost, kind=Kind.DAY)
            put_away(db, hidden, now=to_milliseconds(now))
            remove(db, gone)
            for memory, vector in pairs:
                # A message that is edited while it is answered still gets its reply.
                is_open = memory.reply is None and memory.id in waiting
                add_memory(db, memory, vector, finished=not is_open)
                if is_open:
                    # It may never get one, and upkeep indexes only turns without a vector.
                    keys = keys_within(db, scope, [memory.id])
                    index_missing_terms(db, ensure_person(db, scope.person), keys[memory.id])
            bump_revision(db, scope.person)
            return True

        done = await self._db.write(rewrite)
        # Summaries are replaced every day, and their traces can wait for the next upkeep. What is
        # not replaced was forgotten, and so were the old words of a turn: they are purged at once.
        derived = {memory.id for memory in add if memory.kind is not Kind.TURN}
        if done and set(erase) - derived:
            await self._db.purge()
        return done

    async def set_importance(
        self, scope: Scope, importance: Mapping[MemoryId, float], *, curve: Curve
    ) -> None:
        """Set the importance of memories, and move their strength accordingly."""

        def set_importance(db: apsw.Connection) -> None:
            keys = keys_within(db, scope, importance, archived=False)
            for memory, key in keys.items():
                old, strength = db.execute(
                    "SELECT importance, strength FROM memories WHERE key = ?", (key,)
                ).get
                # As in `brain.memory.reinforcement.with_importance`.
                first = curve.strength_of(importance[memory])
                moved = strength + first - curve.strength_of(old)
                db.execute(
                    "UPDATE memories SET importance = ?, strength = ? WHERE key = ?",
                    (importance[memory], max(moved, min(strength, first)), key),
                )
            recompute_times(db, list(keys.values()), curve=curve)

        await self._db.write(set_importance)
