"""Searches memories by vector and by words, and adds memories and vectors."""

from collections.abc import Sequence
from datetime import datetime

from brain.ids import MemoryId
from brain.memory.bm25 import QUERY_TERMS
from brain.memory.lexical import is_term, query_terms
from brain.memory.ranking import Neighbour
from brain.memory.record import Memory, Vector
from brain.messages import Scope
from brain.ports import Candidates
from storage.conversions import digest, to_milliseconds
from storage.redis.connection import Command, Connection
from storage.redis.index_creation import Indexing
from storage.redis.schema import pack, unpack
from storage.redis.script_arguments import kept, target
from storage.redis.search import (
    Reader,
    Statistics,
    dense,
    lexical,
    parse,
    rescored,
    similarity,
    statistics,
    within,
)


class Index:
    """Implements `brain.ports.MemoryIndex` on Redis."""

    _db: Connection
    _indexing: Indexing

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
        if said_from is not None and said_until is not None and said_from >= said_until:
            return Candidates()
        # Nothing but letters, their marks and digits may reach a query.
        words = [term for term in dict.fromkeys(query_terms(text)) if is_term(term)]
        person, keys = digest(scope.person), self._db.keys
        ideal: float | None = None
        if len(words) > QUERY_TERMS:
            counted = await self._db.pipeline(statistics(keys, person, words))
            known = Statistics.of(words, counted)
            words, ideal = list(known.weights), known.ideal
        among = within(
            scope,
            now=to_milliseconds(now),
            said_from=None if said_from is None else to_milliseconds(said_from),
            said_until=None if said_until is None else to_milliseconds(said_until),
        )
        alias, timeout_ms = keys.alias, self._db.timeout_ms
        commands: list[Command] = []
        if vector is not None:
            packed = self._pack(vector)
            commands.append(
                dense(
                    alias,
                    among,
                    vector=packed,
                    precision=self._indexing.precision,
                    limit=limit,
                    timeout_ms=timeout_ms,
                )
            )
        if words:
            commands.append(lexical(alias, among, terms=words, limit=limit, timeout_ms=timeout_ms))
            commands += statistics(keys, person, words)
        if not commands:
            return Candidates()
        commands.append(("HKEYS", keys.leaving(person)))
        *answers, leaving = await self._db.search(commands)
        read = Reader(without=leaving)
        near: tuple[tuple[Memory, float], ...] = ()
        worded: tuple[tuple[Memory, float], ...] = ()
        if vector is not None:
            found = parse(answers.pop(0))
            near = read.memories([(each, similarity(each)) for each in found])
        if words:
            candidates = parse(answers[0])
            personal = Statistics.of(words, answers[1:])
            worded = read.memories(rescored(candidates, personal, limit=limit))
            ideal = (personal.ideal if ideal is None else ideal) if worded else None
        return Candidates(near, worded, ideal or 0.0)

    async def neighbours(
        self, scope: Scope, ids: Sequence[MemoryId], *, reach: int, now: datetime
    ) -> tuple[Neighbour, ...]:
        """Return the turns of the same person and place near the given ones."""
        wanted = list(dict.fromkeys(ids))
        if not wanted or reach <= 0:
            return ()
        person, place = target(self._db.keys, scope)
        rows = await self._db.run("neighbours", person, place, reach, *wanted)
        read, moment = Reader(), to_milliseconds(now)
        found = []
        for turn, far, *fields in rows:
            memory = read.memory(*fields)
            if memory is not None and to_milliseconds(memory.fades_at) > moment:
                found.append(Neighbour(turn.decode(), memory, far))
        return tuple(found)

    async def add(
        self, memories: Sequence[Memory], vectors: Sequence[Vector | None]
    ) -> tuple[MemoryId, ...]:
        """Store memories as they are; memories of known ids stay untouched."""
        calls = [
            kept(self._db.keys, memory, self._indexing.packed(vector))
            for memory, vector in zip(memories, vectors, strict=True)
        ]
        if not calls:
            return ()
        done = await self._db.run_all("add", calls, atomic=True)
        return tuple(memory.id for memory, new in zip(memories, done, strict=True) if new)

    async def set_vector(self, scope: Scope, memory_id: MemoryId, vector: Vector) -> bool:
        """Set the vector of a memory that exists and has none; return whether it did."""
        keys = self._db.keys
        place = "" if scope.place is None else digest(scope.place)
        person = keys.person(digest(scope.person))
        packed = self._indexing.packed(vector)
        return packed is not None and bool(
            await self._db.run("set_vector", person, place, memory_id, packed)
        )

    async def vectors(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Vector | None, ...]:
        """Return a vector for each id, in that order; None for no vector or no such memory."""
        if not ids:
            return ()
        person = digest(scope.person)
        keys = [self._db.keys.memory(person, memory) for memory in ids]
        fields = ("vector", "shelved_vector", "place", "private")
        *rows, leaving = await self._db.pipeline(
            [
                *(("HMGET", key, *fields) for key in keys),
                ("HMGET", self._db.keys.leaving(person), *ids),
            ]
        )
        shared = None if scope.place is None else [digest(scope.place).encode(), b"0"]
        return tuple(
            self._unpack(shown or shelved) if left is None and shared in (None, belongs) else None
            for (shown, shelved, *belongs), left in zip(rows, leaving, strict=True)
        )

    def _unpack(self, packed: bytes | None) -> Vector | None:
        if packed is None:
            return None
        indexing = self._indexing
        return unpack(packed, dimensions=indexing.dimensions, precision=indexing.precision)

    def _pack(self, vector: Vector) -> bytes:
        indexing = self._indexing
        return pack(vector, dimensions=indexing.dimensions, precision=indexing.precision)
