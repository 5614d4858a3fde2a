"""Between the batcher's thread and the event loops: work that goes in, pieces that come out."""

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
    """Work for the batcher's thread that is no reply."""

    run: Callable[[], None]
    future: "Future[Any]"
    unused: str | None
    """An adapter that no request may need any more before it is done."""

    def refuse(self) -> None:
        """It will never be done."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(GeneratorError())


def call_for(
    work: Callable[[], _Result], *, unused: str | None = None
) -> tuple[Call, "Future[_Result]"]:
    """That work, and where its result will be."""
    future: Future[_Result] = Future()

    def run() -> None:
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except Exception as exc:  # noqa: BLE001 whoever waits is told
                future.set_exception(exc)

    return Call(run, future, unused), future


class Outbox:
    """All that one step brought, handed to each event loop in one call."""

    def __init__(self) -> None:
        self._pieces: list[tuple[Request, Piece]] = []

    def put(self, request: Request, piece: Piece) -> None:
        """Keep it until the step is over."""
        self._pieces.append((request, piece))

    def hand_out(self) -> None:
        """Wake whoever waits for them."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Request, Piece]]] = {}
        for request, piece in self._pieces:
            by_loop.setdefault(request.loop, []).append((request, piece))
        self._pieces.clear()
        for loop, pieces in by_loop.items():
            # A loop that was closed has nobody left who listens.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_deliver, pieces)


def _deliver(pieces: Sequence[tuple[Request, Piece]]) -> None:
    for request, piece in pieces:
        request.pieces.put_nowait(piece)
