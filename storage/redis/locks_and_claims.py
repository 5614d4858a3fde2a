"""Locks of conversations and claims, by the clock of Redis."""

from brain.ids import PersonId, PlaceId
from storage.conversions import digest, to_ttl
from storage.redis.connection import Connection

RESERVED_MS = 1_000
"""Milliseconds that a conversation is reserved for the next holder, which asks several times a
second."""


class Conversations:
    """Implements `brain.ports.locks_and_claims.ConversationLocks` and `Claims` on Redis."""

    _db: Connection

    async def acquire(
        self, person_id: PersonId, place_id: PlaceId, *, holder: str, lease_s: float
    ) -> bool:
        """Lock the conversation or renew its lease; return False where another holder has it."""
        keys, where = self._db.keys, (digest(person_id), digest(place_id))
        call = (keys.talking(*where), keys.following(*where), holder, to_ttl(lease_s), RESERVED_MS)
        [taken] = await self._db.run_all("acquire_conversation", [call], keys=2)
        return bool(taken)

    async def release(self, person_id: PersonId, place_id: PlaceId, *, holder: str) -> None:
        """Release the lock, or leave the queue for it."""
        keys, where = self._db.keys, (digest(person_id), digest(place_id))
        names = (keys.talking(*where), keys.following(*where))
        await self._db.run_all("unlock", [(name, holder) for name in names])

    async def claim(self, key: str, *, ttl_s: float) -> bool:
        """Return True to the first caller of any process, until the claim expires."""
        name = self._db.keys.claim(digest(key))
        return await self._db.send("SET", name, 1, "NX", "PX", to_ttl(ttl_s)) is not None
