"""The ports for processes that share one store: locks of conversations, and claims.

Time is the store's own, so that processes agree on it: Redis has one clock for all of them; SQLite
takes the clock of the machine, which its processes share.
"""

from typing import Protocol

from brain.ids import PersonId, PlaceId


class ConversationLocks(Protocol):
    """Locks that decide which process answers a person in a place.

    A lock whose holder has died ends with its lease.
    """

    async def acquire(
        self, person_id: PersonId, place_id: PlaceId, *, holder: str, lease_s: float
    ) -> bool:
        """Lock the conversation for `lease_s` seconds from now; return False where another has it.

        The present holder may acquire it again, which renews the lease. The holder that was first
        told False is next, if it asks again within a second, so that none waits for ever.
        """
        ...

    async def release(self, person_id: PersonId, place_id: PlaceId, *, holder: str) -> None:
        """Release the lock, or leave the queue for it. The lock of another holder stays."""
        ...


class Claims(Protocol):
    """Claims of what may happen only once, such as handling an update of a platform."""

    async def claim(self, key: str, *, ttl_s: float) -> bool:
        """Return True to the first caller of any process, and again after `ttl_s` seconds.

        A claim survives a restart. It does not tell that the work was done: claim only work that
        may be lost, or that is idempotent by itself, as turns are.
        """
        ...
