"""Order in a conversation: its turns take a lock in a process, and hold a lease across processes.

The lease is renewed while the turn lasts and ends by itself when the process dies. It keeps turns
in order; it guards no data, for every write of a turn is idempotent by itself. A process that was
stopped for longer than its lease and goes on answers out of order and spoils nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

from brain.errors import StoreError
from brain.ids import PersonId, PlaceId
from brain.ports.processes import ConversationLocks

log = logging.getLogger(__name__)

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

LEASE_S = 15.0
"""How long a conversation waits for a process that died in the middle of a turn."""
RENEW_S = 5.0
FIRST_POLL_S, LAST_POLL_S = 0.01, 0.25
"""How often who waits asks again; a store keeps a place in the queue for a second."""


class TurnOrder:
    """A lock per conversation, first come first served, kept only while somebody needs it."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn_of(self, conversation: Hashable) -> AsyncIterator[None]:
        """Wait for one's turn in that conversation and hold it."""
        lock, users = self._locks.get(conversation, (asyncio.Lock(), 0))
        self._locks[conversation] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[conversation]
            if users == 1:
                del self._locks[conversation]
            else:
                self._locks[conversation] = (lock, users - 1)

    def __len__(self) -> int:
        return len(self._locks)


@dataclass(slots=True, eq=False)
class Lease:
    """One conversation, held by this process."""

    person: PersonId
    place: PlaceId
    holder: str
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the store is asked: an answer that nobody waits for could take it anew."""
    renewing: asyncio.Task[None] | None = None


class Leases:
    """The leases of one process: at most one a conversation at a time (see `TurnOrder`)."""

    def __init__(self, locks: ConversationLocks, *, pause: Pause = asyncio.sleep) -> None:
        """`pause` is what waiting is done with."""
        self._locks = locks
        self._pause = pause
        self._stranded: dict[tuple[PersonId, PlaceId], str] = {}
        self._releasing: set[asyncio.Task[None]] = set()

    async def acquire(self, person_id: PersonId, place_id: PlaceId) -> Lease:
        """Wait until no other process answers them there. Raises StoreError."""
        lease = self._new_lease(person_id, place_id)
        poll = FIRST_POLL_S
        while not await self._ask(lease):
            await self._wait(lease, poll)
            poll = min(2 * poll, LAST_POLL_S)
        lease.renewing = asyncio.create_task(self._renew(lease))
        return lease

    async def try_acquire(self, person_id: PersonId, place_id: PlaceId) -> Lease | None:
        """Take it if nobody has it; None: somebody has. Raises StoreError."""
        lease = self._new_lease(person_id, place_id)
        if not await self._ask(lease):
            await self.release(lease)
            return None
        lease.renewing = asyncio.create_task(self._renew(lease))
        return lease

    async def release(self, lease: Lease) -> None:
        """Let go; where that is impossible, the lease ends by itself."""
        async with lease.asking:
            if lease.renewing is not None:
                lease.renewing.cancel()
            try:
                await self._locks.release(lease.person, lease.place, holder=lease.holder)
            except StoreError:
                self.strand(lease)

    def release_in_background(self, lease: Lease) -> None:
        """Release it in the background: whoever held it is cut off."""
        task = asyncio.ensure_future(self.release(lease))
        self._releasing.add(task)
        task.add_done_callback(self._releasing.discard)

    def strand(self, lease: Lease) -> None:
        """Leave it without asking a store that is away: the next turn here goes on with it."""
        if lease.renewing is not None:
            lease.renewing.cancel()
        self._stranded[lease.person, lease.place] = lease.holder

    async def drain(self) -> None:
        """Wait until what was given up is let go."""
        while self._releasing:
            await asyncio.gather(*self._releasing, return_exceptions=True)

    def _new_lease(self, person_id: PersonId, place_id: PlaceId) -> Lease:
        # What could not be let go, because the store was away, is still ours.
        holder = self._stranded.pop((person_id, place_id), None) or uuid4().hex
        return Lease(person_id, place_id, holder)

    async def _ask(self, lease: Lease) -> bool:
        asked = asyncio.ensure_future(self._acquire_once(lease))
        try:
            return await asyncio.shield(asked)
        except StoreError:
            self.strand(lease)
            raise
        except asyncio.CancelledError:
            self.release_in_background(lease)
            raise

    async def _wait(self, lease: Lease, seconds: float) -> None:
        try:
            await self._pause(seconds)
        except asyncio.CancelledError:
            self.release_in_background(lease)
            raise

    async def _acquire_once(self, lease: Lease) -> bool:
        async with lease.asking:
            return await self._locks.acquire(
                lease.person, lease.place, holder=lease.holder, lease_s=LEASE_S
            )

    async def _renew(self, lease: Lease) -> None:
        while True:
            await self._pause(RENEW_S)
            with suppress(StoreError):  # away for now: perhaps it is back before the lease ends
                if not await self._acquire_once(lease):
                    log.warning("A turn outlived its lease; another process may answer there now.")
                    return
