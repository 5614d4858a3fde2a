"""Work for threads, taken together where several pieces wait.

What is asked for while a thread is busy waits, and is then done as one batch: one transaction, one
write to the disk, and one way back to the event loop for all of it. Nothing waits for a batch to
fill: an idle thread begins at once.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
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

    def deliver(self) -> None:
        """Tell who waits, on their loop."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Batches:
    """Pieces of work on their way to the threads of one executor."""

    def __init__(
        self,
        executor: Executor,
        perform: Callable[[Sequence[Piece]], None],
        *,
        threads: int,
        most: int,
    ) -> None:
        """Take what is needed.

        Args:
            executor: with as many threads, which may have other work besides.
            perform: does a batch, in a thread; it leaves a result or an error in each piece.
            threads: that may be at it at once.
            most: pieces in a batch: the first waits for the last.
        """
        self._executor = executor
        self._perform = perform
        self._threads = threads
        self._most = most
        self._waiting: deque[Piece] = deque()
        self._busy = 0
        self._lock = threading.Lock()

    async def run(self, work: Callable[[apsw.Connection], Any], *, durable: bool = False) -> Any:  # noqa: ANN401 as the work gives
        """What the work gives, from a thread. A cancelled task leaves what has begun to its end."""
        piece = Piece(work, durable, asyncio.get_running_loop().create_future())
        with self._lock:
            self._waiting.append(piece)
            begins = self._busy < self._threads
            self._busy += begins
        if begins:
            self._begin()
        return await piece.future

    def _begin(self) -> None:
        try:
            self._executor.submit(self._take)
        except RuntimeError:
            # Closed: nobody is left to work.
            with self._lock:
                self._busy -= 1
            raise

    def _take(self) -> None:
        """Some batches; what waits then comes after whatever else the executor has to do."""
        for _ in range(IN_A_ROW):
            with self._lock:
                share = -(-len(self._waiting) // self._threads)
                batch = [self._waiting.popleft() for _ in range(min(share, self._most))]
                if not batch:
                    self._busy -= 1
                    return
            try:
                self._perform(batch)
            except BaseException as error:  # noqa: BLE001 whoever waits has to hear of it
                for piece in batch:
                    piece.error = error
            _tell(batch)
        with suppress(RuntimeError):
            self._begin()


def _tell(batch: Sequence[Piece]) -> None:
    def deliver() -> None:
        for piece in batch:
            piece.deliver()

    # Closed: nobody waits any more.
    with suppress(RuntimeError):
        batch[0].future.get_loop().call_soon_threadsafe(deliver)
