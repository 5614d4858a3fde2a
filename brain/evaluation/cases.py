"""What a benchmark asks, whichever data it comes from, and how well it was answered."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from brain.messages import Person

DEPTH = 10
"""How many memories each question is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, and the turns that hold its answer."""

    text: str
    category: str
    evidence: frozenset[str]
    """Ids of turns; none: the data names none, and nothing that is found is right."""
    answer: str
    """In a few words; empty: the data has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person whose memories are in the store, and what they are asked."""

    person: Person
    now: datetime
    """When they are asked."""
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found for a question: ids, best first, `DEPTH` at most."""

    question: Question
    found: tuple[str, ...]

    def any_at(self, depth: int) -> bool:
        """Whether one of the first `depth` holds the answer."""
        return not self.question.evidence.isdisjoint(self.found[:depth])

    @property
    def share(self) -> float:
        """Of what holds the answer, how much was found: fractional recall at `DEPTH`."""
        evidence = self.question.evidence
        return len(evidence.intersection(self.found)) / len(evidence) if evidence else 0.0

    @property
    def gain(self) -> float:
        """Normalised discounted cumulative gain at `DEPTH` (Järvelin and Kekäläinen, 2002)."""
        evidence = self.question.evidence
        best = sum(_discount(rank) for rank in range(min(len(evidence), DEPTH)))
        hits = (_discount(rank) for rank, one in enumerate(self.found) if one in evidence)
        return sum(hits) / best if best else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over questions, each from 0 to 1."""

    questions: int
    any_at: dict[int, float]
    """By depth."""
    share: float
    gain: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], depths: Sequence[int]) -> "Scores":
        """Of some questions; of none, all is 0."""
        count = len(outcomes)
        total = max(count, 1)
        return cls(
            count,
            {depth: sum(one.any_at(depth) for one in outcomes) / total for depth in depths},
            sum(one.share for one in outcomes) / total,
            sum(one.gain for one in outcomes) / total,
        )

    def figures(self) -> dict[str, float]:
        """By the names that papers know them by."""
        any_at = {f"any@{depth}": share for depth, share in self.any_at.items()}
        return {**any_at, f"recall@{DEPTH}": self.share, f"ndcg@{DEPTH}": self.gain}


def _discount(rank: int) -> float:
    return 1.0 / math.log2(rank + 2)
