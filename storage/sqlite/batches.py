"""Work for a thread, taken together where several pieces wait.

What is asked for while the thread is busy waits, and is then done as one batch: one transaction,
one write to the disk, and one way back to the event loop for all of it. Nothing waits for a batch
to fill: an idle thread begins at once.
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
"""Batches until other work of the executor has its turn."""


@dataclass(slots=True, eq=False)
class Piece:
    """One piece of work, and what came of it."""

    work: Callable[[apsw.Connection], Any]
    durable: bool
    """Whether it has to survive a power cut, and not only the process."""
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def attempt(self, db: apsw.Connection) -> None:
        """Do it, unless nobody waits for it any more. Raises what the work raises."""
        if not self.future.cancelled():
            self.result = self.work(db)

    def fail(self, error: BaseException) -> None:
        """Keep the error for who waits, without the frames that it came through.

        They may hold a cursor, and so the view of a reader, which would see nothing new any more.
        """
        told: BaseException | None = error
        while told is not None:
            clear_frames(told.__traceback__)
            told = told.__cause__ or told.__context__
        self.error = error

    def deliver(self) -> None:
        """Tell who waits, on their loop."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        elif isinstance(self.error, StopIteration):
            # No future takes it.
            self.future.set_exception(RuntimeError("the work raised StopIteration"))
        else:
            self.future.set_exception(self.error)


class Batches:
    """Pieces of work on their way to a thread."""

    def __init__(
        self,
        executor: Executor,
        perform: Callable[[Sequence[Piece]], None],
        *,
        most: int,
        then: "Batches | None" = None,
    ) -> None:
        """Take what is needed.

        Args:
            executor: of one thread, which may have other work besides.
            perform: does a batch, in a thread; it leaves a result or an error in each piece.
            most: pieces in a batch: the first waits for the last.
            then: who takes over what has to be durable, once it is done here.
        """
        self._executor = executor
        self._perform = perform
        self._most = most
        self._then = then
        self._waiting: deque[Piece] = deque()
        self._is_busy = False
        self._lock = threading.Lock()

    async def run(self, work: Callable[[apsw.Connection], Any], *, durable: bool = False) -> Any:  # noqa: ANN401 as the work gives
        """What the work gives, from a thread. A cancelled task leaves what has begun to its end."""
        piece = Piece(work, durable, asyncio.get_running_loop().create_future())
        self.take([piece])
        return await piece.future

    def take(self, pieces: Sequence[Piece]) -> None:
        """Have them done; whoever waits for them is told. Raises RuntimeError: it is closed."""
        with self._lock:
            self._waiting.extend(pieces)
            begins, self._is_busy = not self._is_busy, True
        if begins:
            self._begin()

    def _begin(self) -> None:
        try:
            self._executor.submit(self._work)
        except RuntimeError:
            # Closed: nobody is left to work.
            with self._lock:
                self._is_busy = False
            raise

    def _work(self) -> None:
        """What waits; now and then whatever else the executor has to do comes first."""
        while True:
            for _ in range(IN_A_ROW):
                batch = self._next()
                if not batch:
                    return
                try:
                    self._perform(batch)
                except BaseException as error:  # noqa: BLE001 whoever waits has to hear of it
                    for piece in batch:
                        piece.fail(error)
                self._pass_on(batch)
            with suppress(RuntimeError):
                self._executor.submit(self._work)
                return
            # It is closing, and waits for this: the rest is done before.

    def _next(self) -> list[Piece]:
        with self._lock:
            number = min(len(self._waiting), self._most)
            self._is_busy = number > 0
            return [self._waiting.popleft() for _ in range(number)]

    def _pass_on(self, batch: Sequence[Piece]) -> None:
        """To who goes on with it, or to who waits."""
        done: list[Piece] = []
        going_on: list[Piece] = []
        for piece in batch:
            goes_on = self._then is not None and piece.durable and piece.error is None
            (going_on if goes_on else done).append(piece)
        if self._then is not None and going_on:
            self._then.take(going_on)
        if done:
            _tell(done)


def _tell(batch: Sequence[Piece]) -> None:
    """Nearly always all of them wait on one loop."""
    for loop in {piece.future.get_loop() for piece in batch}:
        # Closed: nobody waits any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_deliver, loop, batch)


def _deliver(loop: asyncio.AbstractEventLoop, batch: Sequence[Piece]) -> None:
    for piece in batch:
        if piece.future.get_loop() is loop:
            piece.deliver()
