"""Figures that are known beforehand."""

import math
from collections.abc import Mapping

import pytest

from brain.evaluation.lives import Question
from brain.evaluation.scores import Mean, Outcome, mean_scores
from brain.ids import MemoryId, PersonId
from tests.factories import NOON


def outcome(evidence: str, found: str) -> Outcome:
    question = Question(
        person=PersonId("ann"),
        text="?",
        asked_at=NOON,
        evidence=frozenset(map(MemoryId, evidence)),
    )
    return Outcome(question, tuple(map(MemoryId, found)))


def values(means: Mapping[str, Mean]) -> dict[str, float]:
    return {name: mean.value for name, mean in means.items()}


def test_any_at_counts_a_question_once() -> None:
    scores = mean_scores([outcome("ab", "xxab"), outcome("c", "dc"), outcome("e", "fg")], (1, 2, 3))
    assert [scores[f"any@{depth}"].value for depth in (1, 2, 3)] == pytest.approx([0, 1 / 3, 2 / 3])


def test_fractional_recall_is_the_share_of_the_evidence() -> None:
    assert outcome("abcd", "axb").recall == 0.5


def test_gain_is_one_for_the_best_order_and_falls_with_the_rank() -> None:
    assert outcome("ab", "ba").ndcg == pytest.approx(1.0)
    assert outcome("a", "xa").ndcg == pytest.approx(1 / math.log2(3))
    assert outcome("ab", "ax").ndcg == pytest.approx(1 / (1 + 1 / math.log2(3)))
    # Found at ranks 2 and 4, where ranks 1, 2 and 3 were the best: .6309 + .4307 over 2.1309.
    assert outcome("abc", "xayb").ndcg == pytest.approx(0.4982, abs=1e-4)


def test_the_standard_error_is_that_of_the_mean_over_questions() -> None:
    # Scores 1, 1, 0, 0, 0: mean .4, sum of squares about it 1.2, over n - 1 = 4, over n = 5.
    outcomes = [outcome("a", "a")] * 2 + [outcome("a", "b")] * 3
    mean = mean_scores(outcomes, (5,))["any@5"]
    assert (mean.value, mean.error) == pytest.approx((0.4, math.sqrt(0.06)))
    assert mean.percent() == "40.0 ±24.5"
    assert Mean.of([0.25]) == Mean(0.25, None)
    assert Mean.of([0.25]).percent() == "25.0"


def test_a_question_without_evidence_is_never_answered() -> None:
    missed = outcome("", "abc")
    assert not missed.any_at(10)
    assert missed.recall == missed.ndcg == 0.0
    assert values(mean_scores([], (5,))) == {"any@5": 0.0, "recall@10": 0.0, "ndcg@10": 0.0}
