"""Words to search by: the same terms whichever store indexes them, and their weights.

English (and other spaced scripts): words, case-folded, stemmed by Snowball. Chinese and its
neighbours write no spaces: each character and each pair of neighbours is a term, so that a
one-character word (猫) and a compound (打雷) are both found. What is neither letter nor digit
separates, a dot among katakana like a space: no pair reaches over it.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer

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
_TELLING_LETTERS = {True: 3, False: 2}
"""By whether a term is ASCII: of a single Chinese character too much hangs on the next one."""
LOCALES = Path(__file__).parent.parent / "languages"
"""`function-words.txt` of each language lists what holds a sentence together, and
`common-words.txt` what else stands in every one."""


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    # A stemmer keeps state between calls: one per call is cheap and safe across threads.
    return str(snowballstemmer.stemmer("english").stemWord(word))


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeated ones included; letters and digits only."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if run[0] >= _FIRST_UNSPACED:
            for part in (run,) if run.isalnum() else _LETTERS.findall(run):
                found += part
                found += (part[i : i + 2] for i in range(len(part) - 1))
        else:
            word = run[:_LONGEST]
            # No ending of a word has a digit: numbers, which are never the same, are no work.
            found.append(word if word[-1].isdigit() else _stem(word))
    return found


def query_terms(text: str) -> list[str]:
    """The terms to search by: without function words, unless there is nothing else.

    An index keeps them: who asks for "The Who" has no other word.
    """
    found = terms(text)
    words = _listed("function-words")
    return [term for term in found if term not in words] or found


def telling(text: str) -> set[str]:
    """What a text is about: numbers, names, words that are not in every sentence, pairs."""
    return {
        term
        for term in terms(text)
        if term.isdigit() or len(term) >= _TELLING_LETTERS[term.isascii()]
    } - (_listed("function-words") | _listed("common-words"))


@cache
def _listed(name: str) -> frozenset[str]:
    texts = (path.read_text("utf-8") for path in LOCALES.glob(f"*/{name}.txt"))
    return frozenset(term for text in texts for term in terms(text))


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
