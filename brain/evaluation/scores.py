"""The scores of what recall found for the questions of a benchmark."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brain.evaluation.lives import Question
from brain.ids import MemoryId

DEPTH = 10
"""How many memories are retrieved for each question."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found for a question."""

    question: Question
    found: tuple[MemoryId, ...]
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
class Mean:
    """The mean of a score over questions, from 0 to 1."""

    value: float
    error: float | None
    """Its standard error s / sqrt(n): s is the standard deviation of the scores of n questions,
    with n - 1 in its denominator. None for fewer than two questions, which tell none."""

    @classmethod
    def of(cls, scores: Sequence[float]) -> "Mean":
        """Returns the mean of these scores; without any, it is 0."""
        if len(scores) <= 1:
            return cls(sum(scores), None)
        return cls(statistics.fmean(scores), statistics.stdev(scores) / math.sqrt(len(scores)))

    def percent(self, form: str = ".1f") -> str:
        """Return the mean and its error in percent, such as `74.7 ±1.4`."""
        error = "" if self.error is None else f" ±{100 * self.error:.1f}"
        return f"{100 * self.value:{form}}{error}"


def mean_scores(outcomes: Sequence[Outcome], depths: Sequence[int]) -> Mapping[str, Mean]:
    """Returns the mean scores by the names that papers use, such as `any@5` and `ndcg@10`.

    Args:
        outcomes: what was found for each question.
        depths: the numbers of memories at which `any@` is scored.
    """
    any_at = {
        f"any@{depth}": Mean.of([float(one.any_at(depth)) for one in outcomes]) for depth in depths
    }
    return {
        **any_at,
        f"recall@{DEPTH}": Mean.of([one.recall for one in outcomes]),
        f"ndcg@{DEPTH}": Mean.of([one.ndcg for one in outcomes]),
    }


def _discount(rank: int) -> float:
    return 1.0 / math.log2(rank + 2)
