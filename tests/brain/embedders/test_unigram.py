from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.embedders.unigram import UNKNOWN_PENALTY, Unigram

PIECES = ["?", "▁", "a", "b", "c", "ab", "bc", "▁a", "▁ab", "abc", "ca", "cab"]
SCORES = np.array([0, -2, -3, -3.5, -4, -5, -6.1, -4.2, -6, -8, -6.6, -9], np.float32)
UNKNOWN = 0
REPLACED = {ord("\t"): " ", ord("\x01"): "", ord("Å"): "ab"}


@pytest.fixture
def tokenize() -> Unigram:
    return Unigram(PIECES, SCORES, unknown=UNKNOWN, replaced=REPLACED)


def pieces(tokenize: Unigram, text: str) -> list[str]:
    return [PIECES[piece] for piece in tokenize(text)]


@given(st.text("abc ", max_size=9))
def test_the_split_is_the_likeliest_of_all(text: str) -> None:
    tokenize = Unigram(PIECES, SCORES, unknown=UNKNOWN, replaced=REPLACED)
    spaced = "▁" + " ".join(text.split(" ")).replace("  ", " ").replace("  ", " ").replace(
        "  ", " "
    ).removeprefix(" ").replace(" ", "▁")
    known = {piece: float(score) for piece, score in zip(PIECES, SCORES, strict=True)}
    inner = range(1, len(spaced))
    best = max(
        sum(known.get(spaced[a:b], -1000.0) for a, b in zip((0, *cuts), (*cuts, None), strict=True))
        for count in range(len(spaced))
        for cuts in combinations(inner, count)
    )
    found = pieces(tokenize, text)
    assert "".join(found) == spaced
    assert sum(known[piece] for piece in found) == pytest.approx(best)


def test_characters_are_replaced_and_spaces_become_one(tokenize: Unigram) -> None:
    assert tokenize("Å \t  \x01c") == tokenize("ab c")


def test_a_character_that_no_piece_has_is_unknown(tokenize: Unigram) -> None:
    assert pieces(tokenize, "azb") == ["▁a", "?", "b"]
    assert UNKNOWN_PENALTY > 0


def test_an_empty_text_is_a_space(tokenize: Unigram) -> None:
    assert pieces(tokenize, "") == ["▁"]
