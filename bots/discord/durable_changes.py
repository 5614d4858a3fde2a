"""Changes that are tried, again and again beside everything else, and kept for the next start."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from typing import Any

from bots.transport.inbox import Inbox
from bots.transport.retrying import Operation, Retrier, Retry
from brain.errors import StoreError

log = logging.getLogger(__name__)

LATER = 10_000
"""Changes that wait for the store at most; then the oldest is left to the next start."""
Note = dict[str, Any]
"""What is kept of a change, so that it can be made after a restart."""


class Attempts:
    """Of one process."""

    def __init__(self, inbox: Inbox) -> None:
        """`inbox`: where is kept what is not done."""
        self._inbox = inbox
        self._retrier = Retrier()
        self._is_stopping = False
        self._later: dict[asyncio.Task[None], None] = {}
        """The oldest first."""
        self._leaving: set[asyncio.Task[None]] = set()
        """Those that are only to note it."""

    def stop(self) -> None:
        """Begin with nothing: what is told from here on is for the next start."""
        self._is_stopping = True

    async def finish(self) -> None:
        """Stop trying: what is not done is kept, for the next start."""
        later = list(self._later)
        for task in later:
            task.cancel()
        if later or self._leaving:
            await asyncio.wait([*later, *self._leaving])

    async def make(
        self, key: str, note: Note, subject: tuple[object, ...], operation: Operation
    ) -> None:
        """Try it now; what does not succeed goes on beside everything else.

        Args:
            key: of the note.
            note: what is kept while it is not done.
            subject: see `bots.transport.retrying.Retrier`, like the next.
            operation: makes the change.
        """
        retry = await self._retrier.attempt(subject, operation)
        if retry is None:
            return
        task = asyncio.create_task(self._go_on(key, note, retry))
        self._later[task] = None
        task.add_done_callback(self._over)
        if len(self._later) > LATER:
            log.warning("Too many changes wait; the oldest is left to the next start.")
            oldest = next(iter(self._later))
            del self._later[oldest]
            self._leaving.add(oldest)
            oldest.cancel()
        # A task that is cancelled before it begins would note nothing.
        await asyncio.sleep(0)

    async def is_left(self, key: str, note: Note) -> bool:
        """Whether it is noted for the next start, and nothing else is to be done."""
        if self._is_stopping:
            with suppress(StoreError):
                await self._inbox.leave(key, json.dumps(note))
        return self._is_stopping

    @asynccontextmanager
    async def if_cut_off(self, key: str, note: Note) -> AsyncIterator[None]:
        """Stopped in the block, the change is made after the next start."""
        try:
            yield
        except asyncio.CancelledError:
            with suppress(StoreError):
                await self._inbox.leave(key, json.dumps(note))
            raise

    def _over(self, task: asyncio.Task[None]) -> None:
        self._later.pop(task, None)
        self._leaving.discard(task)

    async def _go_on(self, key: str, note: Note, retry: Retry) -> None:
        is_kept = False
        with closing(retry):
            async with self.if_cut_off(key, note):
                try:
                    async with self._inbox.kept(key, json.dumps(note)) as is_ours:
                        is_kept = True
                        if is_ours:
                            await retry()
                except StoreError:
                    if not is_kept:
                        await retry()
