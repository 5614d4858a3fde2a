"""What is sent to Discord is seen there as the model meant it."""

import regex
from hypothesis import example, given
from hypothesis import strategies as st

from bots.discord.markdown_rendering import LIMIT, render
from tests.bots.markdown_sources import CODE, SOURCES, Source, bare
from tests.platforms.discord.markdown import seen

LIMITS = st.sampled_from([300, LIMIT])


def text_of(message: str) -> str:
    return "".join(char for char, _ in seen(message))


def looking(message: str, look: str) -> str:
    """What is seen of a message with a look."""
    return "".join(char for char, looks in seen(message) if look in looks)


@given(SOURCES, LIMITS)
def test_the_plain_text_is_that_of_the_source(source: Source, limit: int) -> None:
    messages = render(source.markdown, limit=limit)
    assert all(0 < len(message) <= limit for message in messages)
    assert bare("".join(map(text_of, messages))) == bare(source.plain)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), LIMITS)
@example("\\", LIMIT)
@example("a\\\\", LIMIT)
@example("1. a\n- b\n# c\n> d\n-# e", LIMIT)
def test_a_text_whose_every_sign_is_escaped_is_seen_as_it_is(text: str, limit: int) -> None:
    escaped = regex.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
    shown = "".join(text_of(message) for message in render(escaped, limit=limit))
    if render(escaped):
        assert bare(shown) == bare(text.replace("\ufdd0", ""))


def test_styles_are_discords() -> None:
    [message] = render(
        "**注意：**这是 _i_ ***both*** ~~s~~ ||p|| `c` [l](https://a.b/(c))\n\n"
        "> q\n> r\n\n# T\n#### U"
    )
    assert looking(message, "bold") == "注意：bothU"
    assert looking(message, "italic") == "iboth"
    assert looking(message, "strikethrough") == "s"
    assert looking(message, "spoiler") == "p"
    assert looking(message, "code") == "c"
    assert looking(message, "link") == "l"
    assert looking(message, "quote").split() == ["q", "r"]
    assert looking(message, "heading") == "T"


def test_code_that_goes_on_in_a_new_message_keeps_its_language_and_indentation() -> None:
    code = "\n".join([CODE] * 40)
    messages = render(f"Look:\n\n```python\n{code}\n```")
    assert len(messages) > 1
    assert all(message.startswith("```python\n") for message in messages[1:])
    assert "\n".join(looking(message, "pre") for message in messages).split() == code.split()
    lines = [line for message in messages for line in looking(message, "pre").split("\n") if line]
    assert lines == [line for line in code.split("\n") if line]


def test_a_table_is_aligned_code_and_a_row_with_more_cells_loses_none() -> None:
    [message] = render("| a | 中文 |\n|---|:-:|\n| **bb** | c |\nright below")
    assert message == "```\na  | 中文\n---|-----\nbb | c\n```\nright below"
    assert "more" in render("| a |\n|---|\n| b | more |")[0]


def test_an_address_is_no_markup_and_ends_where_it_ends() -> None:
    [message] = render("See https://a.b/_c_/d_e, and https://f.g。好")
    assert message == "See https://a.b/_c_/d_e, and <https://f.g>。好"


def test_code_that_contains_its_own_end_is_plain_text() -> None:
    [message] = render("````\n```\nx\n```\n````")
    assert text_of(message) == "```\nx\n```"
