"""Words to search by: the same terms whichever store indexes them, and their weights.

Where words are parted by spaces: words, case-folded, stemmed by Snowball. Where several languages
share a script, their function words tell which one a text is in. Chinese and its neighbours write
no spaces: each character and each pair of neighbours is a term, so that a one-character word (猫)
and a compound (打雷) are both found. What is neither letter nor digit separates, a dot among
katakana like a space: no pair reaches over it.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

from brain.languages import LATIN, all_languages

K1 = 0.9
B = 0.4
"""BM25's term saturation and length, as Anserini has them (Yang, Fang and Lin, 2017): the memories
of a conversation are short, and a long one is not the worse for it."""

QUERY_TERMS = 24
"""The rarest terms of a query that are searched; a paste has thousands."""
COMMON_SHARE = 0.2
"""A term in more of a person's memories than this tells little, and costs the most to look up."""
COMMON_FLOOR = 20

# Han, kana, hangul, and the ideographs beyond the first plane: written without spaces.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_FIRST_UNSPACED = "\u3040"
# Among those lie signs (・, ゛) and points that no character has taken yet.
_LETTERS = re.compile(r"[^\W_]+")
_LONGEST = 40
_TELLING_LETTERS = 2
"""Of a single character too much hangs on the next one."""
_ABBREVIATION = re.compile(rf"(?<![^\W_{_UNSPACED}])[A-Z][A-Z0-9]*(?![^\W_{_UNSPACED}])")
_DOTTED = re.compile(r"(?<![^\W_])([A-Z])\.(?=[A-Z](?![^\W_]))")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LONE = re.compile(rf"[{_HAN}](?![{_UNSPACED}])")
"""A Chinese character on which no other one follows."""
_SMALL = re.compile(rf"[a-z{_UNSPACED}]")


@lru_cache(maxsize=16_384)
def _stem(word: str, stemmer: str | None) -> str:
    # No ending of a word has a digit: numbers, which are never the same, are no work.
    if stemmer is None or word[-1].isdigit():
        return word
    # A stemmer keeps state between calls: one per call is cheap and safe across threads.
    return str(snowballstemmer.stemmer(stemmer).stemWord(word))


@dataclass(frozen=True, slots=True)
class _Stemming:
    """How words are stemmed that are written in one script."""

    stemmer: str | None
    function_words: frozenset[str] = frozenset()
    """What tells that a text is in the language."""
    function_terms: frozenset[str] = frozenset()


@cache
def _languages() -> dict[str, tuple[_Stemming, ...]]:
    """By script: how the languages stem that are written in it, English first."""
    found: dict[str, tuple[_Stemming, ...]] = {LATIN: ()}
    for each in all_languages():
        words = [word for word in _runs(each.function_words) if word[0] < _FIRST_UNSPACED]
        stems = frozenset(_stem(word, each.stemmer) for word in words)
        stemming = _Stemming(each.stemmer, frozenset(words), stems)
        found[each.scripts[0]] = (*found.get(each.scripts[0], ()), stemming)
    return found


_Known = Mapping[str, tuple[_Stemming, ...]]
"""How to stem, by script: the likeliest language first."""


def _told(runs: Sequence[str]) -> _Known:
    """The languages whose function words stand most often in a text: several where they tie."""
    known = _languages()
    words = frozenset(runs)
    told = dict(known)
    for script in _shared_scripts():
        counts = [len(one.function_words & words) for one in known[script]]
        most = max(counts)
        told[script] = tuple(
            one for one, count in zip(known[script], counts, strict=True) if count == most
        )
    return told


@cache
def _shared_scripts() -> tuple[str, ...]:
    return tuple(script for script, known in _languages().items() if len(known) > 1)


def _stemmings(word: str, known: _Known) -> tuple[_Stemming, ...]:
    if not word.isascii():
        script = unicodedata.name(word[0], "").partition(" ")[0]
        if script in known:
            return known[script]
    return known[LATIN]


def _runs(text: str) -> list[str]:
    """Of letters and digits of one kind of script, as they stand in the text."""
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _unspaced(run: str) -> Iterator[str]:
    for part in (run,) if run.isalnum() else _LETTERS.findall(run):
        yield from part
        yield from (part[i : i + 2] for i in range(len(part) - 1))


def _terms(runs: Sequence[str], known: _Known) -> list[str]:
    found: list[str] = []
    for run in runs:
        if run[0] >= _FIRST_UNSPACED:
            found += _unspaced(run)
        else:
            word = run[:_LONGEST]
            found.append(_stem(word, _stemmings(word, known)[0].stemmer))
    return found


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeated ones included; letters and digits only."""
    runs = _runs(text)
    return _terms(runs, _told(runs))


def query_terms(text: str) -> list[str]:
    """The terms to search by: without function words, unless there is nothing else.

    An index keeps them: who asks for "The Who" has no other word. Words that do not tell their
    language are searched for as each language would have indexed them.
    """
    runs = _runs(text)
    told, known = _told(runs), _languages()
    found: list[str] = []
    for run in runs:
        if run[0] >= _FIRST_UNSPACED:
            found += _unspaced(run)
            continue
        word = run[:_LONGEST]
        likely, alike = _stemmings(word, told), _stemmings(word, known)
        own = _stem(word, likely[0].stemmer)
        if own in likely[0].function_terms:
            continue
        found.append(own)
        # A text that is too short to tell its language is indexed as the first one is.
        others = {_stem(word, one.stemmer) for one in (*likely, alike[0])} - {own}
        # "Notes" is not "not", though it would be without what is an ending elsewhere.
        found += sorted(others.difference(*(one.function_terms for one in alike)))
    return found or _terms(runs, told)


def telling(text: str) -> set[str]:
    """What a text is about: numbers, names, words that are not in every sentence, pairs.

    Short ones are words like others: NZ, MS, a DJ, 马 where no other character follows. All words
    of a script are stemmed alike: two texts are compared whichever language they are in.
    """
    told = {
        term
        for term in _terms(_runs(text), _languages())
        if term.isdigit() or len(term) >= _TELLING_LETTERS
    }
    told.update(_LONE.findall(text))
    return told - _everywhere() | _abbreviations(text)


def _abbreviations(text: str) -> set[str]:
    """Words in capitals, which are names even where in small letters they tell nothing: US, IT."""
    text = _DOTTED.sub(r"\1", unicodedata.normalize("NFKC", text))
    if not _SMALL.search(text):
        # All of it is in capitals, so they set no word apart.
        return set()
    found = {word.casefold() for word in _ABBREVIATION.findall(text)}
    return {word for word in found if len(word) > 1 or word not in _everywhere()}


@cache
def _everywhere() -> frozenset[str]:
    lists = (f"{each.function_words} {each.common_words}" for each in all_languages())
    return frozenset(term for text in lists for term in _terms(_runs(text), _languages()))


def inverse_document_frequency(containing: int, documents: int) -> float:
    """BM25's weight of a term, never negative: ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1.0 + (documents - containing + 0.5) / (containing + 0.5))


def telling_terms(counts: Mapping[str, int], *, documents: int) -> list[str]:
    """The terms of a query that are worth searching, rarest first.

    Args:
        counts: in how many documents each stands; those that stand in none are left out.
        documents: that there are.
    """
    counted = sorted(((term, count) for term, count in counts.items() if count), key=_count)
    most = common_above(documents)
    # Where every word is common, the least common ones must do.
    telling = [pair for pair in counted if pair[1] <= most] or counted[:2]
    return [term for term, _ in telling[:QUERY_TERMS]]


def common_above(documents: int) -> int:
    """In how many of so many documents a term may stand, and still tell something."""
    return max(COMMON_FLOOR, int(COMMON_SHARE * documents))


def _count(pair: tuple[str, int]) -> int:
    return pair[1]
