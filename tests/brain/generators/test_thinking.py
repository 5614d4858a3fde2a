from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brain.generators.thinking import ThinkingFilter

CUTS = st.lists(st.integers(0, 60))


def shown(reply: str, cuts: list[int]) -> str:
    """What comes out when the reply arrives in pieces that end at these places."""
    thinking = ThinkingFilter()
    places = sorted({0, len(reply), *(min(cut, len(reply)) for cut in cuts)})
    pieces = [thinking.feed(reply[start:end]) for start, end in pairwise(places)]
    return "".join([*pieces, thinking.finish()])


@given(thought=st.text().filter(lambda text: "</think>" not in text), cuts=CUTS)
@example(thought="almost </thin", cuts=list(range(60)))
def test_a_thought_is_left_out_wherever_the_pieces_are_cut(thought: str, cuts: list[int]) -> None:
    assert shown(f"\n<think>{thought}</think>\n\nGood morning!", cuts) == "Good morning!"


@given(reply=st.text(), cuts=CUTS)
@example(reply="<thin ice", cuts=[1, 2, 5])
@example(reply="Write <think> before </think>.", cuts=[8, 10])
def test_a_reply_without_a_thought_comes_through_whole(reply: str, cuts: list[int]) -> None:
    if not reply.lstrip().startswith("<think>"):
        assert shown(reply, cuts) == reply.lstrip()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("<think>one</think> <think>two</think> three", "three"),
        ("<think>never ends", ""),
        ("<think></think>", ""),
        ("</think> first", "</think> first"),
        (" \n ", ""),
    ],
)
def test_odd_thoughts(reply: str, expected: str) -> None:
    assert shown(reply, list(range(60))) == expected


def test_words_are_shown_as_soon_as_they_cannot_be_a_tag() -> None:
    thinking = ThinkingFilter()
    assert [thinking.feed(piece) for piece in ("<", "3", " you")] == ["", "<3", " you"]
