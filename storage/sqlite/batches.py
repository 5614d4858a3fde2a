"""Runs work on a thread in batches.

Work that is requested while the thread is busy waits, and is then done as one batch: in one
transaction, with one write to the disk and one call back to the event loop. Nothing waits for a
batch to fill: an idle thread begins at once.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from traceback import clear_frames
from typing import Any

import apsw

IN_A_ROW = 16
"""The most batches in a row before other work of the executor gets its turn."""


@dataclass(slots=True, eq=False)
class Piece:
    """A piece of work and its result."""

    work: Callable[[apsw.Connection], Any]
    durable: bool
    """Whether it has to survive a power cut, and not only the death of the process."""
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def attempt(self, db: apsw.Connection) -> None:
        """Do the work unless its caller was cancelled. Raises what the work raises."""
        if not self.future.cancelled():
            self.result = self.work(db)

    def fail(self, error: BaseException) -> None:
        """Keep the error for the caller, without the local variables of its frames.

        These may hold a cursor, which would keep the reader's view of the data from moving on.
        """
        chained: BaseException | None = error
        while chained is not None:
            clear_frames(chained.__traceback__)
            chained = chained.__cause__ or chained.__context__
        self.error = error

    def deliver(self) -> None:
        """Set the future of the caller; to be called on its event loop."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        elif isinstance(self.error, StopIteration):
            # A future does not accept a StopIteration.
            self.future.set_exception(RuntimeError("the work raised StopIteration"))
        else:
            self.future.set_exception(self.error)


class Batches:
    """Collects pieces of work and has a thread do them in batches."""

    def __init__(
        self,
        executor: Executor,
        perform: Callable[[Sequence[Piece]], None],
        *,
        most: int,
        then: "Batches | None" = None,
    ) -> None:
        """Create it for a thread.

        Args:
            executor: an executor of one thread, which may have other work besides.
            perform: does a batch in that thread, and leaves a result or an error in each piece.
            most: the most pieces in a batch, all of which wait until the last is done.
            then: takes over the pieces that have to be durable once they are done here.
        """
        self._executor = executor
        self._perform = perform
        self._most = most
        self._then = then
        self._waiting: deque[Piece] = deque()
        self._is_busy = False
        self._lock = threading.Lock()

    async def run(self, work: Callable[[apsw.Connection], Any], *, durable: bool = False) -> Any:  # noqa: ANN401 as the work gives
        """Do work in the thread and return its result.

        If the task is cancelled, work that has begun goes on to its end.
        """
        piece = Piece(work, durable, asyncio.get_running_loop().create_future())
        self.submit([piece])
        return await piece.future

    def submit(self, pieces: Sequence[Piece]) -> None:
        """Have pieces done and delivered. Raises RuntimeError once the executor is shut down."""
        with self._lock:
            self._waiting.extend(pieces)
            begins, self._is_busy = not self._is_busy, True
        if not begins:
            return
        try:
            self._executor.submit(self._work)
        except RuntimeError:
            # The executor is shut down: no thread is left.
            with self._lock:
                self._is_busy = False
            raise

    def _work(self) -> None:
        """Do what waits, and give other work of the executor its turn now and then."""
        while True:
            for _ in range(IN_A_ROW):
                batch = self._next()
                if not batch:
                    return
                try:
                    self._perform(batch)
                except BaseException as error:  # noqa: BLE001 each caller has to get it
                    for piece in batch:
                        piece.fail(error)
                self._pass_on(batch)
            with suppress(RuntimeError):
                self._executor.submit(self._work)
                return
            # The executor is shutting down and waits for this work: the rest is done here.

    def _next(self) -> list[Piece]:
        with self._lock:
            number = min(len(self._waiting), self._most)
            self._is_busy = number > 0
            return [self._waiting.popleft() for _ in range(number)]

    def _pass_on(self, batch: Sequence[Piece]) -> None:
        """Hand pieces to `then` or deliver them."""
        done: list[Piece] = []
        going_on: list[Piece] = []
        for piece in batch:
            goes_on = self._then is not None and piece.durable and piece.error is None
            (going_on if goes_on else done).append(piece)
        if self._then is not None and going_on:
            self._then.submit(going_on)
        if done:
            _deliver_all(done)


def _deliver_all(batch: Sequence[Piece]) -> None:
    """Deliver pieces on their event loops; nearly always there is only one."""
    for loop in {piece.future.get_loop() for piece in batch}:
        # A closed event loop raises RuntimeError; then no caller is left.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_deliver, loop, batch)


def _deliver(loop: asyncio.AbstractEventLoop, batch: Sequence[Piece]) -> None:
    for piece in batch:
        if piece.future.get_loop() is loop:
            piece.deliver()
