"""Retries changes until they succeed, and keeps them in the inbox for the next start."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from typing import Any

from bots.transport.inbox import Inbox
from bots.transport.retrying import Operation, Retrier, Retry
from brain.asyncio_tasks import cancel_and_wait
from brain.errors import StoreError

log = logging.getLogger(__name__)

MOST_RETRYING = 10_000
"""Most changes that are retried at once; beyond it, the oldest is left to the next start."""
Note = dict[str, Any]
"""JSON from which a change can be made after a restart."""


class DurableChanges:
    """Applies changes, retries those that fail, and keeps those that a stop interrupts."""

    def __init__(self, inbox: Inbox) -> None:
        """Begin without changes; `inbox` keeps those that are not made yet."""
        self._inbox = inbox
        self._retrier = Retrier()
        self._is_stopping = False
        self._retrying: dict[asyncio.Task[None], None] = {}
        """Tasks that retry, the oldest first."""
        self._deferring: set[asyncio.Task[None]] = set()
        """Cancelled tasks that are leaving their change to the next start."""

    def stop(self) -> None:
        """Keep every change from now on for the next start."""
        self._is_stopping = True

    async def finish(self) -> None:
        """Stop retrying, and keep all changes that are not made for the next start."""
        await cancel_and_wait(self._retrying)
        if self._deferring:
            await asyncio.wait(self._deferring)

    async def apply(
        self, key: str, note: Note, subject: tuple[object, ...], operation: Operation
    ) -> None:
        """Make a change now; if that fails, retry it in the background.

        Args:
            key: the key of the change in the inbox.
            note: JSON from which the change can be made after a restart.
            subject: what the change is about, as in `bots.transport.retrying.Retrier.attempt`.
            operation: makes the change.
        """
        retry = await self._retrier.attempt(subject, operation)
        if retry is None:
            return
        task = asyncio.create_task(self._retry_later(key, note, retry))
        self._retrying[task] = None
        task.add_done_callback(self._remove)
        if len(self._retrying) > MOST_RETRYING:
            log.warning("Too many changes wait; the oldest is left to the next start.")
            oldest = next(iter(self._retrying))
            del self._retrying[oldest]
            self._deferring.add(oldest)
            oldest.cancel()
        # A task that is cancelled before it begins would not leave its change to the next start.
        await asyncio.sleep(0)

    async def defer_if_stopping(self, key: str, note: Note) -> bool:
        """Keep a change for the next start if this process is stopping; return whether it is."""
        if self._is_stopping:
            with suppress(StoreError):
                await self._inbox.leave(key, json.dumps(note))
        return self._is_stopping

    @asynccontextmanager
    async def defer_if_cancelled(self, key: str, note: Note) -> AsyncIterator[None]:
        """Keep a change for the next start if the block is cancelled."""
        try:
            yield
        except asyncio.CancelledError:
            with suppress(StoreError):
                await self._inbox.leave(key, json.dumps(note))
            raise

    def _remove(self, task: asyncio.Task[None]) -> None:
        self._retrying.pop(task, None)
        self._deferring.discard(task)

    async def _retry_later(self, key: str, note: Note, retry: Retry) -> None:
        is_kept = False
        with closing(retry):
            async with self.defer_if_cancelled(key, note):
                try:
                    async with self._inbox.keep(key, json.dumps(note)) as entry:
                        is_kept = True
                        if entry is not None:
                            await retry()
                except StoreError:
                    if not is_kept:
                        await retry()
