import pytest

from bots.desk.memory_views import ForgetPreview, view
from bots.terminal.sanitizing import shorten_to_line, strip_control_characters
from bots.terminal.selection import parse_selection
from brain.memory.retention import COMPANION
from tests.bots.conftest import LONG_AGO, memory

MEANT, SIMILAR = [
    tuple(
        view(memory(text, id=text, said_at=LONG_AGO), now=LONG_AGO, curve=COMPANION)
        for text in texts
    )
    for texts in (("one", "two"), ("three", "four", "five"))
]
PREVIEW = ForgetPreview(meant=MEANT, similar=SIMILAR)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", []),
        ("no", []),
        ("不", []),
        ("yes", ["one", "two"]),
        ("是", ["one", "two"]),
        ("ALL", ["one", "two", "three", "four", "five"]),
        ("全部", ["one", "two", "three", "four", "five"]),
        ("1 3-4", ["one", "three", "four"]),
        ("5，2、2", ["five", "two"]),
    ],
)
def test_an_answer_picks(answer: str, expected: list[str]) -> None:
    picked = parse_selection(PREVIEW, answer)
    assert picked is not None
    assert [memory.text for memory in picked] == expected


@pytest.mark.parametrize("answer", ["0", "6", "3-1", "1-99", "maybe", "1 x", "-", "1-2-3"])
def test_an_answer_that_makes_no_sense_picks_nothing(answer: str) -> None:
    assert parse_selection(PREVIEW, answer) is None


def test_yes_means_nothing_where_things_merely_come_to_mind() -> None:
    assert parse_selection(ForgetPreview(meant=(), similar=SIMILAR), "yes") is None


def test_no_escape_sequence_reaches_the_terminal() -> None:
    assert strip_control_characters("a\x1b[31mb\x9b\x07\x00c\n\td\ud800") == "a[31mbc\n\td"
    assert strip_control_characters("مرحبا 👋") == "مرحبا 👋"


def test_a_line_is_cut_with_an_ellipsis() -> None:
    assert shorten_to_line("a\n b\tc", limit=9) == "a b c"
    assert shorten_to_line("x" * 100_000, limit=5) == "xxxx…"
