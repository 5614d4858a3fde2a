"""Stale days, and rewriting what is made of a person's memories."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime

from msgspec.structs import replace

from brain.errors import StoreError
from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports.derivations import StaleDay
from storage.conversions import digest, to_milliseconds
from storage.redis.connection import Connection
from storage.redis.index_creation import Indexing
from storage.redis.memory_collection import MemoryCollection
from storage.redis.rows import READ, Value, readable, record_of
from storage.redis.script_arguments import entry, purge, spans, target

AT_ONCE = 50
"""The most memories that a rewrite archives or erases at once; more are purged step by step."""
BATCH = 200
"""Memories or days per call of a script, during which Redis does nothing else."""
_DIGEST = 32
_DATE = 10


class Derivations(MemoryCollection):
    """Implements `brain.ports.derivations.Derivations` on Redis."""

    _db: Connection
    _indexing: Indexing

    async def stale_days(
        self, *, limit: int, person_id: PersonId | None = None
    ) -> tuple[StaleDay, ...]:
        """Return stale days of one person or of everybody, the oldest last change first."""
        if limit <= 0:
            return ()
        owner = None if person_id is None else digest(person_id)
        key = self._db.keys.stale(owner)
        answer = await self._db.send("ZRANGE", key, 0, limit - 1, "WITHSCORES")
        marks = [mark.decode() for mark in answer[::2]]
        if owner is not None:
            marks = [owner + mark for mark in marks]
        people = list(dict.fromkeys(mark[:_DIGEST] for mark in marks))
        keys = [self._db.keys.person(each) for each in people]
        ids = await self._db.pipeline([("HGET", each, "id") for each in keys]) if keys else []
        known = {each: id.decode() for each, id in zip(people, ids, strict=True) if id is not None}  # noqa: A001 the field's own name
        return tuple(
            _day_from(known[mark[:_DIGEST]], mark[_DIGEST:], int(change))
            for mark, change in zip(marks, answer[1::2], strict=True)
            if mark[:_DIGEST] in known
        )

    async def mark_summarised(self, days: Sequence[StaleDay]) -> None:
        """Mark days as summarised, except those that changed meanwhile."""
        people: defaultdict[str, list[Value]] = defaultdict(list)
        for day in days:
            people[day.person] += [_mark_of(day), day.change]
        for person, marks in people.items():
            key = self._db.keys.person(digest(person))
            for first in range(0, len(marks), 2 * BATCH):
                await self._db.run("mark_summarised", key, "", *marks[first : first + 2 * BATCH])

    async def revision(self, person_id: PersonId) -> int:
        """Return the number of changes of a person's memories and accounts so far."""
        keys = self._db.keys
        [known, revision], first = await self._db.pipeline(
            [
                ("HMGET", keys.person(digest(person_id)), "id", "revision"),
                ("HGET", keys.meta, "revision"),
            ],
            atomic=True,
        )
        return int((revision if known is not None else first) or 0)

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
        entries: list[Value] = []
        replaced = {memory.id for memory in add}
        for memory, vector in zip(add, vectors, strict=True):
            if not scope.sees(
                person_id=memory.person, place_id=memory.place, private=memory.private
            ):
                raise ValueError("a memory is written in the scope that it belongs to")
            packed = self._indexing.packed(vector)
            is_open = memory.kind is Kind.TURN and memory.reply is None
            values = entry(memory, packed, is_open=is_open)
            entries += [len(values), *values]
        erased = [each for each in erase if each in replaced]
        gone = [each for each in dict.fromkeys(erase) if each not in replaced]
        hidden = list(dict.fromkeys(archive))
        steps: tuple[list[MemoryId], list[MemoryId]] = ([], [])
        if len(gone) + len(hidden) > AT_ONCE:
            if scope.place is not None:
                # The place of a memory never changes, so what the scope sees does not either.
                seen = {memory.id for memory in await self.get(scope, [*hidden, *gone])}
                hidden = [each for each in hidden if each in seen]
                gone = [each for each in gone if each in seen]
            steps, hidden, gone = (hidden, gone), [], []
        ids = (list(stale), hidden, *steps, [*erased, *gone])
        person, place = target(self._db.keys, scope)
        call: list[Value] = [place, scope.person, revision, to_milliseconds(now)]
        call += [len(each) for each in ids]
        for each in ids:
            call += each
        done = bool(await self._db.run("rewrite" if entries else "clear", person, *call, *entries))
        if done and any(steps):
            # The memories are hidden already; if this is interrupted, upkeep finishes it.
            with suppress(StoreError):
                await purge(self._db, person)
        return done

    async def set_importance(
        self, scope: Scope, importance: Mapping[MemoryId, float], *, curve: Curve
    ) -> None:
        """Set the importance of memories, and move their strength accordingly."""
        wanted = list(importance)
        while wanted:
            batch, wanted = wanted[:BATCH], wanted[BATCH:]
            # Records are read here and written by a script; those that changed in between are
            # returned and tried again.
            wanted += await self._try_set_importance(
                scope, {each: importance[each] for each in batch}, curve
            )

    async def _try_set_importance(
        self, scope: Scope, importance: Mapping[MemoryId, float], curve: Curve
    ) -> list[MemoryId]:
        person, place = target(self._db.keys, scope)
        keys = [self._db.keys.memory(digest(scope.person), each) for each in importance]
        rows = await self._db.pipeline([("HMGET", key, *READ) for key in keys])
        changes: list[Value] = []
        for key, row, new in zip(keys, rows, importance.values(), strict=True):
            record, state = row
            if record is None or state is None or (memory := readable(key, *row)) is None:
                continue
            firsts = (curve.strength_of(each) for each in (memory.importance, new))
            changed = record_of(replace(memory, importance=new))
            changes += [memory.id, record, changed, *(repr(first) for first in firsts)]
        if not changes:
            return []
        again = await self._db.run("set_importance", person, place, *spans(curve), *changes)
        return [MemoryId(each.decode()) for each in again]


def _mark_of(day: StaleDay) -> str:
    """Return a day in the form in which the scripts mark it (`mark_stale` in changes.lua)."""
    where = "" if day.place is None else f"{digest(day.place)}{day.place}"
    return f"{day.day.isoformat()}{where}"


def _day_from(person_id: PersonId, mark: str, change: int) -> StaleDay:
    shared = mark[_DATE:]
    return StaleDay(
        person=person_id,
        day=date.fromisoformat(mark[:_DATE]),
        place=PlaceId(shared[_DIGEST:]) if shared else None,
        change=change,
    )
