"""Passes work to the batcher's thread, and its output to the event loops."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from brain.errors import GeneratorError
from brain.generators.local_lora.requests import Piece, Request

if TYPE_CHECKING:
    import asyncio

_Result = TypeVar("_Result")


@dataclass(slots=True, eq=False)
class Call:
    """A function for the batcher's thread to run between two steps."""

    run: Callable[[], None]
    future: "Future[Any]"
    unused_adapter: str | None
    """An adapter that no request may use any more when the function runs."""

    def refuse(self) -> None:
        """Fails the future, because the function will never run."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(GeneratorError())


def create_call(
    work: Callable[[], _Result], *, unused_adapter: str | None = None
) -> tuple[Call, "Future[_Result]"]:
    """Returns a call of the function, and the future of its result."""
    future: Future[_Result] = Future()

    def run() -> None:
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except Exception as exc:  # noqa: BLE001 the future passes it on
                future.set_exception(exc)

    return Call(run, future, unused_adapter), future


class Outbox:
    """Collects the output of one step and passes it to each event loop in a single call."""

    def __init__(self) -> None:
        self._pieces: list[tuple[Request, Piece]] = []

    def put(self, request: Request, piece: Piece) -> None:
        """Keeps a piece until `deliver`."""
        self._pieces.append((request, piece))

    def deliver(self) -> None:
        """Puts all pieces into the queues of their requests, in their event loops."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Request, Piece]]] = {}
        for request, piece in self._pieces:
            by_loop.setdefault(request.loop, []).append((request, piece))
        self._pieces.clear()
        for loop, pieces in by_loop.items():
            # A closed loop raises RuntimeError, and nobody waits there any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_put_pieces, pieces)


def _put_pieces(pieces: Sequence[tuple[Request, Piece]]) -> None:
    for request, piece in pieces:
        request.pieces.put_nowait(piece)
