"""Made-up people with made-up memories, as large as a benchmark needs, the same every time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from brain.memory.creation import new_memory
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import COMPANION
from brain.messages import Person, Place

DIMENSIONS = 384
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLACE = Place("benchmark:home", private=True)
_VOCABULARY = 20_000
_WORDS_PER_SIDE = 18
_TOPICS = 200


class Population:
    """Texts follow Zipf's law over 20,000 words; vectors lie as multilingual-e5's do.

    Its vectors share one strong direction (the mean of real ones has norm 0.90) and cluster by
    topic; without that, any index looks better than it is.
    """

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self._common = _unit(self._random.normal(size=DIMENSIONS))
        self._topics = self._random.normal(size=(_TOPICS, DIMENSIONS)) / np.sqrt(DIMENSIONS)

    def vector(self) -> Vector:
        """One embedding."""
        topic = self._topics[self._random.integers(_TOPICS)]
        own = self._random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS)
        return _unit(0.9 * self._common + 0.3 * topic + 0.3 * own)

    def text(self, words: int = _WORDS_PER_SIDE) -> str:
        """One utterance."""
        ranks = np.minimum(self._random.zipf(1.2, size=words), _VOCABULARY)
        return " ".join(f"w{rank}" for rank in ranks)

    def memories(
        self, person: Person, count: int, *, until: datetime = NOW
    ) -> Iterator[tuple[Memory, Vector]]:
        """A person's past: one turn every five minutes, the last one five before `until`."""
        for index in range(count):
            memory = new_memory(
                id=f"{person.id}-{index}",
                person=person,
                place=PLACE,
                kind=Kind.TURN,
                text=self.text(),
                reply=self.text(),
                said_at=until - timedelta(minutes=5 * (count - index)),
                language="en",
                curve=COMPANION,
            )
            yield memory, self.vector()


def _unit(vector: NDArray[np.float64]) -> Vector:
    unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit
