"""Detects which language a message is in.

The script tells first. Among the languages of one script a model of letters decides (py3langid),
where it is sure. Those that have a folder are preferred: another language has to fit far better.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from babel import localedata

from brain.languages import LATIN, language, languages, likely_language, script_of

_ENOUGH_LETTERS = 4
_SURE = 4.0
"""By how much a language's log-probability must exceed the next one's: a greeting alone is taken
for a neighbouring language by 0.5 to 3."""
_SURE_OF_OTHERS = 12.0
"""By how much one without a folder must exceed those that have one: slang ("brb, kettle's boiling")
is taken for another language by up to 7, short sentences are in one by 20 and more."""
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 15
"""Of a text in plain letters that may be in a language without a folder: "pizza margherita" and
"haha so cool" could be in any."""
_CAPITALISED = re.compile(r"(?<=\s)[A-Z]\w+")
_STRETCHED = re.compile(r"(\w)\1{2,}")
"""A letter that is stretched, as in "sooo"."""
_READ_CHARACTERS = 2_000
_CODE = len("en")
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
    # Neither dialects nor what CLDR has no name for: nobody could be asked to answer in it.
    others = [code for code in classifier.labels if len(code) == _CODE and localedata.exists(code)]
    classifier.set_languages(sorted({*others, *languages()} & {*classifier.labels}))
    return classifier


def prepare() -> None:
    """Load what tells languages apart (half a second), so that no reply waits for it.

    Call it in a thread.
    """
    detect("What tells languages apart is loaded.", fallback="")


def detect(text: str, *, fallback: str) -> str:
    """Return the code of the language of a text, whether or not there is a folder of it.

    Args:
        text: a message; "ok", an emoji or a number belong to no language.
        fallback: for those, and for what could be in several languages: the language of the
            conversation so far.
    """
    text = text[:_READ_CHARACTERS]
    letters = sum(map(str.isalpha, text))
    if letters == 0 or (letters < _ENOUGH_LETTERS and text.isascii()):
        return fallback
    script = LATIN if text.isascii() else _script(text)
    spoken, others = _written_in(script)
    if len(spoken) + len(others) <= 1:
        return next(iter((*spoken, *others)), likely_language(script) or fallback)
    scores = _scores(text, spoken, others)
    best = max(scores.values(), default=0.0)

    def is_near(code: str | None, margin: float) -> bool:
        return code in scores and best - scores[code] < margin

    near = [code for code in spoken if code not in scores or is_near(code, _SURE_OF_OTHERS)]
    if spoken and not near and not _is_other(text, spoken, others):
        near = list(spoken)
    if fallback not in spoken and is_near(fallback, _SURE_OF_OTHERS):
        return fallback
    if near:
        return _spoken(near, scores, fallback)
    likely = likely_language(script)
    if likely is not None and is_near(likely, _SURE):
        return likely
    return max(scores, key=scores.__getitem__)


def _spoken(near: Sequence[str], scores: Mapping[str, float], fallback: str) -> str:
    """Which of the languages that have a folder, and fit about as well."""
    if fallback in near and fallback not in scores:
        # The model does not know it, and would take it for another one.
        return fallback
    ranked = sorted((code for code in near if code in scores), key=lambda code: -scores[code])
    if ranked and (len(ranked) == 1 or scores[ranked[0]] - scores[ranked[1]] >= _SURE):
        return ranked[0]
    return fallback if fallback in near or not fallback else near[0]


def _is_other(text: str, spoken: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a text is in none of the languages with a folder even without the names in it."""
    is_short = len(text.split()) < _FEWEST_WORDS or sum(map(str.isalpha, text)) < _FEWEST_LETTERS
    if text.isascii() and is_short:
        return False
    rest = _CAPITALISED.sub(" ", text)
    scores = _scores(rest, spoken, others)
    best = max(scores.values())
    return all(best - scores[code] >= _SURE for code in spoken if code in scores)


def _scores(text: str, spoken: Sequence[str], others: Sequence[str]) -> dict[str, float]:
    """By language, its log-probability; languages of other scripts are left out."""
    ranked: Sequence[tuple[str, float]] = _classifier().rank(_STRETCHED.sub(r"\1", text))  # type: ignore[attr-defined]
    return {code: score for code, score in ranked if code in spoken or code in others}


def _script(text: str) -> str:
    """What the names of most of its words' letters begin with."""
    words = Counter(
        "KANA" if word["kana"] else script_of(word[0][0]) for word in _WORD.finditer(text)
    )
    # Japanese writes Han as well; Chinese writes no kana.
    if words["KANA"]:
        words["HIRAGANA"] = words.pop("KANA") + words.pop("CJK", 0) + words.pop("HIRAGANA", 0)
    return max(words, key=words.__getitem__) if words else ""


@cache
def _written_in(script: str) -> tuple[Sequence[str], Sequence[str]]:
    """The languages mainly written in a script: those that have a folder, and others."""
    spoken = tuple(code for code in languages() if language(code).scripts[0] == script)
    others = (code for code in _classifier().nb_classes if code not in spoken)  # type: ignore[attr-defined]
    return spoken, tuple(code for code in others if language(code).scripts[0] == script)
