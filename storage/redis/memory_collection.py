"""Shows people their own memories, and pins, archives, restores and erases them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from brain.ids import MemoryId
from brain.memory.record import Kind, Memory
from brain.memory.reinforcement import Gain
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports import Page
from storage.conversions import digest, to_milliseconds
from storage.redis.connection import Connection
from storage.redis.rows import READ, readable
from storage.redis.scanning import read_rows
from storage.redis.script_arguments import gained, spans, target

BATCH = 200
"""Memories per call of a script, during which Redis does nothing else."""


class MemoryCollection:
    """Implements `brain.ports.MemoryCollection` on Redis."""

    _db: Connection

    async def get(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Memory, ...]:
        """Return the memories of these ids that exist, archived ones too, in the given order."""
        person = digest(scope.person)
        keys = [self._db.keys.memory(person, memory) for memory in dict.fromkeys(ids)]
        if not keys:
            return ()
        wanted = dict.fromkeys(ids)
        *answers, leaving = await self._db.pipeline(
            [
                *(("HMGET", key, *READ) for key in keys),
                ("HMGET", self._db.keys.leaving(person), *wanted),
            ]
        )
        found = [
            readable(key, *fields)
            for key, fields, left in zip(keys, answers, leaving, strict=True)
            if left is None and any(field is not None for field in fields)
        ]
        return tuple(
            memory
            for memory in found
            if memory is not None
            and scope.sees(person_id=memory.person, place_id=memory.place, private=memory.private)
        )

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
        """Return a page of memories, newest first; the cursor is the last row's time and order."""
        if kinds is not None and not kinds:
            return Page((), None)
        # Memories that are no turns have a list of their own: they are few among years of turns.
        among = "said" if kinds is None or Kind.TURN in kinds else "derived"
        rows = await read_rows(
            self._db,
            scope,
            "shelf" if archived else among,
            most=limit + 1,
            after=after or "",
            said_from=None if said_from is None else to_milliseconds(said_from),
            said_until=None if said_until is None else to_milliseconds(said_until),
            kinds=kinds,
            id_prefix=id_prefix,
        )
        shown = rows[:limit]
        more = shown[-1][1] if shown and len(rows) > limit else None
        return Page(tuple(memory for memory, _ in shown), more)

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
        call = (*target(self._db.keys, scope), memory_id, int(pinned), *spans(curve))
        gains = (to_milliseconds(now), *gained(gain)) if gain and now else ()
        return bool(await self._db.run("pin", *call, *gains))

    async def archive(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime
    ) -> tuple[MemoryId, ...]:
        """Hide memories at once; return the ids that were archived."""
        return await self._each("archive", scope, ids, to_milliseconds(now))

    async def restore(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime, curve: Curve
    ) -> tuple[MemoryId, ...]:
        """Bring memories back from the archive; return the ids that were restored."""
        return await self._each("restore", scope, ids, to_milliseconds(now), *spans(curve))

    async def erase(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[MemoryId, ...]:
        """Delete memories for good, living or archived; return their ids."""
        return await self._each("erase_memories", scope, ids)

    async def _each(
        self, script: str, scope: Scope, ids: Sequence[MemoryId], *values: int | str
    ) -> tuple[MemoryId, ...]:
        wanted = list(dict.fromkeys(ids))
        done: list[MemoryId] = []
        for first in range(0, len(wanted), BATCH):
            batch = wanted[first : first + BATCH]
            answer = await self._db.run(script, *target(self._db.keys, scope), *values, *batch)
            done += (MemoryId(memory.decode()) for memory in answer)
        return tuple(done)
