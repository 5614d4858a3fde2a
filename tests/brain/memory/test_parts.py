"""What of a turn are the person's own words, and what somebody else said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.languages import languages
from brain.memory.importance import BASE, judge_importance
from brain.memory.parts import (
    QUOTED_CHARACTERS,
    attached,
    in_one_line,
    rests_on_others,
    with_parts,
    without_marks,
    without_parts,
)
from brain.memory.reinforcement import confirms
from brain.memory.statement_reader import read
from brain.messages import UTC_ZONE, Part, own_words, printable

SAID = datetime(2026, 5, 3, 9, tzinfo=UTC)
DIAGNOSED = Part(
    kind="forwarded", text="I was diagnosed.\n\nI live in Kyoto.", author="Anna", said_at=SAID
)
SUGGESTED = Part(kind="quoted", text="Tea or coffee?", by_companion=True)


def whole(own: str, *parts: Part, language: str = "en") -> str:
    return with_parts(own, parts, language=language, zone=UTC_ZONE)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I live in Kyoto.", "I live in Kyoto."),
        ("> I live in Paris.\nSo says my brother.", "So says my brother."),
        ("Look:\n> I live in Paris.\n> I have a dog.\nFunny.", "Look:\nFunny."),
        ("Funny:\n>>> I live in Paris.\n\nI have a dog.", "Funny:"),
        ("Read this.\n\n[cv.txt]\nI live in Paris.\n\nI have a dog.", "Read this."),
        ("[简历.txt]\n我住在巴黎。", ""),
        ("> 我住在巴黎。", ""),
        ("> Vivo en París.\nEso dice mi hermano.", "Eso dice mi hermano."),
        (">_< I am tired", ">_< I am tired"),
        ("5 > 3, and [sic] it is", "5 > 3, and [sic] it is"),
        ("[x] I did it", "[x] I did it"),
    ],
)
def test_quotations_and_files_are_not_the_persons_own_words(text: str, own: str) -> None:
    assert own_words(text) == own


def test_parts_stand_before_the_own_words_each_with_its_mark() -> None:
    assert whole("Tea.", SUGGESTED, DIAGNOSED) == (
        "> [Quoted from the companion]\n> Tea or coffee?\n\n"
        "> [Forwarded from Anna, Sun, 3 May 2026]\n> I was diagnosed.\n>\n> I live in Kyoto.\n\n"
        "Tea."
    )


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("es", "> [Reenviado de Anna, dom 3 may 2026]"),
        ("zh", "> [转发Anna的消息，2026年5月3日 周日]"),
        ("ru", "> [Forwarded from Anna, Sun, 3 May 2026]"),
    ],
)
def test_the_mark_is_in_the_language_of_the_person(language: str, heading: str) -> None:
    assert whole("", DIAGNOSED, language=language).startswith(f"{heading}\n> I was diagnosed.")


def test_attached_files_stand_behind_the_own_words() -> None:
    file = Part(kind="attached", text="Milk\n\nEggs", author="a.txt")
    assert whole("Buy this.", file, SUGGESTED, Part(kind="attached", text="Tea")) == (
        "> [Quoted from the companion]\n> Tea or coffee?\n\nBuy this.\n\n"
        "[a.txt]\nMilk\n\nEggs\n\n[file.txt]\nTea"
    )
    assert own_words(whole("Buy this.", file)) == "Buy this."


def test_what_is_not_known_of_a_part_is_left_out() -> None:
    assert whole("", Part(kind="forwarded", text="Hi")) == "> [Forwarded]\n> Hi"
    assert whole("", Part(kind="quoted", text="")) == "> [Quoted]"


@given(
    own=st.text().map(printable).filter(lambda text: own_words(text) == text),
    said=st.text(),
    author=st.text(),
    name=st.text(),
)
def test_no_words_of_others_pass_for_own_ones(own: str, said: str, author: str, name: str) -> None:
    part = Part(kind="forwarded", text=said, author=author, said_at=SAID)
    text = whole("\n\n".join(filter(None, [own, attached(name, f"{said}\nx")])), part)
    assert own_words(text) == own
    assert rests_on_others(text)
    assert printable(said) in without_marks(text) or not printable(said).isprintable()


@given(own=st.text(min_size=1), said=st.lists(st.text(), max_size=3))
def test_the_own_words_and_files_are_found_again(own: str, said: list[str]) -> None:
    parts = [Part(kind="quoted", text=text, author="Bo") for text in said]
    assert without_parts(whole(own, *parts), len(parts)) == own


def test_a_long_quotation_keeps_its_beginning_and_its_end() -> None:
    text = whole("Yes", Part(kind="quoted", text=f"first{'.' * 5_000}last"))
    assert "> first..." in text
    assert "...last\n" in text
    assert len(text) < QUOTED_CHARACTERS + 50


@pytest.mark.parametrize("language", languages())
def test_a_quotation_of_the_companion_is_of_nobody_else(language: str) -> None:
    assert not rests_on_others(whole("Tea.", SUGGESTED, language=language))
    assert rests_on_others(whole("Tea.", SUGGESTED, DIAGNOSED, language=language))
    assert rests_on_others("> quoted by hand\nYes")
    assert not rests_on_others("Yes")


def test_on_one_line_the_words_of_others_are_in_brackets() -> None:
    text = whole("Look:\n> by hand\n\n[a.txt]\nMilk [2]", DIAGNOSED)
    assert in_one_line(text) == (
        "[Forwarded from Anna, Sun, 3 May 2026: I was diagnosed. I live in Kyoto.] "
        "Look: [> by hand] [a.txt: Milk (2)]"
    )
    assert in_one_line("Plain\nwords") == "Plain words"


def test_only_own_words_matter_replace_and_confirm() -> None:
    statement = "I was diagnosed with diabetes and I live in Kyoto."
    forward = Part(kind="forwarded", text=statement)
    assert judge_importance(whole("", forward), language="en") == BASE
    assert judge_importance(whole("Look at this", forward), language="en") == BASE
    assert judge_importance(statement, language="en") > BASE
    assert read(whole("", forward), "en").statements == ()
    assert read(statement, "en").statements
    assert not confirms(whole("", Part(kind="forwarded", text="Yes, exactly!")))
    assert confirms(whole("Yes, exactly!", SUGGESTED))
