"""Locks of conversations and claims, by the clock of the machine.

These rows survive the death of a process, but not a power cut, after which no process holds
anything: so no turn waits for the disk. Names are digests; a released lock leaves no row.
"""

import apsw

from brain.ids import PersonId, PlaceId
from brain.ports import Clock
from storage.conversions import digest, to_milliseconds, to_ttl
from storage.sqlite.connection import Connections

RESERVED_MS = 1_000
"""Milliseconds that a conversation is reserved for the next holder, which asks several times a
second."""
SWEPT_EVERY = 32
SWEPT = 1_000
"""With every 32nd claim, up to 1,000 claims that have expired are removed."""


class Conversations:
    """Implements `brain.ports.locks_and_claims.ConversationLocks` and `Claims` on SQLite."""

    _db: Connections
    _clock: Clock
    _claimed = 0
    """The number of claims so far; counted by the thread that writes."""

    async def acquire(
        self, person_id: PersonId, place_id: PlaceId, *, holder: str, lease_s: float
    ) -> bool:
        """Lock the conversation or renew its lease; return False where another holder has it."""
        where, now, lease = (digest(person_id), digest(place_id)), self._now(), to_ttl(lease_s)

        def acquire(db: apsw.Connection) -> bool:
            row = db.execute(
                "SELECT holder, held_until, next, next_until FROM conversations"
                " WHERE person = ? AND place = ?",
                where,
            ).get
            held, held_until, following, next_until = row or (None, 0, None, 0)
            # A time further off than any lease means that the clock was set back.
            if not now < held_until <= now + 2 * lease:
                held, held_until = None, 0
            if not now < next_until <= now + RESERVED_MS:
                following, next_until = None, 0
            is_next = following in (None, holder)
            taken = held == holder or (held is None and is_next)
            if taken:
                held, held_until = holder, now + lease
                following = None if is_next else following
            elif is_next:
                following, next_until = holder, now + RESERVED_MS
            db.execute(
                "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?, ?)",
                (*where, held, held_until, following, next_until),
            )
            return taken

        return await self._db.write(acquire, durable=False)

    async def release(self, person_id: PersonId, place_id: PlaceId, *, holder: str) -> None:
        """Release the lock, or leave the queue for it."""
        given = {
            "person": digest(person_id),
            "place": digest(place_id),
            "holder": holder,
            "now": self._now(),
        }

        def release(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE conversations SET holder = nullif(holder, :holder),"
                " next = nullif(next, :holder) WHERE person = :person AND place = :place;"
                "DELETE FROM conversations WHERE person = :person AND place = :place"
                " AND holder IS NULL AND (next IS NULL OR next_until <= :now)",
                given,
            )

        await self._db.write(release, durable=False)

    async def claim(self, key: str, *, ttl_s: float) -> bool:
        """Return True to the first caller of any process, until the claim expires."""
        now = self._now()

        def write(db: apsw.Connection) -> bool:
            self._claimed += 1
            if self._claimed % SWEPT_EVERY == 1:
                sweep_claims(db, now)
            return claim(db, key, now=now, until=now + to_ttl(ttl_s))

        return await self._db.write(write, durable=False)

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())


def claim(db: apsw.Connection, key: str, *, now: int, until: int) -> bool:
    """Claim a key until a time in milliseconds; return False where it is claimed already."""
    row = db.execute(
        "INSERT INTO claims VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
        " SET until = excluded.until WHERE until <= ? RETURNING 1",
        (digest(key), until, now),
    ).get
    return row is not None


def sweep_claims(db: apsw.Connection, now: int) -> None:
    """Remove claims that have expired, `SWEPT` at most."""
    db.execute(
        "DELETE FROM claims WHERE name IN (SELECT name FROM claims WHERE until <= ? LIMIT ?)",
        (now, SWEPT),
    )


def forget_conversations(db: apsw.Connection, person_id: PersonId) -> None:
    """Remove the locks of a person's conversations."""
    db.execute("DELETE FROM conversations WHERE person = ?", (digest(person_id),))
