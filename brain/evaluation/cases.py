"""The questions that a benchmark asks, and the scores of what recall found for them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from brain.messages import Person

DEPTH = 10
"""How many memories are retrieved for each question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, with the turns that hold its answer."""

    text: str
    category: str
    evidence: frozenset[str]
    """Ids of turns; where the data names none, nothing that is found counts as right."""
    answer: str
    """The answer in a few words; empty where the data gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person whose memories are in the store, with the questions about them."""

    person: Person
    now: datetime
    """When the questions are asked."""
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found for a question."""

    question: Question
    found: tuple[str, ...]
    """Ids of memories, best first, `DEPTH` at most."""

    def any_at(self, depth: int) -> bool:
        """Whether one of the first `depth` memories holds the answer."""
        return not self.question.evidence.isdisjoint(self.found[:depth])

    @property
    def recall(self) -> float:
        """The share of the evidence that was found: fractional recall at `DEPTH`, 0 to 1."""
        evidence = self.question.evidence
        return len(evidence.intersection(self.found)) / len(evidence) if evidence else 0.0

    @property
    def ndcg(self) -> float:
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
    """By depth, the share of questions with an answer among that many memories."""
    recall: float
    ndcg: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], depths: Sequence[int]) -> "Scores":
        """Returns the means over these outcomes; without any, all are 0."""
        count = len(outcomes)
        total = max(count, 1)
        return cls(
            count,
            {depth: sum(one.any_at(depth) for one in outcomes) / total for depth in depths},
            sum(one.recall for one in outcomes) / total,
            sum(one.ndcg for one in outcomes) / total,
        )

    def figures(self) -> dict[str, float]:
        """Returns the scores by the names that papers use, such as `any@5` and `ndcg@10`."""
        any_at = {f"any@{depth}": share for depth, share in self.any_at.items()}
        return {**any_at, f"recall@{DEPTH}": self.recall, f"ndcg@{DEPTH}": self.ndcg}


def _discount(rank: int) -> float:
    return 1.0 / math.log2(rank + 2)
