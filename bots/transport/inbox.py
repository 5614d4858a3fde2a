"""Keeps each message from when it is received until it is answered, also over a crash.

A message is stored together with the process that works on it, and removed when the work ended,
well or badly. Each process that works on messages writes a heartbeat every few seconds. A message
of a process without a heartbeat was left behind: the next process to start handles it, once, as if
it came now.

A stored message holds what was said, and no erasure removes it: while no process runs, it stays for
`KEPT_S` at most. It does not bring back what was erased meanwhile: an edit of an erased message
makes no new memory. A message that was not answered yet is answered, and remembered as if it were
said now, also if its author erased everything meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

from brain.errors import StoreError
from brain.ports import MemoryStore
from brain.turns.lease import Pause

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


class Inbox:
    """The messages of one platform that are being worked on in one process.

    All inboxes of a platform share their messages through the store.
    """

    def __init__(self, store: MemoryStore, *, platform: str, pause: Pause = asyncio.sleep) -> None:
        """Open the inbox of a platform.

        Args:
            store: the store that keeps the messages.
            platform: the name of the inbox in the store, such as `discord`.
            pause: waits for a number of seconds.
        """
        self._store = store
        self._owner = f"inbox:{platform}"
        self._heartbeats = f"inbox:{platform}:alive"
        self._pause = pause
        self._process = uuid4().hex
        self._in_progress = 0
        self._renewing: asyncio.Task[None] | None = None
        self._fresh_until = 0.0

    @asynccontextmanager
    async def keep(self, key: str, payload: str) -> AsyncIterator[bool]:
        """Keep a message while the block works on it.

        Yields False if the message was taken by another process or before: then it must not be
        handled. If the block is cancelled, the message stays for the next start.

        Args:
            key: the platform's own id of the update.
            payload: text from which the update can be built again, such as JSON.

        Raises:
            StoreError: before the block, the message was not kept; after it, the message may be
                handed out again.
        """
        values = self._store.values
        async with self._heartbeat():
            # This is one step, so that a process that dies has stored the message or never had it.
            noted = f"{self._process}{_END}{payload}"
            is_ours = await values.add(self._owner, key, noted, ttl_s=KEPT_S, once_for_s=CLAIMED_S)
            if not is_ours and not await self._take_over(key, payload):
                yield False
                return
            try:
                yield True
            except Exception:
                await values.pop(self._owner, key)
                raise
            except BaseException:
                await self._leave(key, payload)
                raise
            await values.pop(self._owner, key)

    async def leave(self, key: str, payload: str) -> None:
        """Leave a message for the next start, with `key` and `payload` as in `keep`.

        Raises StoreError.
        """
        await self._note(key, f"left-{uuid4().hex}", payload)

    async def left_behind(self) -> AsyncIterator[tuple[str, str]]:
        """Yield the key and payload of each message that a dead process left behind.

        Call it once, at start. Each message goes to one of several processes. It is kept until the
        caller asks for the next one, so that it is not lost if this process dies too. It can take
        `ALIVE_S` seconds to know that a process is dead: handle new messages meanwhile.

        Raises:
            StoreError: the store failed; what was left stays for another start.
        """
        left = set(await self._store.values.get(self._owner))
        waited = 0.0
        while left:
            noted = await self._store.values.get(self._owner)
            living = await self._store.values.get(self._heartbeats)
            left &= noted.keys()
            # Keys that are numbers are sorted as numbers: the first message is answered first.
            for key in sorted(left, key=lambda key: (len(key), key)):
                token, _, payload = noted[key].partition(_END)
                if token == self._process:
                    left.discard(key)
                elif token not in living:
                    left.discard(key)
                    async for message in self._take(key, token, payload):
                        yield message
            # A process that still has a heartbeat by now is alive, and keeps its messages.
            if not left or waited > ALIVE_S:
                return
            await self._pause(POLL_S)
            waited += POLL_S

    async def _take(self, key: str, token: str, payload: str) -> AsyncIterator[tuple[str, str]]:
        if not await self._store.claim(self._takeover_claim(key, token), ttl_s=TAKEN_S):
            return
        async with self._heartbeat():
            await self._note(key, self._process, payload)
            try:
                yield key, payload
            except BaseException:
                await self._leave(key, payload)
                raise
            await self._store.values.pop(self._owner, key)

    async def _take_over(self, key: str, payload: str) -> bool:
        """Take over a message that a dead process stored and never claimed; return if it did."""
        noted = (await self._store.values.get(self._owner)).get(key)
        if noted is None:
            return False
        token = noted.partition(_END)[0]
        if token == self._process or token in await self._store.values.get(self._heartbeats):
            return False
        for claimed, ttl_s in (
            (f"{self._owner}:{key}", CLAIMED_S),
            (self._takeover_claim(key, token), TAKEN_S),
        ):
            if not await self._store.claim(claimed, ttl_s=ttl_s):
                return False
        await self._note(key, self._process, payload)
        return True

    def _takeover_claim(self, key: str, token: str) -> str:
        """Return the key of the claim on a message that the process `token` left behind."""
        return f"{self._owner}:{key}:{token}"

    async def _note(self, key: str, token: str, payload: str) -> None:
        await self._store.values.set(self._owner, key, f"{token}{_END}{payload}", ttl_s=KEPT_S)

    async def _leave(self, key: str, payload: str) -> None:
        """Leave a message whose work was cancelled, so that the next process need not wait."""
        # If the store fails, the next process finds the message once the heartbeat has expired.
        with suppress(Exception):
            await self.leave(key, payload)

    @asynccontextmanager
    async def _heartbeat(self) -> AsyncIterator[None]:
        """Write heartbeats while the block runs. Raises StoreError on entering."""
        self._in_progress += 1
        try:
            if asyncio.get_running_loop().time() >= self._fresh_until:
                await self._write_heartbeat()
            if self._renewing is None:
                self._renewing = asyncio.create_task(self._renew())
            yield
        finally:
            self._in_progress -= 1
            if not self._in_progress and self._renewing is not None:
                self._renewing.cancel()
                self._renewing = None

    async def _renew(self) -> None:
        while True:
            await self._pause(RENEW_S)
            with suppress(StoreError):  # the store may be back before this heartbeat expires
                await self._write_heartbeat()

    async def _write_heartbeat(self) -> None:
        now = asyncio.get_running_loop().time()
        await self._store.values.set(self._heartbeats, self._process, "1", ttl_s=ALIVE_S)
        self._fresh_until = now + RENEW_S
