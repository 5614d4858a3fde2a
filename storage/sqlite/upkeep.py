"""Forgetting what is due: range queries on stored times, in bounded batches."""

from datetime import datetime, timedelta

import apsw

from brain.errors import EmbedderChanged
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports import Due
from storage.sqlite.connection import Connections
from storage.sqlite.rows import to_milliseconds
from storage.sqlite.writing import archive, has_erased, remove, solve

_DUE = "FROM memories WHERE archived_at IS NULL AND forgotten_at <= ?"
_PAST_GRACE = "FROM memories WHERE archived_at <= ?"


class Upkeep:
    """`brain.ports.Upkeep` on SQLite."""

    _db: Connections

    async def forget_due(self, *, now: datetime, curve: Curve, limit: int) -> Due:
        """Archive what is past `forgotten_at`, erase what is past the grace."""
        moment, grace_over = to_milliseconds(now), _grace_over(now, curve)

        def forget(db: apsw.Connection) -> Due:
            # Erase first: what this step archives has its whole grace before it.
            gone = _keys(db, f"SELECT key {_PAST_GRACE} LIMIT ?", grace_over, limit)
            remove(db, gone)
            due = _keys(db, f"SELECT key {_DUE} ORDER BY forgotten_at LIMIT ?", moment, limit)
            archive(db, due, now=moment)
            return Due(archived=len(due), erased=len(gone))

        # Most days nothing is due: asking takes no lock that a writer would wait for.
        if await self.count_due(now=now, curve=curve) == Due(0, 0):
            if await self._db.read(has_erased):
                await self._db.purge()
            return Due(0, 0)
        done = await self._db.write(forget)
        if done.erased < limit:
            # A full batch has another after it: one purge for all of them is enough.
            await self._db.purge()
        return done

    async def count_due(self, *, now: datetime, curve: Curve) -> Due:
        """How much is due."""

        def count(db: apsw.Connection) -> Due:
            return Due(
                archived=db.execute(f"SELECT count(*) {_DUE}", (to_milliseconds(now),)).get,
                erased=db.execute(f"SELECT count(*) {_PAST_GRACE}", (_grace_over(now, curve),)).get,
            )

        return await self._db.read(count)

    async def unembedded(self, *, limit: int) -> tuple[tuple[Scope, str], ...]:
        """Memories without a vector, each with a scope that sees it."""

        def unembedded(db: apsw.Connection) -> tuple[tuple[Scope, str], ...]:
            rows = db.execute(
                "SELECT p.id, m.id FROM memories m JOIN people p ON p.key = m.person"
                " WHERE m.embedded = 0 AND m.archived_at IS NULL ORDER BY m.key LIMIT ?",
                (limit,),
            )
            return tuple((Scope.everything_of(person), memory) for person, memory in rows)

        return await self._db.read(unembedded)

    async def settle(self, *, curve: Curve, embedder: str, dimensions: int) -> None:
        """Hold the stored vectors and times against what is configured now."""
        space = f"{embedder}/{dimensions}"
        spans = f"{curve.fade_span!r}/{curve.forget_span!r}"

        def settle(db: apsw.Connection) -> None:
            meta = dict(db.execute("SELECT name, value FROM meta"))
            stored = meta.get("embedder", space)
            if stored != space and db.execute("SELECT count(*) FROM vectors").get:
                raise EmbedderChanged(stored=stored, configured=space)
            if stored != space:
                db.execute("UPDATE people SET centre = NULL")
            if meta.get("spans", spans) != spans:
                solve(db, None, curve=curve)
            if meta != (meta | {"embedder": space, "spans": spans}):
                db.executemany(
                    "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                    [("embedder", space), ("spans", spans)],
                )

        await self._db.write(settle)

    async def embedder(self) -> tuple[str, int] | None:
        """Name and dimensions that were last settled on."""
        space = await self._db.read(
            lambda db: db.execute("SELECT value FROM meta WHERE name = 'embedder'").get
        )
        if space is None:
            return None
        name, _, dimensions = space.rpartition("/")
        return name, int(dimensions)


def _grace_over(now: datetime, curve: Curve) -> int:
    return to_milliseconds(now - timedelta(days=curve.grace))


def _keys(db: apsw.Connection, query: str, *values: int) -> list[int]:
    return [row[0] for row in db.execute(query, values)]
