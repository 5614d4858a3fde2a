"""Long texts in messages: nothing is lost, and each message reads right by itself."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.transport.markdown import Look, StyledText, read_markdown
from bots.transport.splitting import split_text
from tests.bots.markdown_sources import SOURCES, Source, bare

LIMIT = 200
CLUSTERS = ["👩‍👩‍👧‍👦", "🇩🇪", "e\u0301", "👍🏽", "नि", "x \u0301", "\n", ". ", "。", "word", "文"]


def split(text: StyledText, limit: int = LIMIT) -> list[StyledText]:
    return list(split_text(text, [1] * len(text.text), limit=limit))


@given(st.lists(st.sampled_from(CLUSTERS), max_size=200), st.integers(30, 90))
def test_no_grapheme_is_parted(clusters: list[str], limit: int) -> None:
    text = "".join(clusters)
    whole = set(regex.findall(r"\X", text))
    found = split(StyledText(text), limit)
    assert all(0 < len(piece.text) <= limit for piece in found)
    assert bare("".join(piece.text for piece in found)) == bare(text)
    for piece in found:
        assert set(regex.findall(r"\X", piece.text)) <= whole


def test_list_items_stay_whole() -> None:
    items = [f"- item {n} " + "with some words " * 4 for n in range(40)]
    found = split(read_markdown("\n".join(items)))
    lines = [line for piece in found for line in piece.text.split("\n")]
    assert lines == [f"• {item[2:].strip()}" for item in items]


@pytest.mark.parametrize("begin", ["", "Look:\n\n", "- See:\n  "])
def test_code_that_is_cut_is_code_in_each_message(begin: str) -> None:
    code = "\n".join(f"{'    ' * (n % 3)}print({n})" for n in range(99))
    indent = "  " if begin.startswith("-") else ""
    fenced = f"```py\n{code}\n```".replace("\n", f"\n{indent}")
    found = split(read_markdown(f"{begin}{fenced}"))
    shown = [
        piece.text[span.start : span.end]
        for piece in found
        for span in piece.spans
        if span.look is Look.PRE
    ]
    assert "\n".join(shown) == code
    assert {span.detail for piece in found for span in piece.spans} <= {"py", ""}


@settings(max_examples=40)
@given(st.lists(SOURCES, min_size=2, max_size=5), st.integers(100, 300))
def test_the_messages_of_a_growing_text_stay_as_they_were(some: list[Source], limit: int) -> None:
    source = "\n\n".join(one.markdown for one in some)
    whole = split(read_markdown(source), limit)
    for count in range(1, len(some)):
        begun = split(read_markdown("\n\n".join(one.markdown for one in some[:count])), limit)
        assert [one.text for one in begun[:-1]] == [one.text for one in whole[: len(begun) - 1]]
