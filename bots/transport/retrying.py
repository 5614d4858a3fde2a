"""Retries operations in the background until the store accepts them.

When a person deletes a message, edits one, or leaves, there is no reply that could tell them of a
failure. The operation is tried at once and then again in the background, until it succeeds or a day
has passed. A newer operation on the same subject replaces an older one that still failed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from brain.errors import SiliconfriendError
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

WAITS_S = (1.0, 5.0, 30.0, 120.0, *(300.0,) * 287)
"""Seconds before each retry, a day in all."""

Operation = Callable[[], Awaitable[None]]
"""An operation that may be done twice, and raises SiliconfriendError if a retry may help."""


class Retry:
    """The retries of an operation that failed, which must be either called or closed."""

    def __init__(self, run: Operation, on_close: Callable[[], None]) -> None:
        """Prepare retries: `run` does them, `on_close` is called once when they have ended."""
        self._run = run
        self._on_close = on_close
        self._is_closed = False

    async def __call__(self) -> None:
        """Retry until the operation succeeds, for a day at most."""
        try:
            await self._run()
        finally:
            self.close()

    def close(self) -> None:
        """Give up the retries. Closing twice does no harm."""
        if not self._is_closed:
            self._is_closed = True
            self._on_close()


@dataclass(slots=True)
class _Queue:
    """The operations on one subject."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    started: int = 0
    """How many operations were attempted."""
    pending: int = 0
    """How many of these operations have not ended."""


class Retrier:
    """Tries operations and retries those that fail; of several on one subject the last counts."""

    def __init__(self, *, pause: Pause = asyncio.sleep) -> None:
        """Begin without operations; `pause` waits for a number of seconds."""
        self._pause = pause
        self._queues: dict[Hashable, _Queue] = {}

    async def attempt(self, subject: Hashable, operation: Operation) -> Retry | None:
        """Try an operation now, and return its retries if it failed, else None.

        Args:
            subject: what the operation changes; of several on the same subject the last counts.
            operation: the operation; errors other than SiliconfriendError are raised from here.
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
            log.warning("An edit, deletion or departure could not be stored for a day.")

        return Retry(run, lambda: self._end(subject, queue))

    async def _succeeds(self, queue: _Queue, number: int, operation: Operation) -> bool:
        """Run the operation; return True if it succeeded or a newer one replaces it."""
        # Operations run one at a time: otherwise the first could be written last.
        async with queue.lock:
            if queue.started != number:
                return True
            try:
                await operation()
            except SiliconfriendError as error:
                log.info("An edit, deletion or departure is retried: %s", type(error).__name__)
                return False
            return True

    def _end(self, subject: Hashable, queue: _Queue) -> None:
        queue.pending -= 1
        if not queue.pending:
            self._queues.pop(subject, None)
