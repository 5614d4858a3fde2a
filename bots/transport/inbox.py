"""Keeps each message from when it is received until it is answered, also over a crash.

A message is noted, with who works on it, and struck off when that ended, well or badly. Who works
on messages says every few seconds that they live. What is noted for somebody who lives no more was
left behind: at the next start it is given out once and handled as if it came now.

A note holds what was said, and no erasure touches it: while no process runs it lies there, for
`KEPT_S` at most. It does not bring back what was erased meanwhile: an edit of that changes nothing,
since it makes no new memory. A message that nobody had answered yet is answered, and kept as if it
were said now, also if its author had all that is kept of them erased meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

from brain.errors import StoreError
from brain.ports import MemoryStore
from brain.turns.lease import Pause

KEPT_S = 7 * 86_400.0
"""How long a message waits for a restart, in seconds: who comes back later is not answered."""
CLAIMED_S = 2 * 86_400.0
"""How long a key counts as handled, in seconds: platforms deliver again for a day at most."""
ALIVE_S = 15.0
"""How long a process that was killed still counts as alive, in seconds."""
RENEW_S = 5.0
POLL_S = 0.5
TAKEN_S = 60.0
"""How long nobody else takes what somebody just took up, in seconds: longer than a write."""
_END = "\n"


class Inbox:
    """The messages of one platform that are being worked on, in all of its processes."""

    def __init__(self, store: MemoryStore, *, platform: str, pause: Pause = asyncio.sleep) -> None:
        """Take what there is.

        Args:
            store: where the messages are noted.
            platform: names the box, such as `discord`.
            pause: what is waited with.
        """
        self._store = store
        self._owner = f"inbox:{platform}"
        self._living = f"inbox:{platform}:alive"
        self._pause = pause
        self._me = uuid4().hex
        self._at_work = 0
        self._renewing: asyncio.Task[None] | None = None
        self._fresh_until = 0.0

    @asynccontextmanager
    async def keep(self, key: str, payload: str) -> AsyncIterator[bool]:
        """Hold a message while it is worked on; False: it was taken up before, leave it alone.

        Args:
            key: the platform's own id of the update.
            payload: what is needed to build it again, such as JSON.

        Raises:
            StoreError: nothing was kept; on leaving, it may be handed out again.
        """
        values = self._store.values
        async with self._alive():
            # One step: a process that dies leaves it behind, or has never had it.
            noted = _noted(self._me, payload)
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
        """Note for the next start what nobody works on any more. Raises StoreError.

        `key` and `payload`: see `keep`.
        """
        await self._note(key, f"left-{uuid4().hex}", payload)

    async def left_behind(self) -> AsyncIterator[tuple[str, str]]:
        """Key and payload of each message that a dead process left; call it once at start.

        Of several processes one gets each. While the caller is at it, it is kept as before, so
        that dying again loses nothing: ask for the next when this one is done. Whether a process
        lives can take `ALIVE_S` to show: do not wait for the end of this before anything else.
        Raises StoreError.
        """
        left = set(await self._store.values.get(self._owner))
        waited = 0.0
        while left:
            noted = await self._store.values.get(self._owner)
            living = await self._store.values.get(self._living)
            left &= noted.keys()
            # Numbers in their order: what was said first is answered first.
            for key in sorted(left, key=lambda key: (len(key), key)):
                token, _, payload = noted[key].partition(_END)
                if token == self._me:
                    left.discard(key)
                elif token not in living:
                    left.discard(key)
                    async for each in self._take(key, token, payload):
                        yield each
            # Who still says that they live by now does so.
            if not left or waited > ALIVE_S:
                return
            await self._pause(POLL_S)
            waited += POLL_S

    async def _take(self, key: str, token: str, payload: str) -> AsyncIterator[tuple[str, str]]:
        if not await self._store.claim(self._left(key, token), ttl_s=TAKEN_S):
            return
        async with self._alive():
            await self._note(key, self._me, payload)
            try:
                yield key, payload
            except BaseException:
                await self._leave(key, payload)
                raise
            await self._store.values.pop(self._owner, key)

    async def _take_over(self, key: str, payload: str) -> bool:
        """Take over a message that a dead process noted and never claimed. Raises StoreError."""
        noted = (await self._store.values.get(self._owner)).get(key)
        if noted is None:
            return False
        token = noted.partition(_END)[0]
        if token == self._me or token in await self._store.values.get(self._living):
            return False
        for claimed, ttl_s in (
            (f"{self._owner}:{key}", CLAIMED_S),
            (self._left(key, token), TAKEN_S),
        ):
            if not await self._store.claim(claimed, ttl_s=ttl_s):
                return False
        await self._note(key, self._me, payload)
        return True

    def _left(self, key: str, token: str) -> str:
        """Claimed by whoever takes up what that one left."""
        return f"{self._owner}:{key}:{token}"

    async def _note(self, key: str, token: str, payload: str) -> None:
        await self._store.values.set(self._owner, key, _noted(token, payload), ttl_s=KEPT_S)

    async def _leave(self, key: str, payload: str) -> None:
        """Cut off, but not killed: whoever starts next need not wait."""
        # A store that is closed or away changes nothing: it shows in a while who is dead.
        with suppress(Exception):
            await self.leave(key, payload)

    @asynccontextmanager
    async def _alive(self) -> AsyncIterator[None]:
        """Say so while the block runs. Raises StoreError on entering."""
        self._at_work += 1
        try:
            if asyncio.get_running_loop().time() >= self._fresh_until:
                await self._say_so()
            if self._renewing is None:
                self._renewing = asyncio.create_task(self._renew())
            yield
        finally:
            self._at_work -= 1
            if not self._at_work and self._renewing is not None:
                self._renewing.cancel()
                self._renewing = None

    async def _renew(self) -> None:
        while True:
            await self._pause(RENEW_S)
            with suppress(StoreError):  # away for now: perhaps it is back before it matters
                await self._say_so()

    async def _say_so(self) -> None:
        now = asyncio.get_running_loop().time()
        await self._store.values.set(self._living, self._me, "1", ttl_s=ALIVE_S)
        self._fresh_until = now + RENEW_S


def _noted(token: str, payload: str) -> str:
    return f"{token}{_END}{payload}"
