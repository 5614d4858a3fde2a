"""The baseline, against scores computed by hand."""

import math

import pytest

from brain.evaluation.plain_bm25 import PlainBM25
from brain.ids import MemoryId

A, B, C = map(MemoryId, "abc")


def test_scores_are_those_of_the_formula() -> None:
    index = PlainBM25()
    index.add(A, "cats like cats")
    index.add(B, "dogs")
    index.add(C, "the dogs like long walks")
    # 3 texts of 3, 1 and 5 words: 3 on average. "cat" stands in 1 text, "dog" in 2.
    cat, dog = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5)
    found = index.search("the cat and a dog", limit=9)
    assert [one for one, _ in found] == [A, B, C]
    assert [score for _, score in found] == pytest.approx(
        [
            cat * 2 * 2.2 / (2 + 1.2),
            dog * 2.2 / (1 + 1.2 * (0.25 + 0.75 / 3)),
            dog * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 5 / 3)),
        ]
    )
    assert [one for one, _ in index.search("dog", limit=1)] == [B]
    assert [one for one, _ in index.search("dog", limit=1, without={B})] == [C]


def test_what_is_not_there_is_not_found() -> None:
    assert PlainBM25().search("cat", limit=9) == []
    index = PlainBM25()
    index.add(A, "我养了一只猫")
    assert index.search("狗", limit=9) == []
    assert [one for one, _ in index.search("你的猫呢？", limit=9)] == [A]
