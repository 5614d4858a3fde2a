"""Searches memories by vector and by words, and adds memories and vectors."""

import json
from collections.abc import Sequence
from datetime import datetime

import apsw
import numpy as np

from brain.ids import MemoryId
from brain.memory.ranking import Neighbour
from brain.memory.record import Memory, Vector
from brain.messages import Scope
from brain.ports import Candidates
from storage.conversions import to_milliseconds
from storage.sqlite.connection import Connections
from storage.sqlite.memory_keys import keys_within
from storage.sqlite.neighbours import find_neighbours
from storage.sqlite.person_rows import key_of_person
from storage.sqlite.rows import FEW, IN_LIST, fetch_by_key
from storage.sqlite.search import Span, dense, lexical, to_memories
from storage.sqlite.table_updates import add_memory, index_missing_terms, set_vector


class Index:
    """Implements `brain.ports.MemoryIndex` on SQLite."""

    _db: Connections

    async def search(
        self,
        scope: Scope,
        *,
        text: str,
        vector: Vector | None,
        now: datetime,
        limit: int,
        said_from: datetime | None = None,
        said_until: datetime | None = None,
    ) -> Candidates:
        """Return the nearest memories by vector and the best by BM25 that have not faded."""
        moment = to_milliseconds(now)

        def search(db: apsw.Connection) -> Candidates:
            span = Span.between(said_from, said_until)
            person = key_of_person(db, scope.person)
            if person is None:
                return Candidates()
            near: list[tuple[int, float]] = []
            if vector is not None:
                near = dense(db, person, scope, vector=vector, now=moment, span=span, limit=limit)
            worded, ideal = lexical(
                db, person, scope, text=text, now=moment, span=span, limit=limit
            )
            nearest, best = to_memories(db, (near, worded))
            return Candidates(nearest, best, ideal)

        return await self._db.read(search)

    async def neighbours(
        self, scope: Scope, ids: Sequence[MemoryId], *, reach: int, now: datetime
    ) -> tuple[Neighbour, ...]:
        """Return the turns of the same person and place near the given ones."""

        def read(db: apsw.Connection) -> tuple[Neighbour, ...]:
            found = find_neighbours(db, scope, ids, reach=reach, now=to_milliseconds(now))
            memories = fetch_by_key(db, {key for _, key, _ in found})
            return tuple(Neighbour(turn_id, memories[key], far) for turn_id, key, far in found)

        return await self._db.read(read)

    async def add(
        self, memories: Sequence[Memory], vectors: Sequence[Vector | None]
    ) -> tuple[MemoryId, ...]:
        """Store memories as they are; memories of known ids stay untouched."""
        pairs = list(zip(memories, vectors, strict=True))

        def add(db: apsw.Connection) -> tuple[MemoryId, ...]:
            return tuple(
                memory.id
                for memory, vector in pairs
                if add_memory(db, memory, vector, finished=True)
            )

        return await self._db.write(add)

    async def set_vector(self, scope: Scope, memory_id: MemoryId, vector: Vector) -> bool:
        """Set the vector of a memory that exists and has none; return whether it did."""

        def write(db: apsw.Connection) -> bool:
            key = keys_within(db, scope, [memory_id]).get(memory_id)
            person = key_of_person(db, scope.person)
            if key is None or person is None:
                return False
            if db.execute("SELECT embedded FROM memories WHERE key = ?", (key,)).get:
                return False
            index_missing_terms(db, person, key)
            return set_vector(db, person, key, vector)

        # Not durable, because upkeep embeds again what a power cut takes.
        return await self._db.write(write, durable=False)

    async def vectors(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Vector | None, ...]:
        """Return a vector for each id, in that order; None for no vector or no such memory."""

        def vectors(db: apsw.Connection) -> tuple[Vector | None, ...]:
            keys = keys_within(db, scope, ids)
            rows = db.execute(
                f"SELECT memory, vector FROM vectors WHERE memory {IN_LIST}",
                (json.dumps(list(keys.values())),),
            )
            found = {key: np.frombuffer(packed, np.float32) for key, packed in rows}
            return tuple(found.get(keys[each]) if each in keys else None for each in ids)

        return await self._db.read(vectors, slow=len(ids) > FEW)
