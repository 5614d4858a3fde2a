"""Keeps turns in memory while the store is unavailable, and writes them when it is back.

Meanwhile turns are answered without memory and without asking the store, in this process alone. A
task in the background tries to write the turns that wait. The store counts as back once all of them
are written, so that the next turn finds everything that was said.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from brain.asyncio_tasks import cancel_and_wait
from brain.errors import AlreadyAnswered, StoreError, StoreUnavailable
from brain.ids import MemoryId
from brain.memory.record import Memory
from brain.turns.lease import Pause
from brain.turns.turn import Outcome

log = logging.getLogger(__name__)

WAITING = 1_000
"""The most turns that wait; further messages are refused."""
FIRST_TRY_S, LAST_TRY_S = 0.5, 5.0
"""Seconds between two attempts to write, doubled each time from the first to the last."""


class Outage:
    """The turns that wait for the store. Their texts are never logged."""

    def __init__(
        self,
        write: Callable[[Outcome], Awaitable[object]],
        *,
        pause: Pause = asyncio.sleep,
        most: int = WAITING,
    ) -> None:
        """Create it without any turns.

        Args:
            write: writes a whole turn, however much of it the store has. Raises StoreError.
            pause: waits for a number of seconds.
            most: the most turns that may wait.
        """
        self._write = write
        self._pause = pause
        self._most = most
        self.waiting: dict[MemoryId, Outcome] = {}
        """The turns that wait, by their ids."""
        self._at: MemoryId | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self.error: StoreUnavailable | None = None
        """Why the store is unavailable; None while it seems to be available."""

    def __len__(self) -> int:
        return len(self.waiting)

    def begin(self, error: StoreUnavailable) -> None:
        """Record that the store is unavailable, and begin to try again in the background."""
        if self.error is None:
            log.warning("Answering without memory: %s", error)
            self.error = error
            self._catching_up = asyncio.create_task(self._catch_up())

    def admit(self, message: Outcome) -> None:
        """Keep a message before it is answered.

        Raises:
            AlreadyAnswered: the message waits here with its reply.
            StoreUnavailable: too many turns wait; the message was not kept.
        """
        waiting = self.waiting.get(message.turn.id)
        if waiting is not None and waiting.turn.reply is not None:
            raise AlreadyAnswered
        if self.error is not None and waiting is None and len(self) >= self._most:
            raise StoreUnavailable(**self.error.values)
        self.keep(message)

    def keep(self, outcome: Outcome) -> None:
        """Keep a turn until the store is back, replacing its message if that waits already."""
        self.waiting[outcome.turn.id] = outcome

    def turn(self, turn_id: MemoryId) -> Memory | None:
        """Return the waiting turn of an id; None where there is none."""
        waiting = self.waiting.get(turn_id)
        return None if waiting is None else waiting.turn

    def is_at(self, turn_id: MemoryId) -> bool:
        """Return whether the turn of an id is being written now."""
        return self._at == turn_id

    def forget(self, is_meant: Callable[[Memory], bool]) -> list[MemoryId]:
        """Drop all waiting turns that are meant; return their ids."""
        gone = [turn_id for turn_id, waiting in self.waiting.items() if is_meant(waiting.turn)]
        for turn_id in gone:
            del self.waiting[turn_id]
        return gone

    async def drain(self) -> int:
        """Try once more to write all turns; count those lost. Call before closing the store."""
        if self._catching_up is not None:
            await cancel_and_wait([self._catching_up])
        try:
            await self._write_all()
        except StoreError as error:
            log.error("Turns that were never written: %d. %s", len(self), error)  # noqa: TRY400
        lost = len(self)
        self.waiting.clear()
        self.error = None
        return lost

    async def _catch_up(self) -> None:
        wait = FIRST_TRY_S
        while self.error is not None:
            await self._pause(wait)
            wait = min(2 * wait, LAST_TRY_S)
            with suppress(StoreError):
                if written := await self._write_all():
                    log.warning("The store is back; turns written: %d", written)
                self.error = None

    async def _write_all(self) -> int:
        written = 0
        while self.waiting:
            turn_id, outcome = next(iter(self.waiting.items()))
            self._at = turn_id
            try:
                await self._write(outcome)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 the other turns have to be written
                log.error("A turn could not be written: %s", type(error).__name__)  # noqa: TRY400
            finally:
                self._at = None
            # If its reply has come meanwhile, the turn is written again.
            if self.waiting.get(turn_id) is outcome:
                del self.waiting[turn_id]
                written += 1
        return written
