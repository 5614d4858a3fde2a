"""Makes synthetic memories of any number of people, the same ones every time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from brain.ids import MemoryId, PlaceId
from brain.memory.creation import new_memory
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import COMPANION
from brain.messages import Person, Place

DIMENSIONS = 384
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLACE = Place(PlaceId("benchmark:home"), private=True)
_VOCABULARY = 20_000
_WORDS_PER_SIDE = 18
_TOPICS = 200


class Population:
    """Draws texts by Zipf's law over 20,000 words, and vectors distributed as multilingual-e5's.

    The vectors share one strong direction (the mean of real ones has norm 0.90) and cluster by
    topic; without that, any index would look better than it is.
    """

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self._common = _unit(self._random.normal(size=DIMENSIONS))
        self._topics = self._random.normal(size=(_TOPICS, DIMENSIONS)) / np.sqrt(DIMENSIONS)

    def vector(self) -> Vector:
        """Returns a unit vector of `DIMENSIONS` numbers."""
        topic = self._topics[self._random.integers(_TOPICS)]
        own = self._random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS)
        return _unit(0.9 * self._common + 0.3 * topic + 0.3 * own)

    def text(self, words: int = _WORDS_PER_SIDE) -> str:
        """Returns an utterance of a number of words."""
        ranks = np.minimum(self._random.zipf(1.2, size=words), _VOCABULARY)
        return " ".join(f"w{rank}" for rank in ranks)

    def memories(
        self, person: Person, count: int, *, until: datetime = NOW
    ) -> Iterator[tuple[Memory, Vector]]:
        """Yields turns of a person with their vectors, one every five minutes, before `until`."""
        for index in range(count):
            memory = new_memory(
                id=MemoryId(f"{person.id}-{index}"),
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
