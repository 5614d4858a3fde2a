"""Archives and erases what is due, and checks and replaces the embedder.

What is due is found by range queries on stored times, and changed in bounded batches.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import apsw

from brain.errors import EmbedderChanged
from brain.ids import MemoryId
from brain.memory.lexical import TERMS_VERSION
from brain.memory.retention import BUDGET_SPARES, Curve
from brain.messages import Scope
from brain.ports import Due
from storage.conversions import parse_vector_space, to_milliseconds, vector_space
from storage.sqlite.connection import Connections
from storage.sqlite.rows import IS_RECALLED
from storage.sqlite.schema import TERMS
from storage.sqlite.search import indexed_terms
from storage.sqlite.table_updates import (
    archive,
    has_erased,
    index_terms,
    let_go,
    recompute_times,
    remove,
)

_DUE = "FROM memories WHERE archived_at IS NULL AND forgotten_at <= ?"
_PAST_GRACE = "FROM memories WHERE archived_at <= ?"
_MAY_LEAVE = (
    "FROM memories WHERE archived_at IS NULL AND forgotten_at > ? AND kind = 'turn' AND pinned = 0"
    " AND said_at <= ?"
)
"""What a budget may archive."""

STEP = 100
"""Memories per transaction, for which a turn that is to be written has to wait."""
REST = 0.5
"""The pause after a step as a multiple of its duration, because replies need the processor too."""


class Upkeep:
    """Implements `brain.ports.Upkeep` on SQLite."""

    _db: Connections

    async def forget_due(self, *, now: datetime, curve: Curve, limit: int) -> Due:
        """Archive what is past `forgotten_at`, and erase what is past the days of grace."""
        moment, grace_over = to_milliseconds(now), _grace_over(now, curve)

        def erase(most: int, db: apsw.Connection) -> int:
            gone = _keys(db, f"SELECT key {_PAST_GRACE} LIMIT ?", grace_over, most)
            remove(db, gone)
            return len(gone)

        def put_away(most: int, db: apsw.Connection) -> int:
            due = _keys(db, f"SELECT key {_DUE} ORDER BY forgotten_at LIMIT ?", moment, most)
            archive(db, due, now=moment)
            return len(due)

        def make_room(most: int, db: apsw.Connection) -> int:
            beyond = _beyond_budget(db, moment, curve)[:most]
            let_go(db, beyond, now=moment)
            return len(beyond)

        # Usually nothing is due, and counting takes no lock that a writer would wait for.
        if await self.count_due(now=now, curve=curve) == Due(0, 0):
            if await self._db.read(has_erased):
                await self._db.purge()
            return Due(0, 0)
        # Erase first, so that what this step archives gets all its days of grace.
        erased = await self._in_steps(erase, limit)
        archived = await self._in_steps(put_away, limit)
        if curve.has_budget:
            archived += await self._in_steps(make_room, limit - archived)
        if erased < limit:
            # After a full batch the caller comes again, and one purge for all batches is enough.
            await self._db.purge()
        return Due(archived=archived, erased=erased)

    async def _in_steps(self, work: Callable[[int, apsw.Connection], int], limit: int) -> int:
        done = 0
        while done < limit:
            start, most = time.perf_counter(), min(STEP, limit - done)
            moved = await self._db.write(partial(work, most))
            done += moved
            if moved < most:
                break
            await asyncio.sleep(REST * (time.perf_counter() - start))
        return done

    async def count_due(self, *, now: datetime, curve: Curve) -> Due:
        """Count what `forget_due` would change without a limit."""
        moment = to_milliseconds(now)

        def count(db: apsw.Connection) -> Due:
            due: int = db.execute(f"SELECT count(*) {_DUE}", (moment,)).get
            return Due(
                archived=due + len(_beyond_budget(db, moment, curve)),
                erased=db.execute(f"SELECT count(*) {_PAST_GRACE}", (_grace_over(now, curve),)).get,
            )

        return await self._db.read(count, slow=True)

    async def unembedded(self, *, limit: int) -> tuple[tuple[Scope, MemoryId], ...]:
        """Return living memories that recall searches and that have no vector."""

        def unembedded(db: apsw.Connection) -> tuple[tuple[Scope, MemoryId], ...]:
            rows = db.execute(
                "SELECT p.id, m.id FROM memories m JOIN people p ON p.key = m.person"
                f" WHERE m.embedded = 0 AND m.archived_at IS NULL AND m.{IS_RECALLED}"
                " ORDER BY m.key LIMIT ?",
                (limit,),
            )
            return tuple((Scope.everything_of(person), memory) for person, memory in rows)

        return await self._db.read(unembedded, slow=True)

    async def update_terms(self) -> int:
        """Index memories anew whose terms are of another version, in steps; count them."""
        updated = 0
        while await self._db.read(_terms_updated_to) is not None:
            start = time.perf_counter()
            updated += await self._db.write(_update_terms)
            await asyncio.sleep(REST * (time.perf_counter() - start))
        return updated

    async def check_embedder(self, *, curve: Curve, embedder: str, dimensions: int) -> None:
        """Check the embedder; compute all times anew where the curve's constants changed."""
        space = vector_space(embedder, dimensions)
        spans = f"{curve.fade_span!r}/{curve.forget_span!r}"

        def check(db: apsw.Connection) -> None:
            meta = dict(db.execute("SELECT name, value FROM meta"))
            stored = meta.get("embedder", space)
            if stored != space and db.execute("SELECT count(*) FROM vectors").get:
                raise EmbedderChanged(stored=stored, configured=space)
            if stored != space:
                db.execute("UPDATE people SET centre = NULL")
            if meta.get("spans", spans) != spans:
                recompute_times(db, None, curve=curve)
            if meta != (meta | {"embedder": space, "spans": spans}):
                db.executemany(
                    "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                    [("embedder", space), ("spans", spans)],
                )

        await self._db.write(check)

    async def replace_embedder(self, *, embedder: str, dimensions: int) -> int:
        """Drop the vectors of another embedder; return how many memories wait for a vector."""
        space = vector_space(embedder, dimensions)

        def replace_embedder(db: apsw.Connection) -> int:
            if db.execute("SELECT value FROM meta WHERE name = 'embedder'").get != space:
                db.execute("DELETE FROM vectors")
                db.execute("UPDATE memories SET embedded = 0 WHERE embedded = 1")
                db.execute("UPDATE people SET centre = NULL WHERE centre IS NOT NULL")
                db.execute("UPDATE recallable SET bits = NULL WHERE bits IS NOT NULL")
                db.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (space,))
            waiting: int = db.execute(
                "SELECT count(*) FROM memories"
                f" WHERE embedded = 0 AND archived_at IS NULL AND {IS_RECALLED}"
            ).get
            return waiting

        return await self._db.write(replace_embedder)

    async def embedder(self) -> tuple[str, int] | None:
        """Return the name and dimensions of the store's embedder, if it has one."""
        space = await self._db.read(
            lambda db: db.execute("SELECT value FROM meta WHERE name = 'embedder'").get
        )
        return None if space is None else parse_vector_space(space)


def _beyond_budget(db: apsw.Connection, moment: int, curve: Curve) -> list[int]:
    """Return the keys of what is beyond the budget and not due yet, what is due first before."""
    spared = moment - int(BUDGET_SPARES.total_seconds() * 1_000)
    found: list[int] = []
    if curve.memories_per_person is not None:
        people: list[tuple[Any, ...]] = db.execute(
            "SELECT key, alive - ?1 - (SELECT count(*) FROM memories m WHERE m.person = p.key"
            f" AND m.archived_at IS NULL AND m.forgotten_at <= ?2 AND m.{IS_RECALLED})"
            " FROM people p WHERE alive > ?1",
            (curve.memories_per_person, moment),
        ).fetchall()
        first = f"SELECT key {_MAY_LEAVE} AND person = ? ORDER BY forgotten_at, key LIMIT ?"
        for person, beyond in people:
            found += _keys(db, first, moment, spared, person, max(0, beyond))
    if curve.store_bytes is not None:
        counted: list[tuple[Any, ...]] = db.execute(
            "SELECT (c.page_count - f.freelist_count) * s.page_size, count(*),"
            " count(*) FILTER (WHERE archived_at IS NULL AND forgotten_at > ?)"
            " FROM memories, pragma_page_count c, pragma_freelist_count f, pragma_page_size s",
            (moment,),
        ).fetchall()
        [(size, memories, living)] = counted
        beyond = curve.beyond_bytes(size or 0, memories=memories, living=living) - len(found)
        if beyond > 0:
            chosen = set(found)
            first = f"SELECT key {_MAY_LEAVE} ORDER BY forgotten_at, key LIMIT ?"
            more = _keys(db, first, moment, spared, beyond + len(found))
            found += [key for key in more if key not in chosen][:beyond]
    return found


def _grace_over(now: datetime, curve: Curve) -> int:
    return to_milliseconds(now - timedelta(days=curve.grace))


def _terms_updated_to(db: apsw.Connection) -> int | None:
    """Return the key of the last memory whose terms are up to date; None where all are."""
    stored = db.execute("SELECT value FROM meta WHERE name = ?", (TERMS,)).get or ""
    version, is_under_way, key = stored.partition("/")
    if version != str(TERMS_VERSION):
        return 0
    return int(key) if is_under_way else None


def _update_terms(db: apsw.Connection) -> int:
    """Do one step of `Upkeep.update_terms`; return how many memories got other terms."""
    last = _terms_updated_to(db)
    if last is None:
        return 0
    rows: list[tuple[Any, ...]] = db.execute(
        "SELECT m.key, m.person, m.text, m.reply, t.words, t.reply FROM memories m"
        f" CROSS JOIN terms t ON t.rowid = m.key WHERE m.key > ? AND m.{IS_RECALLED}"
        " ORDER BY m.key LIMIT ?",
        (last, STEP),
    ).fetchall()
    updated = 0
    for key, person, text, reply, *indexed in rows:
        if indexed_terms(person, text, reply) != tuple(indexed):
            index_terms(db, person, key, text, reply)
            updated += 1
    done = str(TERMS_VERSION) if len(rows) < STEP else f"{TERMS_VERSION}/{rows[-1][0]}"
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (TERMS, done))
    return updated


def _keys(db: apsw.Connection, query: str, *values: int) -> list[int]:
    return [row[0] for row in db.execute(query, values)]
