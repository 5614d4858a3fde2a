"""One running batch for all who ask: a thread that owns the model, and the order of its work.

Between two steps of the batch, rows that ended or were given up leave it, and requests that wait
join it in the order they came, their prompts being read in chunks so that nobody's reply stands
still for long. When memory runs out the batch is halved: the younger rows go back to the head of
the queue with what they have written, and go on later.
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
from brain.generators.local_lora.thread_bridge import Call, Outbox, call_for

if TYPE_CHECKING:
    from concurrent.futures import Future

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Batcher:
    """Starts a thread at once; whoever made it closes it."""

    def __init__(
        self,
        runner: Runner,
        *,
        stops: frozenset[int],
        most_rows: int,
        most_waiting: int,
        chunk_tokens: int | None,
    ) -> None:
        """`stops` are tokens that end a reply; see `LocalOptions` for the others.

        `chunk_tokens` of None: prompts are read whole, one between two steps.
        """
        self._runner = runner
        self._stops = stops
        self._most_rows = most_rows
        self._limit = most_rows
        self._most_waiting = most_waiting
        self._chunk = chunk_tokens
        self._arrivals = 0
        self._changed = threading.Condition()
        self._waiting: deque[Request] = deque()
        self._calls: deque[Call] = deque()
        self._closed = False
        self._rows: list[Request] = []
        self._taken: set[Request] = set()
        """Those that wait no longer and have not ended, whatever becomes of their rows."""
        self._reading: Request | None = None
        self._outbox = Outbox()
        # A daemon, as Python would otherwise wait for it before anybody could close it; but
        # PyTorch must not be at work when the interpreter is taken apart.
        self._thread = threading.Thread(target=self._work, name="local model", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    @property
    def rows(self) -> int:
        """Replies that are being written."""
        return len(self._rows)

    @property
    def waiting(self) -> int:
        """Requests that are not being answered yet."""
        return len(self._waiting)

    def submit(self, request: Request) -> None:
        """Take up a request. Raises QueueFull."""
        with self._changed:
            if self._closed or len(self._waiting) >= self._most_waiting:
                raise QueueFull
            self._arrivals += 1
            request.arrived = self._arrivals
            self._waiting.append(request)
            self._changed.notify_all()

    def give_up(self, request: Request) -> None:
        """Nobody listens any more: its row leaves the batch before the next step."""
        with self._changed:
            request.given_up = True
            self._changed.notify_all()

    def call(self, work: Callable[[], _Result], *, unused: str | None = None) -> "Future[_Result]":
        """Do something between two steps, once no request needs the adapter `unused`."""
        call, future = call_for(work, unused=unused)
        with self._changed:
            if self._closed:
                future.set_exception(GeneratorError())
            else:
                self._calls.append(call)
                self._changed.notify_all()
        return future

    def close(self) -> None:
        """Break off everything and end the thread; returns when the step under way is over."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        atexit.unregister(self.close)

    def _work(self) -> None:
        try:
            while self._due():
                try:
                    self._turn()
                finally:
                    self._outbox.hand_out()
        finally:
            # Even should the thread end before its time, nobody waits for ever.
            with self._changed:
                self._closed = True
                self._taken.update(self._waiting)
                self._waiting.clear()
                for call in self._calls:
                    call.refuse()
                self._calls.clear()
            self._fail_all()
            self._outbox.hand_out()

    def _turn(self) -> None:
        try:
            self._drop_given_up()
            self._do_calls()
            self._admit()
            self._step()
        except Exception as exc:  # noqa: BLE001 a failing model must not end the companion
            _log.warning("the local model failed: %s", type(exc).__name__)
        else:
            return
        # Now that the error has let go of what the failed pass computed with.
        self._fail_all()

    def _due(self) -> bool:
        """Wait until there is something to do; False when closed."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._rows or self._waiting or self._calls
            )
            return not self._closed

    def _do_calls(self) -> None:
        with self._changed:
            used = {each.adapter for each in (*self._rows, *self._waiting)} - {None}
            ready = [call for call in self._calls if call.unused not in used]
            for call in ready:
                self._calls.remove(call)
        for call in ready:
            call.run()

    def _drop_given_up(self) -> None:
        with self._changed:
            for request in [each for each in self._waiting if each.given_up]:
                self._waiting.remove(request)
        gone = [row for row in self._rows if row.given_up]
        self._taken.difference_update(gone)
        self._leave(gone)

    def _admit(self) -> None:
        """Let requests in and read prompts, as much as one chunk allows."""
        budget = self._chunk or 1
        while budget > 0 and (row := self._reading or self._next()):
            part = row.tokens[row.done :][: budget if self._chunk else None]
            last = row.done + len(part) == len(row.tokens)
            slot = self._rows.index(row)
            token = _fitting(partial(self._runner.read, slot, part, last=last))
            if isinstance(token, ModelOutOfMemory):
                self._shrink([row], len(self._rows) - 1, token)
                return
            row.done += len(part)
            budget -= len(part)
            if last:
                self._reading = None
            if token is not None and self._take(row, token):
                self._leave([row])

    def _next(self) -> Request | None:
        """The first who waits, in a slot of its own; None when there is no place."""
        with self._changed:
            if not self._waiting or len(self._rows) >= self._limit:
                return None
            row = self._waiting.popleft()
            self._taken.add(row)
        full = _fitting(partial(self._runner.open, row.adapter, row.longest, row.guide))
        if full is not None:
            self._set_back([row], len(self._rows), full)
            return None
        row.done = 0
        self._rows.append(row)
        self._reading = row
        return row

    def _step(self) -> None:
        if not any(row is not self._reading for row in self._rows):
            return
        tokens = _fitting(self._runner.step)
        if isinstance(tokens, ModelOutOfMemory):
            oldest_first = sorted(self._rows, key=lambda row: row.arrived)
            keep = len(self._rows) // 2
            self._shrink(oldest_first[keep:], keep, tokens)
            return
        over = []
        for row, token in zip(self._rows, tokens, strict=True):
            if token is not None:
                row.done += 1
                if self._take(row, token):
                    over.append(row)
        self._leave(over)

    def _take(self, row: Request, token: int) -> bool:
        """Hand out a token; whether it was the last."""
        if token in self._stops:
            self._outbox.put(row, Ended(cut=False))
        else:
            row.tokens.append(token)
            self._outbox.put(row, token)
            complete = row.guide is not None and row.guide.is_over
            if not complete and not row.is_over:
                return False
            self._outbox.put(row, Ended(cut=not complete))
        self._taken.discard(row)
        # Memory sufficed for this one: try one more, up to the setting.
        self._limit = min(self._most_rows, self._limit + 1)
        return True

    def _shrink(self, rows: Sequence[Request], limit: int, exc: ModelOutOfMemory) -> None:
        """Take rows out of the batch for want of memory."""
        self._leave(rows, trim=True)
        self._set_back(rows, limit, exc)

    def _set_back(self, rows: Sequence[Request], limit: int, exc: ModelOutOfMemory) -> None:
        """To the head of the queue; a row for which there is no room even alone has failed."""
        self._limit = max(1, limit)
        if not self._rows and len(rows) == 1:
            self._taken.discard(rows[0])
            self._outbox.put(rows[0], exc)
            return
        with self._changed:
            self._taken.difference_update(rows)
            self._waiting.extendleft(sorted(rows, key=lambda row: -row.arrived))

    def _leave(self, rows: Iterable[Request], *, trim: bool = False) -> None:
        # From the last slot down: closing one moves the last into its place.
        slots = sorted((self._rows.index(row) for row in rows), reverse=True)
        for slot in slots:
            if self._rows[slot] is self._reading:
                self._reading = None
            self._rows[slot] = self._rows[-1]
            self._rows.pop()
            # Once, as it copies what all the others have.
            self._runner.close(slot, trim=trim and slot == slots[-1])

    def _fail_all(self) -> None:
        for row in self._taken:
            self._outbox.put(row, GeneratorError())
        self._taken.clear()
        self._rows.clear()
        self._reading = None
        try:
            self._runner.reset()
        except Exception as exc:  # noqa: BLE001 the next request says so
            _log.warning("the local model could not be reset: %s", type(exc).__name__)


def _fitting(work: Callable[[], _Result]) -> _Result | ModelOutOfMemory:
    """What it gives, or that memory ran out."""
    try:
        return work()
    except ModelOutOfMemory as exc:
        # Without its traceback, which holds all that the failed pass computed with.
        return ModelOutOfMemory(**exc.values)
