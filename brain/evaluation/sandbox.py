"""Where a benchmark runs: a store of its own, and a clock that stands where the data needs it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from brain.clock import ManualClock
from brain.companion import Companion
from brain.memory.record import Vector
from brain.memory.retention import Curve
from brain.ports import Embedder

Open = Callable[[Curve], AbstractAsyncContextManager[Companion]]
"""Opens a companion with an empty store and that curve; both go when it is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a run is given."""

    open: Open
    clock: ManualClock
    """Of every companion that is opened."""

    def stand_at(self, moment: datetime) -> None:
        """Move the clock there."""
        self.clock.advance(moment - self.clock.now())


class Remembering:
    """Fulfils `brain.ports.Embedder`: embeds each question once, however often it is asked."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._queries: dict[str, Vector] = {}

    @property
    def name(self) -> str:
        """As the embedder's."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """As the embedder's."""
        return self._embedder.dimensions

    async def query(self, text: str) -> Vector:
        """Kept for as long as this lives."""
        if text not in self._queries:
            self._queries[text] = await self._embedder.query(text)
        return self._queries[text]

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """As the embedder's: the store keeps them."""
        return await self._embedder.passages(texts)
