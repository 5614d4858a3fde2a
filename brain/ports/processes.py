"""Ports for processes beside each other over one store: whose turn it is, and what is taken.

Time is the store's own, so that processes agree on it: Redis has one clock for all of them; SQLite
takes the clock of the machine, which its processes share.
"""

from typing import Protocol

from brain.ids import PersonId, PlaceId


class ConversationLocks(Protocol):
    """Who may answer a person in a place. A lock dies with its holder, after its lease."""

    async def acquire(
        self, person_id: PersonId, place_id: PlaceId, *, holder: str, lease_s: float
    ) -> bool:
        """Hold the conversation for `lease_s` seconds from now; False: not now, ask again.

        Whoever holds it already goes on holding it: that renews the lease. Who was told False
        first comes next, if they ask again within a second: so nobody starves.
        """
        ...

    async def release(self, person_id: PersonId, place_id: PlaceId, *, holder: str) -> None:
        """Let go, or leave the queue. What another holds stays theirs."""
        ...


class Claims(Protocol):
    """What may happen once only, such as taking up a platform's update."""

    async def claim(self, key: str, *, ttl_s: float) -> bool:
        """True for the first who names that key, in any process; again after `ttl_s` seconds.

        A claim survives a restart. It is no promise that the work was done: claim what may be
        lost, or what is idempotent by itself, as turns are.
        """
        ...
