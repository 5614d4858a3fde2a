"""While the store is away: what was said waits in memory, and is written when it is back.

Turns are then answered without memory, in this process alone and without asking the store, which
is looked for in the background. It counts as back when all that waited is written, so that whoever
speaks next is remembered whole.
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
"""The most turns that wait; whoever speaks then is told that the store is away."""
FIRST_TRY_S, LAST_TRY_S = 0.5, 5.0
"""Between two attempts to write, in seconds: each wait is twice the one before."""


class Outage:
    """The turns that wait for the store. Nothing of what they say goes to the log."""

    def __init__(
        self,
        write: Callable[[Outcome], Awaitable[object]],
        *,
        pause: Pause = asyncio.sleep,
        most: int = WAITING,
    ) -> None:
        """Take what is needed to catch up.

        Args:
            write: writes a turn as a whole, however much of it is there. Raises StoreError.
            pause: what waiting is done with.
            most: turns that wait, a count.
        """
        self._write = write
        self._pause = pause
        self._most = most
        self._waiting: dict[MemoryId, Outcome] = {}
        self._at: MemoryId | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self.error: StoreUnavailable | None = None
        """By which the store is known to be away; None: it is there, as far as anybody knows."""

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, error: StoreUnavailable) -> None:
        """The store did not answer."""
        if self.error is None:
            log.warning("Answering without memory: %s", error)
            self.error = error
            self._catching_up = asyncio.create_task(self._catch_up())

    def admit(self, message: Outcome) -> None:
        """Keep a message before it is answered.

        Raises:
            AlreadyAnswered: it waits here with its reply.
            StoreUnavailable: too many wait; nothing was kept.
        """
        waiting = self._waiting.get(message.turn.id)
        if waiting is not None and waiting.turn.reply is not None:
            raise AlreadyAnswered
        if self.error is not None and waiting is None and len(self) >= self._most:
            raise StoreUnavailable(**self.error.values)
        self.keep(message)

    def keep(self, outcome: Outcome) -> None:
        """Have it written when the store is back; in its place, if its message waits already."""
        self._waiting[outcome.turn.id] = outcome

    def turn(self, turn_id: MemoryId) -> Memory | None:
        """The turn of that id that waits; None: it does not."""
        waiting = self._waiting.get(turn_id)
        return None if waiting is None else waiting.turn

    def is_at(self, turn_id: MemoryId) -> bool:
        """Whether the turn of that id is being written, or about to be."""
        return self._at == turn_id

    def forget(self, is_meant: Callable[[Memory], bool]) -> list[MemoryId]:
        """Have no such turn wait any more; gives their ids."""
        gone = [turn_id for turn_id, waiting in self._waiting.items() if is_meant(waiting.turn)]
        for turn_id in gone:
            del self._waiting[turn_id]
        return gone

    async def drain(self) -> int:
        """Try once more; gives how many were lost. Call before closing the store."""
        if self._catching_up is not None:
            await cancel_and_wait([self._catching_up])
        try:
            await self._write_all()
        except StoreError as error:
            log.error("Turns that were never written: %d. %s", len(self), error)  # noqa: TRY400
        lost = len(self)
        self._waiting.clear()
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
        while self._waiting:
            turn_id, outcome = next(iter(self._waiting.items()))
            self._at = turn_id
            try:
                await self._write(outcome)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 whatever it was, the others are written
                log.error("A turn could not be written: %s", type(error).__name__)  # noqa: TRY400
            finally:
                self._at = None
            # Its reply may have come meanwhile: that is written next.
            if self._waiting.get(turn_id) is outcome:
                del self._waiting[turn_id]
                written += 1
        return written
