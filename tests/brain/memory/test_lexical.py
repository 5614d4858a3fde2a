"""Terms and their weights, whichever store indexes them."""

import unicodedata

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from brain.memory.bm25 import inverse_document_frequency
from brain.memory.lexical import query_terms, telling, terms

WRITTEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
"""Letters and digits, and their marks."""


def test_english_words_are_stemmed_and_folded() -> None:
    assert terms("Running CATS, fears_thunder!") == ["run", "cat", "fear", "thunder"]


def test_chinese_gives_characters_and_pairs() -> None:
    assert terms("猫怕打雷") == ["猫", "怕", "打", "雷", "猫怕", "怕打", "打雷"]


def test_both_scripts_in_one_sentence() -> None:
    assert terms("我的cat叫Mango") == ["我", "的", "我的", "cat", "叫", "mango"]


def test_full_width_letters_are_ordinary_ones() -> None:
    assert terms("ＭＡＮＧＯ") == ["mango"]


@pytest.mark.parametrize("dots", ["・", "･", "゠", "・・・", "゛", "・゛"])
def test_no_pair_reaches_over_what_separates(dots: str) -> None:
    assert terms(f"東京{dots}駅") == ["東", "京", "東京", "駅"]


def test_the_signs_of_a_language_are_no_terms() -> None:
    """None of the signs among the unspaced characters, and no point that none has taken."""
    points = range(0x3000, 0x32000)
    assert all(WRITTEN.fullmatch(term) for point in points for term in terms(chr(point)))
    assert terms("・・・") == terms("゠゛゜\u3099\ufaff\U0003ffff") == []


@given(st.text() | st.text(st.characters(min_codepoint=0x3000, max_codepoint=0x3100)))
@example("・゛")
@example("न्")
def test_terms_are_letters_with_their_marks_and_digits_only(text: str) -> None:
    """No index, and no query language, can be confused by them."""
    assert all(WRITTEN.fullmatch(term) for term in terms(text))


@pytest.mark.parametrize("said", ["ハンバーガー", "々", "〆", "ー", "𠮷野家", "ｶﾞｷﾞ"])
def test_the_letters_beside_those_signs_stay(said: str) -> None:
    """A mark that prolongs or repeats is a letter."""
    whole = unicodedata.normalize("NFKC", said)
    assert set(whole) <= set(terms(said))


def test_a_persian_word_is_found_with_and_without_its_ending() -> None:
    assert set(terms("کتاب")) < set(terms("کتاب\u200cهای"))


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    assert inverse_document_frequency(1, 100) > inverse_document_frequency(50, 100) > 0


@given(st.integers(0, 1_000), st.integers(1, 1_000))
def test_no_word_counts_against_a_memory(containing: int, more: int) -> None:
    assert inverse_document_frequency(containing, containing + more) >= 0


def test_a_query_goes_without_function_words_and_an_index_keeps_them() -> None:
    assert query_terms("What did I say about the cat and her fears?") == ["say", "cat", "fear"]
    assert "what" in terms("What did I say?")


@pytest.mark.parametrize("asked", ["The Who", "Who are you?", "Is it you, or not?"])
def test_a_query_of_function_words_alone_keeps_them(asked: str) -> None:
    assert query_terms(asked) == terms(asked) != []


def test_chinese_queries_keep_every_term() -> None:
    assert query_terms("我的猫怕什么？") == terms("我的猫怕什么？")


@pytest.mark.parametrize("words", ["and also please", "我们 已经", "whose would"])
def test_what_stands_in_every_sentence_tells_nothing(words: str) -> None:
    assert telling(words) == set()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("I'm from NZ", "nz"),
        ("I have MS", "ms"),
        ("I am a DJ", "dj"),
        ("i'm a dj", "dj"),
        ("I live in the US", "us"),
        ("I was born in the U.S.", "us"),
        ("I work in IT", "it"),
        ("I code in R", "r"),
        ("I am Al", "al"),
        ("my brother Will called", "will"),
        ("mi hija se llama Sí", "sí"),
        ("我属马", "马"),
        ("我怕狗。", "狗"),
        ("我是DJ", "dj"),
        ("我在IT上班", "it"),
        ("Soy DJ", "dj"),
        ("Tengo EM", "em"),
        ("Soy de EU", "eu"),
    ],
)
def test_a_short_name_is_a_word(text: str, word: str) -> None:
    assert word in telling(text)


@pytest.mark.parametrize(
    "text",
    ["I'll say we've got it", "Hi, hm, ok", "I WANT IT", "I got an A", "It is us.", "好的，我的。"],
)
def test_a_short_word_of_every_sentence_is_no_name(text: str) -> None:
    assert telling(text) == set()
