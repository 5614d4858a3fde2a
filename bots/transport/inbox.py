"""Keeps each message from when it is received until it is answered, also over a crash.

A message is stored together with the process that works on it, and removed when the work ended,
well or badly. Each process that works on messages writes a heartbeat every few seconds. A message
of a process without a heartbeat, or of one that this machine knows to be dead, was left behind: the
next process to start handles it, once, as if it came now.

While the store is away, a message is kept on disk instead (`bots.transport.journal`), until the
store has what was made of it.

A stored message holds what was said, and no erasure removes it: while no process runs, it stays for
`KEPT_S` at most. It does not bring back what was erased meanwhile: an edit of an erased message
makes no new memory. A message that was not answered yet is answered, and remembered as if it were
said now, also if its author erased everything meanwhile.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

from bots.transport.journal import Entry, Journal
from brain.errors import StoreError
from brain.ports import MemoryStore
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

KEPT_S = 7 * 86_400.0
"""Seconds that a message waits for a restart; after that it is not answered."""
CLAIMED_S = 2 * 86_400.0
"""Seconds that a key counts as handled; platforms deliver again for a day at most."""
ALIVE_S = 15.0
"""Seconds that a process counts as alive after its last heartbeat."""
RENEW_S = 5.0
"""Seconds between two heartbeats."""
POLL_S = 0.5
"""Seconds between two looks at the heartbeats of other processes."""
TAKEN_S = 60.0
"""Seconds that a process has alone to take over a message, which is longer than a write takes."""
_END = "\n"


@dataclass(frozen=True, slots=True)
class Left:
    """A message that another process received and has not removed."""

    key: str
    payload: str
    on_disk: bool
    """Whether a dead process kept it on the disk of this machine, so that it is ours already."""

    @property
    def order(self) -> tuple[int, str]:
        """What messages are sorted by: keys that are numbers are sorted as numbers."""
        return len(self.key), self.key


class Inbox:
    """The messages of one platform that are being worked on in one process.

    All inboxes of a platform share their messages through the store.
    """

    def __init__(
        self,
        store: MemoryStore,
        *,
        platform: str,
        journal: Journal,
        waiting_turns: Collection[object] = (),
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Open the inbox of a platform.

        Args:
            store: the store that keeps the messages.
            platform: the name of the inbox in the store, such as `discord`.
            journal: keeps on disk what the store cannot.
            waiting_turns: the turns that were answered and wait for the store.
            pause: waits for a number of seconds.
        """
        self._store = store
        self._owner = f"inbox:{platform}"
        self._heartbeats = f"inbox:{platform}:alive"
        self._journal = journal
        self._waiting_turns = waiting_turns
        self._pause = pause
        self._process = journal.process
        self._claims: set[str] = set()
        """Claims of this process on messages that it has not taken over yet."""
        self._from_disk: set[str] = set()
        """Keys of what was left on disk and is handled here."""
        self._in_progress = 0
        self._renewing: asyncio.Task[None] | None = None
        self._fresh_until = 0.0

    @asynccontextmanager
    async def keep(
        self, key: str, payload: str, *, on_wait: Callable[[], None] | None = None
    ) -> AsyncIterator[Entry | None]:
        """Keep a message while the block works on it.

        Yields its entry in the journal, or None if the message was taken by another process or
        before: then it must not be handled. If the block is cancelled, the message stays for the
        next start. After the block, it waits until the message is removed, for as long as the store
        is away.

        Args:
            key: the platform's own id of the update.
            payload: text from which the update can be built again, such as JSON.
            on_wait: called if only the store is waited for: a restart may come in between.

        Raises:
            StoreError: before the block, neither the store nor the disk kept the message.
        """
        async with self._heartbeat():
            entry = self._journal.entry(key)
            try:
                await self._write_heartbeat()
                # This is one step, so that a process that dies has stored the message or never had
                # it.
                noted = f"{self._process}{_END}{payload}"
                is_ours = await self._store.values.add(
                    self._owner, key, noted, ttl_s=KEPT_S, once_for_s=CLAIMED_S
                )
            except StoreError as error:
                await self._keep_on_disk(entry, payload, error)
                is_ours = True
            if not is_ours:
                yield None
                return
            async with self._until_done(key, payload, entry, on_wait):
                yield entry

    async def leave(self, key: str, payload: str) -> None:
        """Leave a message for the next start, with `key` and `payload` as in `keep`.

        Raises StoreError if neither the store nor the disk takes it.
        """
        try:
            await self._note(key, f"left-{uuid4().hex}", payload)
        except StoreError as error:
            await self._keep_on_disk(self._journal.entry(key), payload, error)

    def on_disk(self) -> list[Left]:
        """Return what dead processes left on the disk of this machine, the first message first."""
        return sorted(
            (
                Left(key, entry.received, on_disk=True)
                for key, entry in self._journal.left.items()
                if entry.received is not None and not entry.is_done
            ),
            key=lambda left: left.order,
        )

    async def find_left(self) -> list[Left]:
        """Return what other processes have in the store, the first message first.

        Those that live have some of it: `taken_over` tells. Raises StoreError.
        """
        noted = await self._store.values.get(self._owner)
        left = self._journal.left
        for key, entry in list(left.items()):
            if entry.is_done:
                await self._store.values.pop(self._owner, key)
                noted = {each: text for each, text in noted.items() if each != key}
            if entry.is_done or (entry.received is None and key not in noted):
                left.pop(key).remove()
        return sorted(
            (
                Left(key, text.partition(_END)[2], on_disk=False)
                for key, text in noted.items()
                if not text.startswith(f"{self._process}{_END}")
                # What is on disk is handled from there.
                and key not in self._from_disk
                and (key not in left or left[key].received is None)
            ),
            key=lambda left: left.order,
        )

    async def taken_over(self, keys: Sequence[str]) -> AsyncIterator[list[Left]]:
        """Yield what dead processes left of these, in parts, and take it over for `finish`.

        Each message goes to one of several processes. It can take `ALIVE_S` seconds to know that a
        process on another machine is dead: handle new messages meanwhile. While the store is away,
        it waits.
        """
        uncertain, waited = list(keys), 0.0
        while uncertain:
            mine: list[Left] = []
            try:
                noted = await self._store.values.get(self._owner)
                living = await self._store.values.get(self._heartbeats)
                for key in tuple(uncertain):
                    token, _, payload = noted.get(key, "").partition(_END)
                    is_alive = token in living and not self._journal.is_dead(token)
                    if not token or token == self._process or (is_alive and waited > ALIVE_S):
                        # It was handled, or its process is alive by now and keeps it.
                        uncertain.remove(key)
                    elif not is_alive and await self._take_over(key, token, payload):
                        uncertain.remove(key)
                        mine.append(Left(key, payload, on_disk=False))
            except StoreError:
                log.info("What was left to answer waits for the store.")
            else:
                waited += POLL_S
            if mine:
                yield mine
            if uncertain:
                await self._pause(POLL_S)

    async def left_behind(self) -> AsyncIterator[Left]:
        """Yield all that dead processes left, one after the other, as `taken_over` does."""
        for left in self.on_disk():
            yield left
        while True:
            try:
                found = await self.find_left()
                break
            except StoreError:
                await self._pause(POLL_S)
        async for part in self.taken_over([left.key for left in found]):
            for left in part:
                yield left

    @asynccontextmanager
    async def finish(
        self, left: Left, *, on_wait: Callable[[], None] | None = None
    ) -> AsyncIterator[Entry]:
        """Remove a message that was left behind once the block has handled it, as `keep` does."""
        async with self._heartbeat():
            entry = self._journal.entry(left.key)
            if left.on_disk:
                self._from_disk.add(left.key)
                with suppress(StoreError):
                    await self._store.claim(f"{self._owner}:{left.key}", ttl_s=CLAIMED_S)
            async with self._until_done(left.key, left.payload, entry, on_wait):
                yield entry

    async def _take_over(self, key: str, token: str, payload: str) -> bool:
        """Take over a message that the process `token` left; return False if another one does."""
        claim = f"{self._owner}:{key}:{token}"
        # It may be ours already, if what follows failed.
        if claim not in self._claims and not await self._store.claim(claim, ttl_s=TAKEN_S):
            return False
        self._claims.add(claim)
        await self._write_heartbeat()
        await self._note(key, self._process, payload)
        self._claims.discard(claim)
        return True

    async def _note(self, key: str, token: str, payload: str) -> None:
        await self._store.values.set(self._owner, key, f"{token}{_END}{payload}", ttl_s=KEPT_S)

    async def _keep_on_disk(self, entry: Entry, payload: str, error: StoreError) -> None:
        """Keep a message on disk. Raises the error of the store if the disk does not take it."""
        entry.received = payload
        try:
            await asyncio.to_thread(entry.write, durable=True)
        except OSError:
            raise error from None

    @asynccontextmanager
    async def _until_done(
        self, key: str, payload: str, entry: Entry, on_wait: Callable[[], None] | None
    ) -> AsyncIterator[None]:
        """Remove a message after the block, or leave it for the next start if that is cancelled."""
        try:
            yield
        except Exception:
            await self._remove(key, entry, on_wait)
            raise
        except BaseException:
            # If this fails, the next process finds the message once the heartbeat has expired.
            with suppress(StoreError):
                if entry.received is None:
                    await self._note(key, f"left-{uuid4().hex}", payload)
            raise
        await self._remove(key, entry, on_wait)

    async def _remove(self, key: str, entry: Entry, on_wait: Callable[[], None] | None) -> None:
        """Remove a message from the store and the disk, once the store has what was answered."""
        while True:
            if entry.said is None or not self._waiting_turns:
                try:
                    await self._store.values.pop(self._owner, key)
                    break
                except StoreError:
                    # If the process dies here, the next one only removes it.
                    entry.is_done = True
                    entry.save()
            if on_wait is not None:
                on_wait()
            await self._pause(RENEW_S)
        entry.remove()

    @asynccontextmanager
    async def _heartbeat(self) -> AsyncIterator[None]:
        """Renew the heartbeat while the block runs."""
        self._in_progress += 1
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            self._in_progress -= 1
            if not self._in_progress and self._renewing is not None:
                self._renewing.cancel()
                self._renewing = None

    async def _renew(self) -> None:
        while True:
            await self._pause(RENEW_S)
            self._fresh_until = 0.0
            with suppress(StoreError):  # the store may be back before this heartbeat expires
                await self._write_heartbeat()

    async def _write_heartbeat(self) -> None:
        """Write a heartbeat unless the last one is still fresh. Raises StoreError."""
        now = asyncio.get_running_loop().time()
        if now >= self._fresh_until:
            await self._store.values.set(self._heartbeats, self._process, "1", ttl_s=ALIVE_S)
            self._fresh_until = now + RENEW_S
