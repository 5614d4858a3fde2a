"""Figures that are known beforehand."""

import math

import pytest

from brain.evaluation.cases import Outcome, Question, Scores


def outcome(evidence: str, found: str) -> Outcome:
    question = Question(text="?", category="", evidence=frozenset(evidence), answer="")
    return Outcome(question, tuple(found))


def test_any_at_counts_a_question_once() -> None:
    scores = Scores.of([outcome("ab", "xxab"), outcome("c", "dc"), outcome("e", "fg")], (1, 2, 3))
    assert scores.any_at == {1: 0.0, 2: pytest.approx(1 / 3), 3: pytest.approx(2 / 3)}


def test_fractional_recall_is_the_share_of_the_evidence() -> None:
    assert outcome("abcd", "axb").recall == 0.5


def test_gain_is_one_for_the_best_order_and_falls_with_the_rank() -> None:
    assert outcome("ab", "ba").ndcg == pytest.approx(1.0)
    assert outcome("a", "xa").ndcg == pytest.approx(1 / math.log2(3))
    assert outcome("ab", "ax").ndcg == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_a_question_without_evidence_is_never_answered() -> None:
    missed = outcome("", "abc")
    assert not missed.any_at(10)
    assert missed.recall == missed.ndcg == 0.0
    assert Scores.of([], (5,)).figures()["any@5"] == 0.0
