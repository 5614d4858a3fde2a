"""Detects which language a message is in.

The script decides first. Among languages of the same script, the n-gram model of py3langid decides
if it is certain. Languages with a folder are preferred: another language has to fit far better.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from babel import localedata

from brain.languages import LATIN, language, languages, likely_language, script_of

_ENOUGH_LETTERS = 4
_SURE = 4.0
"""Difference of log-probability to the next language from which the model counts as certain: it
takes a greeting for a neighbouring language with a difference of 0.5 to 3."""
_SURE_OF_OTHERS = 12.0
"""Difference by which a language without a folder must exceed those with one: the model takes slang
("brb, kettle's boiling") for another language by up to 7, and is right about short sentences by 20
and more."""
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 15
"""Words and letters that an ASCII text needs to be taken for a language without a folder: "pizza
margherita" and "haha so cool" could be in any language."""
_CAPITALISED = re.compile(r"(?<=\s)[A-Z]\w+")
_STRETCHED = re.compile(r"(\w)\1{2,}")
"""Matches a letter that is repeated for emphasis, as in "sooo"."""
_READ_CHARACTERS = 2_000
_CODE = len("en")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3040-\u30ff"
_WORD = re.compile(
    # A kana that stands alone is part of a face, (ノ◕ヮ◕)ノ, rather than of a word.
    rf"(?P<kana>(?<=[{_HAN}{_KANA}])[{_KANA}]|[{_KANA}](?=[{_HAN}{_KANA}]))"
    rf"|[{_HAN}]|[^\W\d_{_HAN}{_KANA}]+"
)
"""Matches one character of scripts without spaces, or one word of others, which weigh the same."""


@cache
def _classifier() -> object:
    from py3langid.langid import (  # noqa: PLC0415 its model takes half a second to load
        MODEL_FILE,
        LanguageIdentifier,
    )

    classifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    # Dialects and languages without a name in CLDR are left out: no model can be asked for them.
    others = [code for code in classifier.labels if len(code) == _CODE and localedata.exists(code)]
    classifier.set_languages(sorted({*others, *languages()} & {*classifier.labels}))
    return classifier


def prepare() -> None:
    """Load the model, which takes half a second, so that no reply waits for it.

    Call it in a thread.
    """
    detect("Any sentence that is long enough loads the model.", fallback="")


def detect(text: str, *, fallback: str) -> str:
    """Return the code of a text's language, which may have no folder.

    Args:
        text: a message; "ok", an emoji or a number belong to no language.
        fallback: the language of the conversation so far, which is returned if the text's language
            is uncertain; empty if there is none.
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
    """Return which of the languages with a folder that fit about as well a text is in."""
    if fallback in near and fallback not in scores:
        # The model does not know this language, and would take it for another one.
        return fallback
    known = [code for code in near if code in scores]
    ranked = sorted(known, key=scores.__getitem__, reverse=True)
    if ranked and (len(ranked) == 1 or scores[ranked[0]] - scores[ranked[1]] >= _SURE):
        return ranked[0]
    return fallback if fallback in near or not fallback else near[0]


def _is_other(text: str, spoken: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a text without its names is in none of the languages with a folder."""
    is_short = len(text.split()) < _FEWEST_WORDS or sum(map(str.isalpha, text)) < _FEWEST_LETTERS
    if text.isascii() and is_short:
        return False
    rest = _CAPITALISED.sub(" ", text)
    scores = _scores(rest, spoken, others)
    best = max(scores.values())
    return all(best - scores[code] >= _SURE for code in spoken if code in scores)


def _scores(text: str, spoken: Sequence[str], others: Sequence[str]) -> dict[str, float]:
    """Return the log-probability of each language in `spoken` or `others` that the model knows."""
    ranked: Sequence[tuple[str, float]] = _classifier().rank(_STRETCHED.sub(r"\1", text))  # type: ignore[attr-defined]
    return {code: score for code, score in ranked if code in spoken or code in others}


def _script(text: str) -> str:
    """Return the script of most of a text's words, as in `Language.scripts`; "" without words."""
    words = Counter(
        "KANA" if word["kana"] else script_of(word[0][0]) for word in _WORD.finditer(text)
    )
    # Japanese is written in Han characters as well, Chinese never in kana.
    if words["KANA"]:
        words["HIRAGANA"] = words.pop("KANA") + words.pop("CJK", 0) + words.pop("HIRAGANA", 0)
    return max(words, key=words.__getitem__) if words else ""


@cache
def _written_in(script: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the languages mainly written in a script: those with a folder, and others."""
    spoken = tuple(code for code in languages() if language(code).scripts[0] == script)
    others = (code for code in _classifier().nb_classes if code not in spoken)  # type: ignore[attr-defined]
    return spoken, tuple(code for code in others if language(code).scripts[0] == script)
