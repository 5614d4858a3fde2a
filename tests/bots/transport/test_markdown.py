"""Long replies in messages: nothing is lost, and each message reads right by itself."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.transport.markdown import _open_fence, split_markdown

LIMIT = 2_000
CODE = "\n".join(f"    print({n})" for n in range(400))
MARKDOWN = st.lists(
    st.sampled_from(
        ["```", "```python", "~~~", "- item", "  - sub", "1. one", "> quote", "# Head", "", "    x"]
    )
    | st.text(max_size=60)
    | st.text(alphabet="word ", min_size=50, max_size=400),
    max_size=30,
).map("\n".join)


def fences(piece: str) -> int:
    return len(re.findall(r"^\s*```", piece, re.MULTILINE))


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", ["", " \n ", "\n\n"])
def test_nothing_is_no_message(text: str) -> None:
    assert split_markdown(text, limit=LIMIT) == ()


def test_what_fits_is_one_message_as_it_is() -> None:
    assert split_markdown("**Hi** there\n\n- a\n- b", limit=LIMIT) == ("**Hi** there\n\n- a\n- b",)


def test_a_code_fence_is_closed_and_opened_again_with_its_language() -> None:
    found = split_markdown(f"Look:\n\n```python\n{CODE}\n```\n\nDone.", limit=LIMIT)
    assert len(found) > 2
    assert all(len(piece) <= LIMIT and fences(piece) % 2 == 0 for piece in found)
    assert all(piece.startswith("```python\n") for piece in found[1:])
    printed = [line for piece in found for line in piece.splitlines() if "print" in line]
    assert "\n".join(printed) == CODE


def test_a_fence_that_fits_is_not_broken() -> None:
    fence = "```\n" + "x = 1\n" * 100 + "```"
    found = split_markdown("word " * 380 + "\n\n" + fence, limit=LIMIT)
    assert found[1] == fence


def test_a_fence_in_a_list_item_is_closed_with_its_indent() -> None:
    found = split_markdown(f"- See:\n  ```js\n{CODE}\n  ```\n- end", limit=LIMIT)
    assert all(fences(piece) % 2 == 0 for piece in found)
    assert found[1].startswith("  ```js")


def test_a_fence_that_is_still_being_written_is_closed() -> None:
    assert split_markdown("```python\nx = 1", limit=LIMIT) == ("```python\nx = 1\n```",)


def test_list_items_stay_whole() -> None:
    items = [f"- item {n} " + "with some words " * 10 for n in range(40)]
    found = split_markdown("\n".join(items), limit=LIMIT)
    lines = [line.strip() for piece in found for line in piece.splitlines()]
    assert lines == [item.strip() for item in items]


@pytest.mark.parametrize("cluster", ["👩‍👩‍👧‍👦", "🇩🇪", "é", "👍🏽", "नि"])  # noqa: RUF100
def test_what_is_seen_as_one_character_is_never_broken(cluster: str) -> None:
    found = split_markdown(cluster * 1_500, limit=LIMIT)
    assert all(len(piece) <= LIMIT and len(piece) % len(cluster) == 0 for piece in found)
    assert "".join(found) == cluster * 1_500


def test_the_messages_of_a_growing_reply_stay_as_they_were() -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "word " * 60 for n in range(20))
    whole = split_markdown(text, limit=LIMIT)
    for end in range(0, len(text), 97):
        for before, after in zip(split_markdown(text[:end], limit=LIMIT)[:-1], whole, strict=False):
            assert before.strip() == after.strip()


@settings(max_examples=300)
@given(MARKDOWN, st.integers(120, 700))
def test_any_text_is_there_in_lawful_messages(text: str, limit: int) -> None:
    found = split_markdown(text, limit=limit)
    assert all(0 < len(piece) <= limit and not _open_fence(piece) for piece in found)
    if not re.search(r"```|~~~", text):
        assert bare("".join(found)) == bare(text)
