"""Splits texts into terms to search by, the same for every store.

In scripts that separate words by spaces, terms are the words, case-folded and stemmed by Snowball.
Where several languages share a script, their function words tell which one a text is in; words in a
script that no known language is written in are stemmed for the language that uses it most. In
Chinese, Japanese, Korean, Thai and similar scripts, each character and each pair of neighbouring
characters is a term, so that a one-character word (猫), a compound (打雷) and a Korean word with
its particle are all found. Whatever is neither letter, mark nor digit separates: no pair reaches
over a space, or over a dot among katakana.

A combining mark belongs to its letter, as in हिन्दी. Marks that people often leave out are no part
of a term: accents of Latin and Greek, the points of Arabic and Hebrew (see `_plain`).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import add

import regex
import snowballstemmer

from brain.languages import (
    LATIN,
    language,
    likely_language,
    script_of,
    searched_languages,
)

TERMS_VERSION = 4
"""The version of what `terms` returns and of how stores index it; what is of another one is indexed
anew."""

# Thai, Lao, Burmese, Khmer; kana, Han, hangul, and the ideographs outside the basic multilingual
# plane: scripts in which characters are the terms.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_FIRST_UNSPACED = "\u0e00"
_IS_UNSPACED = re.compile(f"[{UNSPACED}]").match
_RUN = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+")
_ASCII_RUN = re.compile(r"[a-z0-9]+")
# `re` takes a mark for the end of a word, but is three times as fast as `regex`, which is used for
# texts that may hold marks or invisible characters.
_MAY_HOLD_MARKS = re.compile(r"[^\w\s\x00-\xac\xae-\xbf\u2010-\u206f\u3001-\u303f]").search
_MARKED_RUN = regex.compile(
    rf"[{UNSPACED}][{UNSPACED}\p{{M}}]*+|[\p{{L}}\p{{N}}--{UNSPACED}][\p{{L}}\p{{M}}\p{{N}}--{UNSPACED}]*+",
    regex.VERSION1,
)
_ENDING = re.compile("(?<=[\u0600-\u06ff])\u200c")
"""What Persian writes between a word and its ending."""
_UNSEEN = re.compile("[\xad\u200c\u200d\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Characters that are no part of any word: soft hyphens, joiners, variation selectors, and voicing
marks of kana that no letter takes."""
# The unspaced ranges also hold signs (・, ゛) and code points that are not assigned.
_LETTERS = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_MARKED_LETTER = regex.compile(r"[\p{L}\p{N}]\p{M}*")
_LEFT_OUT = re.compile(
    "[\u0300-\u0305\u0307-\u036f\u20dd-\u20e4]|(?<![\u0438\u0443])\u0306"  # й and ў are letters
    "|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"  # Hebrew
    "|[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"  # Arabic
    "|\u093c"  # Devanagari: the dot below
)
_SPELT_ALIKE = (
    *(("\u0649", "\u064a"), ("\u06cc", "\u064a"), ("\u06a9", "\u0643")),  # yeh and kaf of Persia
    ("\u0629", "\u062a"),  # the ending of "cat" is another letter in "my cat"
    *(("\u0901", "\u0902"), ("\u0928\u094d", "\u0902")),  # हिंदी and हिन्दी
)
_ARTICLE = re.compile(
    r"[\u0648\u0641\u0628\u0643]?\u0627\u0644(?=\w\w)|\u05d5?\u05d4(?=\w\w\w)"
).match
"""Arabic and Hebrew write it, and "and" before it, as part of the word."""
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_LONGEST = 40
"""How many characters of a word are kept."""
_TELLING_LETTERS = 2
"""The fewest characters of a term that says what a text is about.

What a single character means depends too much on the next one."""
_ABBREVIATION = re.compile(rf"(?<![^\W_{UNSPACED}])[A-Z][A-Z0-9]*(?![^\W_{UNSPACED}])")
_NAME = re.compile(r"(?<=[a-z\u00df-\u024f] )[A-Z\u00c0-\u00de][a-z\u00df-\u024f]+")
"""A word that begins with a capital within a sentence."""
_DOTTED = re.compile(r"(?<![^\W_])([A-Z])\.(?=[A-Z](?![^\W_]))")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LONE = re.compile(rf"[{_HAN}](?![{UNSPACED}])")
"""A Chinese character that no other one follows."""
_SMALL = re.compile(rf"[a-z{UNSPACED}]")


def is_term(text: str) -> bool:
    """Return whether a text consists of letters and digits, each with its marks, as terms do."""
    return _LETTERS.fullmatch(text) is not None


@lru_cache(maxsize=16_384)
def stem(word: str, stemmer: str | None) -> str:
    """Return a word without its suffix and in its plain spelling.

    Args:
        word: the word, case-folded.
        stemmer: Snowball's name of the language; None keeps the suffix.
    """
    plain = word if word.isascii() else _plain(word)
    # No suffix ends in a digit, so that numbers need no stemming.
    if stemmer is None or plain[-1].isdigit():
        return plain
    # A stemmer keeps state between calls: a new one for each call is cheap and safe across threads.
    stem = snowballstemmer.stemmer(stemmer).stemWord
    if plain is not word and plain.isascii() and stemmer != "english":
        # The suffixes of the other languages in Latin script have accents.
        return _plain(stem(word))
    return str(stem(plain)) or plain


def _plain(word: str) -> str:
    """Return a word without marks that people often leave out, in one spelling, in ASCII digits."""
    bare = _LEFT_OUT.sub("", unicodedata.normalize("NFD", word))
    for one, other in _SPELT_ALIKE:
        bare = bare.replace(one, other)
    bare = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), bare)
    article = _ARTICLE(bare)
    plain = unicodedata.normalize("NFC", bare[article.end() :] if article else bare)
    # A lone "न्" would become the sign that is written for it within a word.
    return plain if plain and unicodedata.category(plain[0])[0] != "M" else word


@dataclass(frozen=True, slots=True)
class _Stemming:
    """How the words of one language are stemmed, and which of them are function words."""

    stemmer: str | None
    """The name of its Snowball stemmer; None leaves words as they are."""
    function_words: frozenset[str] = frozenset()
    """The words that tell that a text is in the language."""
    function_terms: frozenset[str] = frozenset()
    """The same words, stemmed."""


@cache
def _stemmings_by_script() -> dict[str, tuple[_Stemming, ...]]:
    """Return, for each script, how the languages written in it are stemmed, English first."""
    found: dict[str, tuple[_Stemming, ...]] = {LATIN: ()}
    for each in searched_languages():
        words = [word for word in _runs(each.function_words) if not _IS_UNSPACED(word)]
        stems = frozenset(stem(word, each.stemmer) for word in words)
        stemming = _Stemming(each.stemmer, frozenset(words), stems)
        found[each.scripts[0]] = (*found.get(each.scripts[0], ()), stemming)
    return found


_StemmingsByScript = Mapping[str, tuple[_Stemming, ...]]
"""For each script, how the languages written in it are stemmed, the likeliest language first."""


def _stemmings_of_text(runs: Sequence[str]) -> _StemmingsByScript:
    """Return for each script the languages with the most function words in a text.

    Several languages remain where they tie.
    """
    known = _stemmings_by_script()
    words = frozenset(runs)
    likely = dict(known)
    for script in _shared_scripts():
        counts = [len(one.function_words & words) for one in known[script]]
        most = max(counts)
        likely[script] = tuple(
            one for one, count in zip(known[script], counts, strict=True) if count == most
        )
    return likely


@cache
def _shared_scripts() -> tuple[str, ...]:
    return tuple(script for script, known in _stemmings_by_script().items() if len(known) > 1)


def _stemmings(word: str, known: _StemmingsByScript) -> tuple[_Stemming, ...]:
    if word.isascii():
        return known[LATIN]
    script = script_of(word[0])
    return known.get(script) or _stemmings_of_script(script)


@cache
def _stemmings_of_script(script: str) -> tuple[_Stemming, ...]:
    """Return how words are stemmed in a script that no known language is written in."""
    likely = likely_language(script)
    return (_Stemming(likely and language(likely).stemmer),)


def _runs(text: str) -> list[str]:
    """Return the runs of letters and digits of a text, normalised; each with or without spaces."""
    if text.isascii():
        return _ASCII_RUN.findall(text.lower())
    text = unicodedata.normalize("NFKC", text).casefold()
    if not _MAY_HOLD_MARKS(text):
        return _RUN.findall(text)
    found: list[str] = _MARKED_RUN.findall(_UNSEEN.sub("", _ENDING.sub(" ", text)))
    return found


def _characters(run: str) -> Iterator[Sequence[str]]:
    """Yield the parts of a run that signs separate, each as its characters with their marks."""
    if run.isalnum():
        yield run
    else:
        yield from (_MARKED_LETTER.findall(part) for part in _LETTERS.findall(run))


def _unspaced(run: str) -> Iterator[str]:
    for part in _characters(run):
        yield from part
        yield from map(add, part, part[1:])


def _pairs(run: str) -> Iterator[str]:
    for part in _characters(run):
        yield from map(add, part, part[1:])


def _terms(runs: Sequence[str], known: _StemmingsByScript) -> list[str]:
    found: list[str] = []
    for run in runs:
        if run[0] >= _FIRST_UNSPACED and _IS_UNSPACED(run):
            found += _unspaced(run)
        else:
            word = run[:_LONGEST]
            found.append(stem(word, _stemmings(word, known)[0].stemmer))
    return found


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, repeated ones included, for the index of a store."""
    runs = _runs(text)
    return _terms(runs, _stemmings_of_text(runs))


def query_terms(text: str) -> list[str]:
    """Return the terms to search by: without function words, unless there is nothing else.

    An index keeps function words, because a search for "The Who" has no other word. A query that
    does not tell its language is searched for as each possible language would have indexed it.
    """
    runs = _runs(text)
    of_text, known = _stemmings_of_text(runs), _stemmings_by_script()
    found: list[str] = []
    for run in runs:
        if run[0] >= _FIRST_UNSPACED and _IS_UNSPACED(run):
            found += _unspaced(run)
            continue
        word = run[:_LONGEST]
        likely, alike = _stemmings(word, of_text), _stemmings(word, known)
        own = stem(word, likely[0].stemmer)
        if own in likely[0].function_terms:
            continue
        found.append(own)
        # A text that is too short to tell its language is indexed as the first language has it.
        others = {stem(word, one.stemmer) for one in (*likely, alike[0])} - {own}
        # "Notes" must not become "not" because another language has such an ending.
        found += sorted(others.difference(*(one.function_terms for one in alike)))
    return found or _terms(runs, of_text)


def telling(text: str) -> set[str]:
    """Return the terms that say what a text is about, without words that any sentence may have.

    They include short words such as NZ, MS, DJ, and 马 where no other character follows. All words
    of a script are stemmed alike, so that the results of two texts can be compared whichever
    languages they are in.
    """
    found: set[str] = set()
    for run in _runs(text):
        if run[0] >= _FIRST_UNSPACED and _IS_UNSPACED(run):
            found.update(_pairs(run))
            continue
        word = run[:_LONGEST]
        term = stem(word, _stemmings(word, _stemmings_by_script())[0].stemmer)
        if term.isdigit() or len(term) >= _TELLING_LETTERS:
            found.add(term)
    found.update(_LONE.findall(text))
    return found - _common_terms() | _names(text)


def _names(text: str) -> set[str]:
    """Return the words in capitals, names even where the word is common: US, IT, Al, Will."""
    text = _DOTTED.sub(r"\1", unicodedata.normalize("NFKC", text))
    if not _SMALL.search(text):
        # The whole text is in capitals, so that they distinguish no word.
        return set()
    found = {word.casefold() for names in (_ABBREVIATION, _NAME) for word in names.findall(text)}
    return {word for word in found if len(word) > 1 or word not in _common_terms()}


@cache
def _common_terms() -> frozenset[str]:
    lists = (f"{each.function_words} {each.common_words}" for each in searched_languages())
    return frozenset(term for text in lists for term in _terms(_runs(text), _stemmings_by_script()))
