"""Finds and loads the languages, each of which is a folder here.

A folder with texts (`*.ftl`) is a language of the interface. Its name is the ISO 639 code of the
language, from which its script, its stemmer and its names of days and months follow: the Unicode
CLDR, Snowball and dateparser know them. A folder may also have modules (`brain.languages.parts`),
`function-words.txt` with words such as articles and conjunctions, `common-words.txt` with other
words that are too common to tell anything, `confirmations.txt` with clauses by which people say
that something is right, `continuing.txt` with messages that ask for more of a reply, and for
`brain.memory.relevance` `everyday.txt` and `personal.txt` with messages that calibrate an embedder,
and `replies.txt` with sentences that would do as a reply to anything.
Folders do not import each other.

A folder with lists of words alone is no language of the interface, but search knows its words.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import snowballstemmer
from babel.core import Locale, UnknownLocaleError, get_global

from brain.languages.parts import Requests, SelfHarm, Signs, Times, Updates

FOLDER = Path(__file__).parent
DEFAULT_LANGUAGE = "en"

LATIN = "LATIN"
_SCRIPTS = {
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("HIRAGANA", "KATAKANA", "CJK"),
    "Kore": ("HANGUL", "CJK"),
    "Beng": ("BENGALI",),
    "Orya": ("ORIYA",),
}
"""By ISO 15924 code of a script, the words that the Unicode names of its letters begin with, where
they are not the name of the script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The data of a language besides its texts, which `brain.texts` reads."""

    code: str
    scripts: tuple[str, ...]
    """Words that the Unicode names of its letters begin with, the most telling first."""
    stemmer: str | None
    """Name of its Snowball stemmer; None: Snowball has none for it."""
    signs: Signs | None
    times: Times | None
    self_harm: SelfHarm | None
    refusal: str | None
    """Pattern of the beginning of a model's refusal."""
    requests: Requests | None
    updates: Updates | None
    function_words: str
    common_words: str
    """The contents of the two files of words; empty if there are none."""
    confirmations: str
    """The contents of `confirmations.txt`, a clause a line; empty if there is none."""
    continuing: str
    """The contents of `continuing.txt`, whole messages, one a line; empty if there is none."""
    everyday: str
    """Everyday sentences, one a line, that calibrate an embedder; empty if there are none."""
    personal: str
    """Messages that ask for memories, one a line, beside them; empty if there are none."""
    replies: str
    """Sentences that would do as a reply to anything; empty if there are none."""


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages, English first."""
    found = sorted({path.parent.name for path in FOLDER.glob("*/*.ftl")} - {DEFAULT_LANGUAGE})
    return (DEFAULT_LANGUAGE, *found)


@lru_cache(maxsize=512)
def known(code: str) -> str | None:
    """Return the code of a locale's language (`es-419`, `zh_CN.UTF-8`), or None if unknown."""
    code = code.partition(".")[0].replace("_", "-")
    by_name = {name.lower(): name for name in languages()}
    return by_name.get(code.lower()) or by_name.get(code.partition("-")[0].lower())


def all_languages() -> tuple[Language, ...]:
    """Return all languages, English first. The first call loads them."""
    return tuple(map(language, languages()))


@cache
def searched_languages() -> tuple[Language, ...]:
    """Return all languages, and after them those that have lists of words alone."""
    listed = {path.parent.name for path in FOLDER.glob("*/*-words.txt")} - {*languages()}
    return (*all_languages(), *map(language, sorted(listed)))


@lru_cache(maxsize=4_096)
def script_of(letter: str) -> str:
    """Return the script of a letter by its Unicode name: `LATIN`, `DEVANAGARI`; Han is `CJK`."""
    name = unicodedata.name(letter, "").partition(" ")[0]
    # The names of wide Latin letters begin with FULLWIDTH.
    return LATIN if name == "FULLWIDTH" else name


@cache
def likely_language(script: str) -> str | None:
    """Return the code of the language that most people write in a script, or None if unknown.

    `script` is one that `script_of` returns.
    """
    named = {name: code for code, names in reversed(_SCRIPTS.items()) for name in names}
    of_cldr = {name.upper(): code for code, name in Locale(DEFAULT_LANGUAGE).scripts.items()}
    code = of_cldr.get(script) or named.get(script, "")
    found = get_global("likely_subtags").get(f"und_{code}")
    return None if found is None else str(found).partition("_")[0]


@cache
def language(code: str) -> Language:
    """Return a language by its code, whether or not it has a folder; the first call loads it."""
    return Language(
        code=code,
        scripts=_scripts(code),
        stemmer=_stemmer(code),
        signs=_part(code, "importance", "SIGNS"),
        times=_part(code, "times", "TIMES"),
        self_harm=_part(code, "care", "SELF_HARM"),
        refusal=_part(code, "refusals", "REFUSAL"),
        requests=_part(code, "requests", "REQUESTS"),
        updates=_part(code, "updates", "UPDATES"),
        function_words=_text(code, "function-words"),
        common_words=_text(code, "common-words"),
        confirmations=_text(code, "confirmations"),
        continuing=_text(code, "continuing"),
        everyday=_text(code, "everyday"),
        personal=_text(code, "personal"),
        replies=_text(code, "replies"),
    )


def _part(code: str, module: str, name: str) -> Any:  # noqa: ANN401 what the field says
    if not (FOLDER / code / f"{module}.py").exists():
        return None
    return getattr(import_module(f"{__name__}.{code}.{module}"), name)


def _text(code: str, name: str) -> str:
    path = FOLDER / code / f"{name}.txt"
    return path.read_text("utf-8") if path.exists() else ""


def _scripts(code: str) -> tuple[str, ...]:
    likely = get_global("likely_subtags")
    full = likely.get(code.replace("-", "_")) or likely.get(code.partition("-")[0]) or ""
    named = [part for part in [*code.split("-"), *full.split("_")] if len(part) == len("Latn")]
    script = named[0].title() if named else "Latn"
    name = Locale(DEFAULT_LANGUAGE).scripts.get(script, LATIN)
    return _SCRIPTS.get(script) or (name.upper(),)


def _stemmer(code: str) -> str | None:
    try:
        name = str(Locale.parse(code, sep="-").get_language_name(DEFAULT_LANGUAGE)).lower()
    except (UnknownLocaleError, ValueError):
        return None
    # Snowball has a stemmer for Norwegian, and none for Norwegian Bokmål by that name.
    name = name.partition(" ")[0]
    return name if name in snowballstemmer.algorithms() else None
