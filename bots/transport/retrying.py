"""Operations that are retried beside everything else until the store takes them.

Somebody deletes a message, changes one, or leaves: nobody is there to be told that it failed. So it
is tried at once, and then beside everything else, until it succeeds or a long time has passed. Who
changes the same thing again meanwhile is the one that counts: what came before is let be.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from brain.errors import SiliconfriendError
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

WAITS_S = (1.0, 5.0, 30.0, 120.0, *(300.0,) * 287)
"""Before each retry, in seconds: for a day in all."""

Operation = Callable[[], Awaitable[None]]
"""What is to be done; it raises SiliconfriendError where another attempt may help. Having done it
twice does no harm."""


class Retry:
    """The retries of an operation that failed. Whoever is not to call it has to close it."""

    def __init__(self, run: Operation, on_close: Callable[[], None]) -> None:
        """`on_close` is called once, when the retries have ended or were given up."""
        self._run = run
        self._on_close = on_close
        self._is_closed = False

    async def __call__(self) -> None:
        """Retry until the operation succeeds; give up after a long time."""
        try:
            await self._run()
        finally:
            self.close()

    def close(self) -> None:
        """Give the retries up. Doing it twice does no harm."""
        if not self._is_closed:
            self._is_closed = True
            self._on_close()


@dataclass(slots=True)
class _Queue:
    """The operations on one subject."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    started: int = 0
    """How many there were."""
    pending: int = 0
    """How many of these have not ended."""


class Retrier:
    """Tries operations, and retries those that fail; of several on one subject the last counts."""

    def __init__(self, *, pause: Pause = asyncio.sleep) -> None:
        """`pause`: what is waited with."""
        self._pause = pause
        self._queues: dict[Hashable, _Queue] = {}

    async def attempt(self, subject: Hashable, operation: Operation) -> Retry | None:
        """Try it now; given are the retries that are left to do, if it did not succeed.

        Args:
            subject: what is changed; of several operations on the same the last one counts.
            operation: raises what it raises, but for SiliconfriendError.
        """
        queue = self._queues.setdefault(subject, _Queue())
        queue.started += 1
        queue.pending += 1
        number = queue.started
        try:
            succeeded = await self._succeeds(queue, number, operation)
        except BaseException:
            self._end(subject, queue)
            raise
        if succeeded:
            self._end(subject, queue)
            return None

        async def run() -> None:
            for wait_s in WAITS_S:
                await self._pause(wait_s)
                if await self._succeeds(queue, number, operation):
                    return
            log.warning("What somebody changed or left could not be taken over.")

        return Retry(run, lambda: self._end(subject, queue))

    async def _succeeds(self, queue: _Queue, number: int, operation: Operation) -> bool:
        """Whether nothing is left to do."""
        # One at a time: else what came first could be written last.
        async with queue.lock:
            if queue.started != number:
                return True
            try:
                await operation()
            except SiliconfriendError as error:
                log.info("What somebody changed is taken over later: %s", type(error).__name__)
                return False
            return True

    def _end(self, subject: Hashable, queue: _Queue) -> None:
        queue.pending -= 1
        if not queue.pending:
            self._queues.pop(subject, None)
