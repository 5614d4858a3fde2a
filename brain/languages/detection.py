"""Which language a message is in, among those that there are.

The script tells first: what is written in one that no language here is written in belongs to none
of them. Among languages of one script a model of letters decides (py3langid), where it is sure.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from brain.languages import LATIN, all_languages

_ENOUGH_LETTERS = 4
_SURE = 4.0
"""By how much a language's log-probability must exceed the next one's: a greeting alone is taken
for a neighbouring language by 0.5 to 3."""
_READ_CHARACTERS = 2_000
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3040-\u30ff"
_WORD = re.compile(
    # A kana that stands alone is part of a face, (ノ◕ヮ◕)ノ, rather than of a word.
    rf"(?P<kana>(?<=[{_HAN}{_KANA}])[{_KANA}]|[{_KANA}](?=[{_HAN}{_KANA}]))"
    rf"|[{_HAN}]|[^\W\d_{_HAN}{_KANA}]+"
)
"""A character of scripts without spaces, a word of the others: so they weigh alike."""


@cache
def _classifier() -> object:
    from py3langid.langid import (  # noqa: PLC0415 half a second of model to load: not at start
        MODEL_FILE,
        LanguageIdentifier,
    )

    classifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    # What the model does not know is told by its script alone.
    classifier.set_languages([code for code in _codes() if code in classifier.labels])
    return classifier


def prepare() -> None:
    """Load what tells languages apart (half a second), so that no reply waits for it.

    Call it in a thread.
    """
    detect("What tells languages apart is loaded.", fallback="")


def detect(text: str, *, fallback: str) -> str:
    """The language of a text.

    Args:
        text: a message; "ok", an emoji or a number belong to no language.
        fallback: for those, and for what is in none of the languages: the language of the
            conversation so far.
    """
    text = text[:_READ_CHARACTERS]
    letters = sum(map(str.isalpha, text))
    if letters == 0 or (letters < _ENOUGH_LETTERS and text.isascii()):
        return fallback
    written = _written_in(LATIN if text.isascii() else _script(text))
    if len(written) <= 1:
        return written[0] if written else fallback
    ranked = [each for each in _classifier().rank(text) if each[0] in written]  # type: ignore[attr-defined]
    if fallback in written and fallback not in dict(ranked):
        # The model does not know it, and would take it for another one.
        return fallback
    if len(ranked) == 1 or (ranked and ranked[0][1] - ranked[1][1] >= _SURE):
        return str(ranked[0][0])
    return fallback if fallback in written or not fallback else written[0]


def _script(text: str) -> str:
    """What the names of most of its words' letters begin with."""
    words = Counter(
        "KANA" if word["kana"] else _script_of(word[0][0]) for word in _WORD.finditer(text)
    )
    # Japanese writes Han as well; Chinese writes no kana.
    if words["KANA"]:
        words["HIRAGANA"] = words.pop("KANA") + words.pop("CJK", 0) + words.pop("HIRAGANA", 0)
    return max(words, key=words.__getitem__) if words else ""


@lru_cache(maxsize=4_096)
def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    # HALFWIDTH KATAKANA, FULLWIDTH LATIN.
    return LATIN if name == "FULLWIDTH" else name


@cache
def _written_in(script: str) -> Sequence[str]:
    """The languages that are mainly written in it."""
    return tuple(each.code for each in all_languages() if each.scripts[0] == script)


@cache
def _codes() -> tuple[str, ...]:
    return tuple(each.code for each in all_languages())
