"""Archives and erases what is due, and checks and replaces the embedder.

What is due is found by range queries on stored times, and changed in bounded batches. One process
does so at a time, holding a lock; the others wait for it until it expires. A process that goes on
after its lock has passed to another has an older token than the person's fence, and changes
nothing; and each script checks again that a memory is still due before it changes it. So any number
of processes may run this, and each memory is changed and counted once.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from brain.errors import EmbedderChanged
from brain.ids import MemoryId
from brain.memory.lexical import TERMS_VERSION
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports import Due
from storage.conversions import to_milliseconds, vector_space
from storage.redis.budget import beyond_budget
from storage.redis.connection import Connection
from storage.redis.index_creation import Indexing
from storage.redis.rows import READ, Value, indexed_terms, readable
from storage.redis.script_arguments import purge, spans

STEP = 5
"""Memories per script, which takes a millisecond in which Redis does nothing else."""
REST = 0.5
"""The pause after a step as a multiple of its duration, so that waiting recalls come first."""
LEASE_MS = 10_000
"""Milliseconds after which a lock expires when its holder has died."""
POLL_S = 0.02
"""Seconds between two attempts to take the lock."""


class Upkeep:
    """Implements `brain.ports.Upkeep` on Redis."""

    _db: Connection
    _indexing: Indexing

    async def forget_due(self, *, now: datetime, curve: Curve, limit: int) -> Due:
        """Archive what is past `forgotten_at`, and erase what is past the days of grace."""
        moment, grace_over = to_milliseconds(now), _grace_over(now, curve)
        keys = self._db.keys
        for person in await self._db.send("SMEMBERS", keys.leaving(None)):
            # The process that was to purge these memories has died.
            await purge(self._db, keys.person(person.decode()))
        # Usually nothing is due, and a query takes no lock.
        if not (
            await self._listed("due", moment, 0, 1)
            or await self._listed("archived_at", grace_over, 0, 1)
            or await beyond_budget(self._db, curve, moment)
        ):
            return Due(0, 0)
        async with self._locked() as token:
            # Erase first, so that what this step archives gets all its days of grace.
            erased = await self._step(
                "erase", "archived_at", until=grace_over, now=moment, token=token, limit=limit
            )
            archived = await self._step(
                "archive", "due", until=moment, now=moment, token=token, limit=limit
            )
            if archived < limit:
                beyond = (await beyond_budget(self._db, curve, moment))[: limit - archived]
                until = beyond[-1][1] if beyond else 0
                archived += await self._change(
                    "let_go", [key for key, _ in beyond], until=until, now=moment, token=token
                )
        return Due(archived=archived, erased=erased)

    async def count_due(self, *, now: datetime, curve: Curve) -> Due:
        """Count what `forget_due` would change without a limit."""
        if not await self._indexing.is_there():
            return Due(0, 0)
        times = (("due", to_milliseconds(now)), ("archived_at", _grace_over(now, curve)))
        (archived, *_), (erased, *_) = await self._db.pipeline(
            (
                *("FT.SEARCH", self._db.keys.alias, f"@{field}:[-inf {time}]", "LIMIT", 0, 0),
                *("TIMEOUT", self._db.timeout_ms, "DIALECT", 2),
            )
            for field, time in times
        )
        beyond = await beyond_budget(self._db, curve, times[0][1])
        return Due(archived=int(archived) + len(beyond), erased=int(erased))

    async def unembedded(self, *, limit: int) -> tuple[tuple[Scope, MemoryId], ...]:
        """Return living memories that recall searches and that have no vector."""
        found: list[tuple[Scope, MemoryId]] = []
        skipped = 0
        while len(found) < limit:
            keys = await self._query("@embedded:{0}", skipped, limit - len(found))
            if not keys:
                break
            rows = await self._db.pipeline([("HMGET", key, *READ) for key in keys])
            for key, row in zip(keys, rows, strict=True):
                memory = readable(key, *row)
                if memory is not None:
                    found.append((Scope.everything_of(memory.person), memory.id))
            skipped += len(keys)
        return tuple(found)

    async def update_terms(self) -> int:
        """Index memories anew whose terms are of another version; count them.

        Several processes may do so at once.
        """
        meta, version = self._db.keys.meta, str(TERMS_VERSION)
        if await self._db.send("HGET", meta, "terms") == version.encode():
            return 0
        updated = 0
        async for person, batch in self._all():
            start = time.perf_counter()
            updated += await self._update_terms(person, batch)
            await asyncio.sleep(REST * (time.perf_counter() - start))
        await self._db.send("HSET", meta, "terms", version)
        return updated

    async def _update_terms(self, person: str, ids: list[str]) -> int:
        digest = person.rpartition("{")[2].rstrip("}")
        keys = [self._db.keys.memory(digest, each) for each in ids]
        rows = await self._db.pipeline(
            [("HMGET", key, "words", "shelved_words", *READ) for key in keys]
        )
        changes: list[Value] = []
        for key, memory_id, (words, shelved, *row) in zip(keys, ids, rows, strict=True):
            before = shelved if words is None else words
            if before is None or (memory := readable(key, *row)) is None:
                continue
            now, codes = indexed_terms(memory)
            if before.decode() != now:
                changes += [memory_id, before, now, codes]
        return int(await self._db.run("update_terms", person, "", *changes)) if changes else 0

    async def check_embedder(self, *, curve: Curve, embedder: str, dimensions: int) -> None:
        """Check the embedder; compute all times anew where the curve's constants changed."""
        meta, space = self._db.keys.meta, vector_space(embedder, dimensions)
        constants = f"{curve.fade_span!r}/{curve.forget_span!r}"
        _, stored, known = await self._db.pipeline(
            [
                ("HSETNX", meta, "embedder", space),
                ("HGET", meta, "embedder"),
                ("HGET", meta, "spans"),
            ],
            atomic=True,
        )
        if stored.decode() != space:
            if await self._indexing.has_vectors():
                raise EmbedderChanged(stored=stored.decode(), configured=space)
            await self._db.send("HSET", meta, "embedder", space)
        self._indexing.dimensions = dimensions
        await self._indexing.ensure()
        if known is not None and known.decode() != constants:
            await self._recompute_times(curve)
        if known is None or known.decode() != constants:
            # Last, so that a start that is interrupted computes them again.
            await self._db.send("HSET", meta, "spans", constants)

    async def replace_embedder(self, *, embedder: str, dimensions: int) -> int:
        """Drop the vectors of another embedder; return how many memories wait for a vector."""
        space = vector_space(embedder, dimensions)
        if await self._indexing.embedder() not in (None, (embedder, dimensions)):
            # Vectors first: if this is interrupted, the store still has the old embedder and fewer
            # of its vectors, which can be computed again.
            async for person, batch in self._all():
                await self._db.run("drop_vectors", person, "", *batch)
        await self._db.send("HSET", self._db.keys.meta, "embedder", space)
        self._indexing.dimensions = dimensions
        await self._indexing.ensure()
        [waiting, *_] = await self._db.send(
            *("FT.SEARCH", self._db.keys.alias, "@embedded:{0}", "LIMIT", 0, 0),
            *("TIMEOUT", self._db.timeout_ms, "DIALECT", 2),
        )
        return int(waiting)

    async def embedder(self) -> tuple[str, int] | None:
        """Return the name and dimensions of the store's embedder, if it has one."""
        return await self._indexing.embedder()

    async def _recompute_times(self, curve: Curve) -> None:
        async for person, batch in self._all():
            await self._db.run("recompute_times", person, "", *spans(curve), *batch)

    async def _all(self) -> AsyncIterator[tuple[str, list[str]]]:
        """Yield all memories in steps: the key of a person, and some of their memories' ids."""
        async for keys in self._db.scan(f"{self._db.keys.memories}{{*"):
            for person, ids in self._by_person(keys).items():
                for first in range(0, len(ids), STEP):
                    yield person, ids[first : first + STEP]

    async def _step(
        self, what: str, field: str, *, until: int, now: int, token: int, limit: int
    ) -> int:
        done = skipped = 0
        while done < limit:
            keys = await self._listed(field, until, skipped, limit - done)
            if not keys:
                break
            moved = await self._change(what, keys, until=until, now=now, token=token)
            done += moved
            # A damaged hash, which the scripts refuse, stays listed and has to be skipped.
            skipped += len(keys) - moved
        return done

    async def _change(
        self, what: str, keys: list[bytes], *, until: int, now: int, token: int
    ) -> int:
        moved = 0
        for person, ids in self._by_person(keys).items():
            for first in range(0, len(ids), STEP):
                batch = ids[first : first + STEP]
                start = time.perf_counter()
                moved += await self._db.run(
                    "forget_due", person, "", what, until, now, token, *batch
                )
                await asyncio.sleep(REST * (time.perf_counter() - start))
        return moved

    async def _listed(self, field: str, until: int, first: int, limit: int) -> list[bytes]:
        return await self._query(f"@{field}:[-inf {until}]", first, limit)

    async def _query(self, query: str, first: int, limit: int) -> list[bytes]:
        # FT.AGGREGATE stops at the limit, while FT.SEARCH would go through all matches.
        _, *rows = await self._db.send(
            *("FT.AGGREGATE", self._db.keys.alias, query, "LOAD", 1, "@__key"),
            *("LIMIT", first, limit, "TIMEOUT", self._db.timeout_ms, "DIALECT", 2),
        )
        return [row[1] for row in rows if row]

    def _by_person(self, keys: list[bytes]) -> dict[str, list[str]]:
        people: defaultdict[str, list[str]] = defaultdict(list)
        for key in keys:
            # Other programs may have written keys under the prefix.
            if (parts := self._db.keys.split(key)) is not None:
                person, memory = parts
                people[self._db.keys.person(person)].append(memory)
        return people

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[int]:
        keys = self._db.keys
        while True:
            [token] = await self._db.run_all("lock", [(keys.lock, keys.token, LEASE_MS)], keys=2)
            if token:
                break
            await asyncio.sleep(POLL_S)
        try:
            yield token
        finally:
            await self._db.run("unlock", keys.lock, token)


def _grace_over(now: datetime, curve: Curve) -> int:
    return to_milliseconds(now - timedelta(days=curve.grace))
