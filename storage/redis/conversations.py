"""Whose turn it is, and what was taken already, by the clock of Redis."""

from brain.ids import PersonId, PlaceId
from storage.redis.connection import Connection
from storage.redis.keys import digest

RESERVED_MS = 1_000
"""How long a conversation waits for who comes next: they ask several times a second."""


class Conversations:
    """`brain.ports.processes.ConversationLocks` and `Claims` on Redis."""

    _db: Connection

    async def acquire(
        self, person_id: PersonId, place_id: PlaceId, *, holder: str, lease_s: float
    ) -> bool:
        """Hold the conversation, or go on holding it."""
        keys, where = self._db.keys, (digest(person_id), digest(place_id))
        call = (keys.talking(*where), keys.following(*where), holder, to_ttl(lease_s), RESERVED_MS)
        [taken] = await self._db.run_all("acquire", [call], keys=2)
        return bool(taken)

    async def release(self, person_id: PersonId, place_id: PlaceId, *, holder: str) -> None:
        """Let go, or leave the queue."""
        keys, where = self._db.keys, (digest(person_id), digest(place_id))
        names = (keys.talking(*where), keys.following(*where))
        await self._db.run_all("unlock", [(name, holder) for name in names])

    async def claim(self, key: str, *, ttl_s: float) -> bool:
        """True for the first who names that key."""
        name = self._db.keys.claim(digest(key))
        return await self._db.send("SET", name, 1, "NX", "PX", to_ttl(ttl_s)) is not None


def to_ttl(seconds: float) -> int:
    """How long a key lives, in milliseconds."""
    return max(1, round(seconds * 1_000))
