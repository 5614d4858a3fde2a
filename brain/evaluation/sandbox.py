"""The surroundings of a benchmark: empty stores, a manual clock, and an embedder with a cache."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from brain.clock import ManualClock
from brain.companion import Companion
from brain.memory.record import Vector
from brain.memory.retention import Curve
from brain.ports import Embedder

CompanionFactory = Callable[[Curve], AbstractAsyncContextManager[Companion]]
"""Opens a companion with an empty store and a curve; leaving the context closes the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """Opens companions for a benchmark, and holds their clock."""

    open: CompanionFactory
    clock: ManualClock
    """The clock of every companion that is opened."""

    def set_clock(self, moment: datetime) -> None:
        """Move the clock to a moment, forwards or backwards."""
        self.clock.advance(moment - self.clock.now())


class CachingEmbedder:
    """An embedder (`brain.ports.Embedder`) that embeds each query once and keeps its vector."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._queries: dict[str, Vector] = {}

    @property
    def name(self) -> str:
        """The name of the wrapped embedder."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """The number of dimensions of the wrapped embedder."""
        return self._embedder.dimensions

    async def query(self, text: str) -> Vector:
        """Returns the vector of a query, which is cached as long as this object exists."""
        if text not in self._queries:
            self._queries[text] = await self._embedder.query(text)
        return self._queries[text]

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Returns the vectors of passages, which are not cached because the store keeps them."""
        return await self._embedder.passages(texts)
