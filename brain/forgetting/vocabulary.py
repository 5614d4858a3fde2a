"""Gives the words that requests to forget are read with, from the lists of the languages. Pure."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import regex
from babel.dates import get_month_names

from brain.forgetting.spelling import fold, in_either_script
from brain.languages import all_languages, language, languages
from brain.memory.lexical import UNSPACED, stem

# Unlike `re`, `regex` takes the marks of a letter for a part of its word.
WORD = regex.compile(rf"[^\W_{UNSPACED}]+")

ENDINGS = ("i", "y", "ic", "al", "er", "or", "ist", "ion")
"""What tells two English stems of one family apart: allergi(es), allerg(ic)."""

FIRST_UNSPACED = "\u3001"


@cache
def month_names() -> frozenset[str]:
    """The names of the months in all languages, folded."""
    return frozenset(
        fold(name) for code in languages() for name in get_month_names(locale=code).values()
    )


def any_of(words: Iterable[str]) -> str:
    """A pattern of words in a script without spaces, longer ones first; of none, it never holds."""
    ordered = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(in_either_script, map(re.escape, ordered))) or '(?!)'})"


@lru_cache(maxsize=16_384)
def roots_of(word: str, codes: tuple[str, ...]) -> frozenset[str]:
    """The word, its stem in each of the languages, and its irregular forms."""
    known = [language(code).stemmer for code in codes]
    stems = {stem(word, stemmer) for stemmer in known if stemmer}
    forms = {form for one in (word, *stems) for form in _irregular().get(one, ())}
    return frozenset({word, *stems, *forms})


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    """By word: the forms of the same word that no stemmer knows for one."""
    lists = [one.requests.irregular for one in all_languages() if one.requests]
    families = [line.split() for text in lists for line in text.split(",")]
    return {word: tuple(family) for family in families for word in family}


def languages_of(words: set[str]) -> tuple[str, ...]:
    """The languages whose function and asking words stand most often among those."""
    counts = {code: len(words & ignored_words((code,))) for code in languages()}
    most = max(counts.values())
    return tuple(code for code, count in counts.items() if count == most)


@cache
def ignored_words(codes: tuple[str, ...]) -> frozenset[str]:
    """The words of those languages that do not tell what to forget, folded."""
    known = [language(code).requests for code in codes]
    asking = " ".join(one.asking for one in known if one)
    return function_words(codes) | {fold(word) for word in WORD.findall(asking)}


@cache
def function_words(codes: tuple[str, ...]) -> frozenset[str]:
    """The function words and other common words of those languages, folded."""
    known = map(language, codes)
    text = " ".join(f"{one.function_words} {one.common_words}" for one in known)
    return frozenset(fold(word) for word in WORD.findall(text))


@cache
def before_names() -> frozenset[str]:
    """The function words of all languages after which a name may stand, folded.

    Single letters shorten such words: "w/ rose".
    """
    text = " ".join(one.function_words for one in map(language, languages()))
    text += " " + " ".join("bcdfghjklmnpqrstvwxz")
    others = (listed(field)[0] for field in ("articles", "owning", "referring", "speaking"))
    return frozenset(fold(word) for word in WORD.findall(text)).difference(*others)


@cache
def listed(field: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """One of the lists of all languages: words, folded; and those of scripts without spaces."""
    lists = [getattr(one.requests, field) for one in all_languages() if one.requests]
    words = " ".join(lists).split()
    unspaced = tuple(word for word in words if word[0] >= FIRST_UNSPACED)
    return frozenset(fold(word) for word in words if word not in unspaced), unspaced
