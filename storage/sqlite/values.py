"""The key-value store: texts and counters that may expire, by the clock of the machine."""

from collections.abc import Mapping

import apsw

from brain.ports import Clock
from storage.conversions import to_milliseconds, to_ttl
from storage.sqlite.connection import Connections
from storage.sqlite.locks_and_claims import claim, sweep_claims
from storage.sqlite.table_updates import mark_erased

SWEPT_EVERY = 32
SWEPT = 1_000
"""With every 32nd write, up to 1,000 values are removed that have expired, the oldest first."""
_VALID = "(until IS NULL OR until > :now)"


class Values:
    """Implements `brain.ports.values.Values` in the table `key_values`."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock
        self._written = 0
        """The number of writes so far; counted by the thread that writes."""

    async def get(self, owner: str) -> Mapping[str, str]:
        """Return the owner's values that are valid now, by name."""
        now = self._moment()
        return await self._db.read(lambda db: valid_values(db, owner, now))

    async def set(
        self, owner: str, name: str, value: str | None, *, ttl_s: float | None = None
    ) -> None:
        """Set a value, or remove it (None)."""
        now = self._moment()
        until = None if ttl_s is None else _end(now, ttl_s)

        def write(db: apsw.Connection) -> None:
            self._sweep(db, now)
            if value is None:
                db.execute("DELETE FROM key_values WHERE owner = ? AND name = ?", (owner, name))
            else:
                db.execute(
                    "INSERT OR REPLACE INTO key_values VALUES (?, ?, ?, ?)",
                    (owner, name, value, until),
                )

        # Values that expire are set with every message, and must not wait for the disk.
        await self._db.write(write, durable=ttl_s is None and value is not None)

    async def add(
        self, owner: str, name: str, value: str, *, ttl_s: float, once_for_s: float | None = None
    ) -> bool:
        """Set a value unless there is one, or its name is claimed; return whether it was set."""
        now = self._moment()

        def add(db: apsw.Connection) -> bool:
            self._sweep(db, now)
            known = db.execute(
                f"SELECT 1 FROM key_values WHERE owner = :owner AND name = :name AND {_VALID}",
                {"owner": owner, "name": name, "now": now},
            ).get
            if known is not None:
                return False
            if once_for_s is not None and not claim(
                db, f"{owner}:{name}", now=now, until=_end(now, once_for_s)
            ):
                return False
            db.execute(
                "INSERT OR REPLACE INTO key_values VALUES (?, ?, ?, ?)",
                (owner, name, value, _end(now, ttl_s)),
            )
            return True

        return await self._db.write(add, durable=False)

    async def increment(self, owner: str, name: str, *, by: int, ttl_s: float) -> int:
        """Add to a counter atomically, and return its new value."""
        now = self._moment()

        def count(db: apsw.Connection) -> int:
            self._sweep(db, now)
            value = db.execute(
                "INSERT INTO key_values VALUES (:owner, :name, CAST(:by AS TEXT), :until)"
                " ON CONFLICT (owner, name) DO UPDATE SET"
                f" value = CAST(:by + iif({_VALID}, CAST(value AS INTEGER), 0) AS TEXT),"
                f" until = iif({_VALID}, until, :until) RETURNING value",
                {"owner": owner, "name": name, "by": by, "until": _end(now, ttl_s), "now": now},
            ).get
            return int(value)

        return await self._db.write(count, durable=False)

    async def pop(self, owner: str, name: str) -> str | None:
        """Read and remove a value in one step."""
        given = {"owner": owner, "name": name, "now": self._moment()}

        def take(db: apsw.Connection) -> str | None:
            row: tuple[str, bool] | None = db.execute(
                "DELETE FROM key_values WHERE owner = :owner AND name = :name"
                f" RETURNING value, {_VALID}",
                given,
            ).get
            return row[0] if row and row[1] else None

        return await self._db.write(take, durable=False)

    async def owners(self) -> tuple[str, ...]:
        """Return the owners of values that are valid now, sorted."""
        now = {"now": self._moment()}
        return await self._db.read(
            lambda db: tuple(
                owner
                for (owner,) in db.execute(
                    f"SELECT DISTINCT owner FROM key_values WHERE {_VALID} ORDER BY owner", now
                )
            ),
            slow=True,
        )

    async def get_with_ttl(self, owner: str) -> Mapping[str, tuple[str, float | None]]:
        """Return, by name, the text and the seconds until it expires; None where it does not."""
        given = {"owner": owner, "now": self._moment()}
        return await self._db.read(
            lambda db: {
                name: (value, left)
                for name, value, left in db.execute(
                    "SELECT name, value, (until - :now) / 1000.0 FROM key_values"
                    f" WHERE owner = :owner AND {_VALID} ORDER BY name",
                    given,
                )
            }
        )

    def _sweep(self, db: apsw.Connection, now: int) -> None:
        """Remove values and claims that have expired, with every 32nd write."""
        self._written += 1
        if self._written % SWEPT_EVERY == 1:
            sweep_claims(db, now)
            db.execute(
                "DELETE FROM key_values WHERE (owner, name) IN"
                " (SELECT owner, name FROM key_values WHERE until <= ? LIMIT ?)",
                (now, SWEPT),
            )

    def _moment(self) -> int:
        return to_milliseconds(self._clock.now())


def valid_values(db: apsw.Connection, owner: str, now: int) -> dict[str, str]:
    """Return the owner's values that are valid at `now` (milliseconds), by name."""
    return dict(
        db.execute(
            f"SELECT name, value FROM key_values WHERE owner = :owner AND {_VALID}",
            {"owner": owner, "now": now},
        )
    )


def erase_values(db: apsw.Connection, owner: str) -> None:
    """Remove the values of a person who is erased, and mark the file for purging."""
    if db.execute("DELETE FROM key_values WHERE owner = ? RETURNING 1", (owner,)).fetchall():
        mark_erased(db)


def _end(now: int, ttl_s: float) -> int:
    return now + to_ttl(ttl_s)
