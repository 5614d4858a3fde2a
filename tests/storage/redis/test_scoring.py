"""BM25 over codes, against its formula."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.memory.bm25 import K1, B
from brain.memory.lexical import terms
from storage.redis.scoring import codes_of, scores

WORDS = st.lists(st.sampled_from(["tea", "lemon", "cat", "rain", "猫", "打雷"]), max_size=30)


def bm25(query: Mapping[str, float], document: Sequence[str], average_length: float) -> float:
    """As it is written down: one document, term by term."""
    norm = K1 * (1.0 - B + B * len(document) / average_length)
    counts = {term: document.count(term) for term in query}
    return sum(query[term] * n * (K1 + 1.0) / (n + norm) for term, n in counts.items())


def score(query: Mapping[str, float], document: Sequence[str], *, average_length: float) -> float:
    return float(scores(query, [codes_of(document)], average_length=average_length)[0])


@given(
    st.lists(WORDS, max_size=8),
    st.dictionaries(st.sampled_from(["tea", "cat", "猫", "gone"]), st.floats(0.01, 9)),
    st.floats(1, 50),
)
def test_many_are_scored_as_each_alone(
    documents: list[list[str]], query: dict[str, float], average_length: float
) -> None:
    together = scores(query, [codes_of(each) for each in documents], average_length=average_length)
    alone = [bm25(query, each, average_length) for each in documents]
    assert together.tolist() == pytest.approx(alone)


def test_a_short_memory_with_the_word_beats_a_long_one() -> None:
    query = {"mango": 2.0}
    short = score(query, ["mango", "cat"], average_length=10)
    long = score(query, ["mango"] + ["word"] * 40, average_length=10)
    assert short > long > 0
    assert score(query, ["dog"], average_length=10) == 0


def test_repeating_a_word_saturates() -> None:
    query = {"mango": 1.0}
    once, twice, often = (
        score(query, ["mango"] * n + ["x"] * (20 - n), average_length=20) for n in (1, 2, 20)
    )
    assert once < twice < often
    assert often < 2.2
    assert twice - once > (often - twice) / 18
    assert once == pytest.approx(1.0)


def test_damaged_codes_score_nothing_and_shift_no_other() -> None:
    good = codes_of(terms("lemon tea"))
    result = scores({"tea": 1.0}, [good[:-1], good, b"", b"?"], average_length=2.0)
    assert [each > 0 for each in result] == [False, True, False, False]
