"""Continuous batching: one thread owns the model and runs all requests in one batch.

Between two steps, rows that ended or were cancelled leave the batch, and waiting requests join it
in the order of their arrival. Prompts are read in chunks, so that the running replies never pause
for long. When memory runs out, the newer half of the rows goes back to the head of the queue,
together with the tokens written so far, and continues later.
"""

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from brain.errors import GeneratorError
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.requests import Ended, QueueFull, Request, Runner
from brain.generators.local_lora.thread_bridge import Call, Outbox, create_call

if TYPE_CHECKING:
    from concurrent.futures import Future

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Batcher:
    """Runs requests on the model in a thread that it starts at once; `close` ends the thread."""

    def __init__(
        self,
        runner: Runner,
        *,
        stops: frozenset[int],
        most_rows: int,
        most_waiting: int,
        chunk_tokens: int | None,
    ) -> None:
        """Starts the thread.

        Args:
            runner: computes the forward passes; used by the thread alone.
            stops: ids of tokens that end a reply.
            most_rows: most replies that are written at the same time.
            most_waiting: most requests in the queue.
            chunk_tokens: prompt tokens to read between two steps; None reads one prompt as a whole.
        """
        self._runner = runner
        self._stops = stops
        self._most_rows = most_rows
        self._limit = most_rows
        self._most_waiting = most_waiting
        self._chunk_tokens = chunk_tokens
        self._arrivals = 0
        self._changed = threading.Condition()
        self._waiting: deque[Request] = deque()
        self._calls: deque[Call] = deque()
        self._closed = False
        self._rows: list[Request] = []
        self._unfinished: set[Request] = set()
        """Requests that have left the queue and have not ended, even if they have no row any
        more."""
        self._reading: Request | None = None
        self._outbox = Outbox()
        # A daemon thread, because Python would wait for any other one before `close` can be called
        # at exit. PyTorch must not be computing when the interpreter shuts down, hence the atexit
        # handler.
        self._thread = threading.Thread(target=self._work, name="local model", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    @property
    def rows(self) -> int:
        """Number of rows in the batch."""
        return len(self._rows)

    @property
    def waiting(self) -> int:
        """Number of requests in the queue."""
        return len(self._waiting)

    def submit(self, request: Request) -> None:
        """Adds a request to the queue.

        Raises:
            QueueFull: the queue is full, or the batcher is closed.
        """
        with self._changed:
            if self._closed or len(self._waiting) >= self._most_waiting:
                raise QueueFull
            self._arrivals += 1
            request.arrival = self._arrivals
            self._waiting.append(request)
            self._changed.notify_all()

    def cancel(self, request: Request) -> None:
        """Cancels a request: it leaves the queue or the batch before the next step."""
        with self._changed:
            request.cancelled = True
            self._changed.notify_all()

    def call(
        self, work: Callable[[], _Result], *, unused_adapter: str | None = None
    ) -> "Future[_Result]":
        """Runs a function in the thread between two steps and returns the future of its result.

        Args:
            work: the function to run.
            unused_adapter: an adapter; `work` waits until no row or queued request uses it.
        """
        call, future = create_call(work, unused_adapter=unused_adapter)
        with self._changed:
            if self._closed:
                future.set_exception(GeneratorError())
            else:
                self._calls.append(call)
                self._changed.notify_all()
        return future

    def close(self) -> None:
        """Interrupts all requests and ends the thread; returns once the current step is over."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        atexit.unregister(self.close)

    def _work(self) -> None:
        try:
            while self._wait_for_work():
                try:
                    self._work_once()
                finally:
                    self._outbox.deliver()
        finally:
            # Nobody must wait for ever, even if the thread ends because of an unexpected error.
            with self._changed:
                self._closed = True
                self._unfinished.update(self._waiting)
                self._waiting.clear()
                for call in self._calls:
                    call.refuse()
                self._calls.clear()
            self._fail_all()
            self._outbox.deliver()

    def _work_once(self) -> None:
        try:
            self._remove_cancelled()
            self._do_calls()
            self._read_prompts()
            self._step()
        except Exception as exc:  # noqa: BLE001 a failing model must not end the companion
            _log.warning("the local model failed: %s", type(exc).__name__)
        else:
            return
        # Outside the handler, because the error holds on to the tensors of the failed pass.
        self._fail_all()

    def _wait_for_work(self) -> bool:
        """Blocks until there is something to do; returns False once the batcher is closed."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._rows or self._waiting or self._calls
            )
            return not self._closed

    def _do_calls(self) -> None:
        with self._changed:
            used = {request.adapter for request in (*self._rows, *self._waiting)} - {None}
            ready = [call for call in self._calls if call.unused_adapter not in used]
            for call in ready:
                self._calls.remove(call)
        for call in ready:
            call.run()

    def _remove_cancelled(self) -> None:
        with self._changed:
            for request in [request for request in self._waiting if request.cancelled]:
                self._waiting.remove(request)
        cancelled = [row for row in self._rows if row.cancelled]
        self._unfinished.difference_update(cancelled)
        self._remove(cancelled)

    def _read_prompts(self) -> None:
        """Admits requests and reads their prompts, up to the number of tokens in one chunk."""
        budget = self._chunk_tokens or 1
        while budget > 0 and (row := self._reading or self._open_next()):
            part = row.tokens[row.tokens_read :][: budget if self._chunk_tokens else None]
            last = row.tokens_read + len(part) == len(row.tokens)
            slot = self._rows.index(row)
            token = _catch_out_of_memory(partial(self._runner.read, slot, part, last=last))
            if isinstance(token, ModelOutOfMemory):
                self._evict([row], len(self._rows) - 1, token)
                return
            row.tokens_read += len(part)
            budget -= len(part)
            if last:
                self._reading = None
            if token is not None and self._append_token(row, token):
                self._remove([row])

    def _open_next(self) -> Request | None:
        """Opens a row for the first request in the queue; returns None if there is no room."""
        with self._changed:
            if not self._waiting or len(self._rows) >= self._limit:
                return None
            row = self._waiting.popleft()
            self._unfinished.add(row)
        out_of_memory = _catch_out_of_memory(
            partial(self._runner.open, row.adapter, row.token_limit, row.guide)
        )
        if out_of_memory is not None:
            self._requeue([row], len(self._rows), out_of_memory)
            return None
        row.tokens_read = 0
        self._rows.append(row)
        self._reading = row
        return row

    def _step(self) -> None:
        if not any(row is not self._reading for row in self._rows):
            return
        tokens = _catch_out_of_memory(self._runner.step)
        if isinstance(tokens, ModelOutOfMemory):
            oldest_first = sorted(self._rows, key=lambda row: row.arrival)
            keep = len(self._rows) // 2
            self._evict(oldest_first[keep:], keep, tokens)
            return
        ended = []
        for row, token in zip(self._rows, tokens, strict=True):
            if token is not None:
                row.tokens_read += 1
                if self._append_token(row, token):
                    ended.append(row)
        self._remove(ended)

    def _append_token(self, row: Request, token: int) -> bool:
        """Passes a token on to its request; returns whether it was the last one."""
        if token in self._stops or token in row.stops:
            self._outbox.put(row, Ended(truncated=False))
        else:
            row.tokens.append(token)
            self._outbox.put(row, token)
            complete = row.guide is not None and row.guide.is_over
            if not complete and not row.is_over:
                return False
            self._outbox.put(row, Ended(truncated=not complete))
        self._unfinished.discard(row)
        # A row has ended without memory running out, so one more is tried, up to the setting.
        self._limit = min(self._most_rows, self._limit + 1)
        return True

    def _evict(self, rows: Sequence[Request], limit: int, exc: ModelOutOfMemory) -> None:
        """Removes rows from the batch because memory ran out, and puts them back into the queue."""
        self._remove(rows, trim=True)
        self._requeue(rows, limit, exc)

    def _requeue(self, rows: Sequence[Request], limit: int, exc: ModelOutOfMemory) -> None:
        """Puts rows at the head of the queue; a row that does not fit even alone fails instead."""
        self._limit = max(1, limit)
        if not self._rows and len(rows) == 1:
            self._unfinished.discard(rows[0])
            self._outbox.put(rows[0], exc)
            return
        with self._changed:
            self._unfinished.difference_update(rows)
            self._waiting.extendleft(sorted(rows, key=lambda row: -row.arrival))

    def _remove(self, rows: Iterable[Request], *, trim: bool = False) -> None:
        # From the last slot down, because closing a slot moves the last one into its place.
        slots = sorted((self._rows.index(row) for row in rows), reverse=True)
        for slot in slots:
            if self._rows[slot] is self._reading:
                self._reading = None
            self._rows[slot] = self._rows[-1]
            self._rows.pop()
            # Memory is given back once only, because that copies the cache of all other rows.
            self._runner.close(slot, trim=trim and slot == slots[-1])

    def _fail_all(self) -> None:
        for row in self._unfinished:
            self._outbox.put(row, GeneratorError())
        self._unfinished.clear()
        self._rows.clear()
        self._reading = None
        try:
            self._runner.reset()
        except Exception as exc:  # noqa: BLE001 the next request reports it
            _log.warning("the local model could not be reset: %s", type(exc).__name__)


def _catch_out_of_memory(work: Callable[[], _Result]) -> _Result | ModelOutOfMemory:
    """Returns the result of the function, or the error if memory ran out."""
    try:
        return work()
    except ModelOutOfMemory as exc:
        # A new error without the traceback, which holds on to the tensors of the failed pass.
        return ModelOutOfMemory(**exc.values)
