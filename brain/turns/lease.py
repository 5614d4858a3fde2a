"""Keeps the turns of a conversation in order: by a lock within a process, a lease across processes.

The lease is renewed while the turn lasts, and expires when the process dies. It only keeps turns in
order; it protects no data, because every write of a turn is idempotent. A process that was
suspended for longer than its lease answers out of order, but does no other harm.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

from brain.errors import StoreError
from brain.ids import PersonId, PlaceId
from brain.ports.locks_and_claims import ConversationLocks

log = logging.getLogger(__name__)

Pause = Callable[[float], Awaitable[None]]
"""Waits for a number of seconds."""

LEASE_S = 15.0
"""Seconds that a lease lasts, and so how long a conversation waits after its process has died."""
RENEW_S = 5.0
"""Seconds between two renewals of a lease."""
FIRST_POLL_S, LAST_POLL_S = 0.01, 0.25
"""Seconds until a waiting process asks for a lease again, growing from the first to the last.

A store keeps a place in the queue for one second."""


class TurnOrder:
    """A lock for each conversation of this process, first come first served.

    A lock exists only while a turn holds it or waits for it.
    """

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn_of(self, conversation: Hashable) -> AsyncIterator[None]:
        """Hold the lock of a conversation during the block, waiting for it first."""
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
    """A lease on one conversation, held by this process."""

    person: PersonId
    place: PlaceId
    holder: str
    """The name by which the store knows the holder."""
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the store is asked, so that a late answer cannot acquire a released lease."""
    renewing: asyncio.Task[None] | None = None
    """The task that renews the lease."""


class Leases:
    """The leases of this process, at most one for each conversation at a time (`TurnOrder`)."""

    def __init__(self, locks: ConversationLocks, *, pause: Pause = asyncio.sleep) -> None:
        """Create it for the locks of a store; `pause` is used for waiting."""
        self._locks = locks
        self._pause = pause
        self._stranded: dict[tuple[PersonId, PlaceId], str] = {}
        self._releasing: set[asyncio.Task[None]] = set()

    async def acquire(self, person_id: PersonId, place_id: PlaceId) -> Lease:
        """Acquire the lease on a conversation, waiting for other processes. Raises StoreError."""
        lease = self._new_lease(person_id, place_id)
        poll = FIRST_POLL_S
        while not await self._ask(lease):
            await self._wait(lease, poll)
            poll = min(2 * poll, LAST_POLL_S)
        lease.renewing = asyncio.create_task(self._renew(lease))
        return lease

    async def try_acquire(self, person_id: PersonId, place_id: PlaceId) -> Lease | None:
        """Acquire the lease if it is free; return None where it is not. Raises StoreError."""
        lease = self._new_lease(person_id, place_id)
        if not await self._ask(lease):
            await self.release(lease)
            return None
        lease.renewing = asyncio.create_task(self._renew(lease))
        return lease

    async def release(self, lease: Lease) -> None:
        """Release a lease; if the store fails, the lease expires by itself."""
        async with lease.asking:
            if lease.renewing is not None:
                lease.renewing.cancel()
            try:
                await self._locks.release(lease.person, lease.place, holder=lease.holder)
            except StoreError:
                self.strand(lease)

    def release_in_background(self, lease: Lease) -> None:
        """Release a lease in the background, for a holder whose task was cancelled."""
        task = asyncio.ensure_future(self.release(lease))
        self._releasing.add(task)
        task.add_done_callback(self._releasing.discard)

    def strand(self, lease: Lease) -> None:
        """Keep a lease while the store is unavailable; the next turn here goes on with it."""
        if lease.renewing is not None:
            lease.renewing.cancel()
        self._stranded[lease.person, lease.place] = lease.holder

    async def drain(self) -> None:
        """Wait until the releases in the background are done."""
        while self._releasing:
            await asyncio.gather(*self._releasing, return_exceptions=True)

    def _new_lease(self, person_id: PersonId, place_id: PlaceId) -> Lease:
        # A lease that could not be released is still held by this process under its old name.
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
            with suppress(StoreError):  # The store may be back before the lease expires.
                if not await self._acquire_once(lease):
                    log.warning("A turn outlived its lease; another process may answer there now.")
                    return
