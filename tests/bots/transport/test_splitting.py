"""Long texts in messages: nothing is lost, and each message reads right by itself."""

import re

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.transport.markdown import read_markdown
from bots.transport.splitting import split_text
from bots.transport.styled_text import Look, StyledText
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


SLACK = 12
"""Characters at the end of a text that is being written which may still turn out to be markup."""


@settings(max_examples=40)
@given(SOURCES, st.floats(0, 1))
def test_what_is_shown_of_a_text_that_is_being_written_is_its_beginning(
    source: Source, share: float
) -> None:
    written = source.markdown[: round(share * len(source.markdown))]
    # A sign that begins nothing after all is shown when the line has ended.
    shown, whole = (
        re.sub(r"[\s*_~|]", "", read.text)
        for read in (read_markdown(written, unfinished=True), read_markdown(source.markdown))
    )
    assert whole.startswith(shown[: max(0, len(shown) - SLACK)])


@pytest.mark.parametrize(
    ("written", "shown", "look"),
    [
        ("So **bol", "bol", Look.BOLD),
        ("So **bold*", "bold", Look.BOLD),
        ("- a *b **c", "b c", Look.ITALIC),
        ("||spoil", "spoil", Look.SPOILER),
        ("`co", "co", Look.CODE),
        ("```py\nx", "x", Look.PRE),
    ],
)
def test_a_style_that_is_not_ended_yet_is_shown(written: str, shown: str, look: Look) -> None:
    read = read_markdown(written, unfinished=True)
    assert [read.text[s.start : s.end] for s in read.spans if s.look is look] == [shown]


@pytest.mark.parametrize("written", ["See [label](https://a.", "See [label]("])
def test_no_half_address_is_shown(written: str) -> None:
    assert read_markdown(written, unfinished=True).text == "See label"
