import re
import string
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from telegram import Bot, MessageEntity

from bots.telegram.markdown_rendering import LIMIT, Piece, render, render_plain, strip_hidden
from bots.transport.markdown import PROSE, read_markdown
from bots.transport.styled_text import StyledText
from tests.bots.markdown_sources import CODE, SOURCES, Source, bare
from tests.platforms.telegram.message_text import accept, cut, empty, units
from tests.platforms.telegram.server import telegram_server

MARKUP = "*_`~[]()<>#+-=|!\\&$:.\n \t0123456789"
SCRIPTS = st.characters(codec="utf-8")
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters=string.punctuation))
MARKED = st.lists(
    st.one_of(
        st.sampled_from(list(MARKUP)),
        st.sampled_from(["**", "```py\n", "```\n", "\n\n", "- ", "> ", "1. ", "# ", "||", "| a |"]),
        st.sampled_from(["[a](https://b.c)", "![a](x)", "<b>", "😀", "👩‍👩‍👧", "é", "文", "word"]),
        SCRIPTS,
    )
).map("".join)


def _accepted(piece: Piece, limit: int = LIMIT) -> str:
    """The text as a reader sees it; raises Refused if Telegram would not take the piece."""
    entities = [entity.to_dict() for entity in piece.entities]
    text, kept = accept(piece.text, entities, limit=limit)
    assert text == piece.text
    assert len(kept) == len(entities)
    return text


def _visible(text: str) -> str:
    return "".join(text.split())


def _shown(pieces: Sequence[Piece], kind: str) -> list[str]:
    return [
        cut(piece.text, entity.offset, entity.length)
        for piece in pieces
        for entity in piece.entities
        if entity.type == kind
    ]


@given(st.text(SCRIPTS), st.sampled_from([20, 64, LIMIT]))
def test_any_text_is_taken_by_telegram(text: str, limit: int) -> None:
    for piece in render(text, limit=limit):
        _accepted(piece, limit)


@given(MARKED, st.sampled_from([20, 64, LIMIT]))
@example("**a `b` c**\n> > q\n\n`d`", 20)
@example("> a\n>\n> > b", LIMIT)
@example("[`a` b](https://b.c) ***d** e*", LIMIT)
def test_any_markdown_is_taken_by_telegram(markdown: str, limit: int) -> None:
    for piece in render(markdown, limit=limit):
        _accepted(piece, limit)


async def test_what_is_rendered_arrives_as_it_was_rendered() -> None:
    source = "# Title\n\n**b `c`** [l](https://a.b) 😀 _i_\n\n> q\n\n```py\nx = 1\n```\n" * 200
    pieces = render(source)
    assert len(pieces) > 2
    async with telegram_server() as server, Bot(server.token, server.base_url) as bot:
        ann = server.world.user("Ann")
        chat = server.world.private(ann)
        server.world.say(ann, chat, "/start")
        server.world.flood.enforced = False
        for piece in pieces:
            entities = [MessageEntity(**entity.to_dict()) for entity in piece.entities]
            await bot.send_message(chat.id, piece.text, entities=entities)
    arrived = server.world.replies(chat)
    assert [one["text"] for one in arrived] == [piece.text for piece in pieces]
    assert [len(one["entities"]) for one in arrived] == [len(piece.entities) for piece in pieces]


@given(PLAIN, st.sampled_from([20, 64, LIMIT]))
def test_a_text_without_markup_comes_out_as_it_went_in(text: str, limit: int) -> None:
    came_out = "".join(_accepted(piece, limit) for piece in render(text, limit=limit))
    seen = _visible(strip_hidden(text))
    assert _visible(came_out) == ("" if empty(seen) else seen)


@given(st.text(SCRIPTS), st.sampled_from([20, 64, LIMIT]))
def test_plain_text_keeps_every_character(text: str, limit: int) -> None:
    pieces = render_plain(text, limit=limit)
    assert not any(piece.entities for piece in pieces)
    came_out = "".join(_accepted(piece, limit) for piece in pieces)
    seen = _visible(strip_hidden(text))
    assert _visible(came_out) == ("" if empty(seen) else seen)


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5-$10, or $5 and 6$.",
        "好呀~我来了~哈",
        "[Ann]: hello",
        "2*3*4 and a*b*c",
        "2**10, __init__, a || b || c, *.py and *.js, /*c*/",
        "[a](b) [c](javascript:d)",
        "&amp; &lt;",
        "¯\\_(ツ)_/¯",
        "<b>hi</b> and <3 you, a < b > c",
        "2020. was good\n1990. was bad",
        "snake_case_name and 2 * 3 * 4",
        "/start @friend #tag https://a.b/c_d_e",
        "# ",
        "<div>\nhello\n</div>",
        "\u3000\u3000中文。",
        "مرحبا بالعالم",
    ],
)
def test_what_people_mean_literally_stays_as_it_is(text: str) -> None:
    assert [piece.text for piece in render(text)] == [text.strip(" \n")]


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\x00", "\ud800"])
def test_nothing_to_see_gives_no_message(text: str) -> None:
    assert render(text) == []


def test_styles_become_entities_without_a_stray_sign() -> None:
    (piece,) = render(
        "**b** _i_ ~~s~~ ||p|| `c` [l](https://a.b) \\*x\\*\n\n> q\n\n```py\nx = 1\n```"
    )
    assert piece.text == "b i s p c l *x*\n\nq\n\nx = 1"
    kinds = {entity.type: entity for entity in piece.entities}
    assert set(kinds) == {
        *("bold", "italic", "strikethrough", "spoiler", "code"),
        *("text_link", "blockquote", "pre"),
    }
    assert kinds["text_link"].url == "https://a.b"
    assert kinds["pre"].language == "py"


def test_bold_around_code_is_bold_before_and_behind_it() -> None:
    pieces = render("**a `b` c**")
    assert _shown(pieces, "bold") == ["a ", " c"]
    assert _shown(pieces, "code") == ["b"]


def test_tasks_are_ticked_and_links_lead_on() -> None:
    source = "- [x] **a** b\n- [ ] [c](https://d.e)\n- <f>"
    assert [piece.text for piece in render(source)] == ["• ☑ a b\n• ☐ c\n• <f>"]


@given(SOURCES, st.sampled_from([64, LIMIT]))
def test_the_plain_text_is_that_of_the_source(source: Source, limit: int) -> None:
    pieces = render(source.markdown, limit=limit)
    assert bare("".join(_accepted(piece, limit) for piece in pieces)) == bare(source.plain)


@pytest.mark.parametrize(
    ("source", "bold"),
    [
        ("**注意：**这是", "注意："),
        ("这是**“重点”**吗", "“重点”"),
        ("使用**API**的", "API"),
        ("한국어는 **강조!**입니다", "강조!"),
        ("คำ**สำคัญ!**นี้", "สำคัญ!"),
        ("**Note:** that", "Note:"),
    ],
)
def test_bold_needs_no_spaces_where_the_script_has_none(source: str, bold: str) -> None:
    assert _shown(render(source), "bold") == [bold]


def test_code_that_goes_on_in_a_new_message_keeps_its_indentation() -> None:
    code = "\n".join([CODE] * 9)
    lines = [
        line
        for piece in render(f"```py\n{code}\n```", limit=120)
        for line in _accepted(piece, 120).split("\n")
    ]
    assert [line for line in lines if line] == [line for line in code.split("\n") if line]


def test_long_text_is_cut_between_paragraphs_then_lines_then_sentences_then_words() -> None:
    for pause in ("\n\n", "\n", ". ", " "):
        text = ("word" * 10 + pause) * 10
        pieces = [piece.text for piece in render(text, limit=100)]
        assert len(pieces) == 5
        assert all(piece.count("word") == 20 for piece in pieces)


def test_a_code_block_that_fits_is_not_cut() -> None:
    code = "line\n" * 10
    pieces = render(f"{'text ' * 12}\n\n```py\n{code}```\n\n{'more ' * 12}", limit=100)
    assert _shown(pieces, "pre") == [code.strip()]


def test_a_code_block_and_a_link_with_pauses_in_them_are_not_cut() -> None:
    code = "\n\n".join(["line"] * 8)
    pieces = render(f"{'text ' * 13}\n```py\n{code}\n```", limit=100)
    assert _shown(pieces, "pre") == [code]
    label = "one label of several words"
    pieces = render(f"{'text ' * 16}[{label}](https://a.b)", limit=100)
    assert _shown(pieces, "text_link") == [label]


def test_a_code_block_that_is_too_long_is_code_in_every_piece() -> None:
    code = "\n".join(f"line {number}" for number in range(100))
    pieces = render(f"```py\n{code}\n```", limit=200)
    assert "\n".join(_shown(pieces, "pre")) == code
    assert {entity.language for piece in pieces for entity in piece.entities} == {"py"}
    assert all(units(piece.text) <= 200 for piece in pieces)


def test_no_accent_and_no_emoji_is_parted() -> None:
    for whole in ("👩‍👩‍👧", "é", "😀", "👍🏽", "🇩🇪"):
        pieces = render(whole * 40, limit=21)
        for piece in pieces:
            assert piece.text.replace(whole, "") == ""


def test_more_than_a_hundred_entities_are_several_messages() -> None:
    pieces = render(" ".join(f"**{number}**" for number in range(250)))
    assert [len(piece.entities) for piece in pieces] == [100, 100, 50]
    for piece in pieces:
        _accepted(piece)


@given(MARKED)
@example("| a |\n|---|\n| b | word |")
def test_no_word_is_lost(markdown: str) -> None:
    # Where a link leads is not shown.
    assume(not re.search(r"\]\((?!https://b|x\))", markdown))
    came_out = " ".join(piece.text for piece in render(markdown))
    assert came_out.count("word") >= len(re.findall("word", unfenced(markdown)))


def unfenced(markdown: str) -> str:
    """Without what stands in the line of a fence: a language is no word of the text."""
    return re.sub(r"(`{3,}|~{3,}).*", "", unicodedata.normalize("NFC", markdown))


TALK = st.lists(
    st.one_of(
        st.sampled_from([" ", "\n", "\n\n", ". ", "...", "--", "- ", "(c)", "http://a.b", "a@b.c"]),
        st.sampled_from(list(" .,;:!?'’\"“”()…–—/。，！？；：、-")),
        st.sampled_from([":smile:", "I see.", "1. ", "1990", "文", "é", "ﬁ", "ǅ", "ⅷ", "२"]),
        st.characters(codec="utf-8", categories=["L", "N"]),
    )
).map("".join)


@given(text=st.one_of(TALK, PLAIN))
@example(text="I see. Tell me more.")
@example(text="One line\nand another.\n\nA paragraph.")
@example(text="The end of a line. \nand another")
@example(text="Title\n---")
@example(text="\u3000a")
@example(text="A year:\n1990. It was good.")
def test_what_has_no_markup_is_read_as_the_parser_reads_it(text: str) -> None:
    if PROSE.fullmatch(text):
        assert read_markdown(text) == StyledText(text)


@pytest.mark.parametrize("beyond", [0, 1])
def test_what_has_no_markup_is_cut_where_it_is_too_long(beyond: int) -> None:
    text = "Word " * 20 + "w" * (LIMIT - 100 + beyond)
    assert len(render(text)) == 1 + beyond
    assert "".join(piece.text for piece in render(text)).split() == text.split()
