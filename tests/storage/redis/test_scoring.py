"""BM25 over codes, against its formula."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.memory.bm25 import K1, MESSAGE_B, REPLY_B, REPLY_WEIGHT
from brain.memory.lexical import terms
from storage.redis.scoring import codes_of, codes_of_reply, scores

WORDS = st.lists(st.sampled_from(["tea", "lemon", "cat", "rain", "猫", "打雷"]), max_size=30)


Fields = tuple[Sequence[str], Sequence[str]]
"""The terms of a message, and those of its reply."""


def bm25(query: Mapping[str, float], memory: Fields, average_lengths: tuple[float, float]) -> float:
    """As it is written down: one field after the other, term by term."""
    total = 0.0
    by_field = zip(memory, average_lengths, (MESSAGE_B, REPLY_B), (1.0, REPLY_WEIGHT), strict=True)
    for terms_of, average, b, factor in by_field:
        norm = K1 * (1.0 - b + b * len(terms_of) / max(1.0, average))
        for term, weight in query.items():
            count = terms_of.count(term)
            total += factor * weight * count * (K1 + 1.0) / (count + norm)
    return total


def score(query: Mapping[str, float], message: Sequence[str], *, average_length: float) -> float:
    return float(scores(query, [codes_of(message)], average_lengths=(average_length, 0.0))[0])


@given(
    st.lists(st.tuples(WORDS, WORDS), max_size=8),
    st.dictionaries(st.sampled_from(["tea", "cat", "猫", "gone"]), st.floats(0.01, 9)),
    st.tuples(st.floats(0, 50), st.floats(0, 50)),
)
def test_many_are_scored_as_each_alone(
    memories: list[tuple[list[str], list[str]]],
    query: dict[str, float],
    average_lengths: tuple[float, float],
) -> None:
    codes = [codes_of(*each) for each in memories]
    together = scores(query, codes, average_lengths=average_lengths)
    alone = [bm25(query, each, average_lengths) for each in memories]
    assert together.tolist() == pytest.approx(alone)
    assert codes == [codes_of(message) + codes_of_reply(reply) for message, reply in memories]


def test_a_short_memory_with_the_word_beats_a_long_one() -> None:
    query = {"mango": 2.0}
    short = score(query, ["mango", "cat"], average_length=10)
    long = score(query, ["mango"] + ["word"] * 40, average_length=10)
    assert short > long > 0
    assert score(query, ["dog"], average_length=10) == 0


def test_a_message_with_the_word_beats_a_reply_with_it() -> None:
    said, answered = codes_of(["mango", "cat"], ["dog"]), codes_of(["dog", "cat"], ["mango"])
    both = scores({"mango": 2.0}, [said, answered], average_lengths=(2.0, 1.0))
    assert both[0] > both[1] > 0


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
    result = scores({"tea": 1.0}, [good[:-1], good, b"", b"?"], average_lengths=(2.0, 0.0))
    assert [each > 0 for each in result] == [False, True, False, False]
