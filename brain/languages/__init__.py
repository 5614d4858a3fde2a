"""The languages that there are: one folder each, and nothing about a language anywhere else.

A folder is a language when it has texts (`*.ftl`). Its name is the code of the language (ISO 639),
from which its script, its stemmer and its names of days and months follow (the Unicode CLDR,
Snowball and dateparser know them). What it may have besides: modules (`brain.languages.parts`),
`function-words.txt` (what holds a sentence together) and `common-words.txt` (what else stands in
every one). Folders do not import each other.

A folder with lists of words alone is no language that people are spoken to in: search knows the
words of those who write it.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import snowballstemmer
from babel.core import Locale, UnknownLocaleError, get_global

from brain.languages.parts import Requests, SelfHarm, Signs, Times

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
"""By the code of a script: what its letters' names begin with, where that is not its own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What a folder holds beside its texts (`brain.texts`)."""

    code: str
    scripts: tuple[str, ...]
    """What the Unicode names of its letters begin with, the telling ones first."""
    stemmer: str | None
    """Snowball's name for it; None: Snowball does not have it."""
    signs: Signs | None
    times: Times | None
    self_harm: SelfHarm | None
    refusal: str | None
    """Pattern of how a model begins when it refuses."""
    requests: Requests | None
    function_words: str
    common_words: str
    """The two lists, as they are written."""


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    found = sorted({path.parent.name for path in FOLDER.glob("*/*.ftl")} - {DEFAULT_LANGUAGE})
    return (DEFAULT_LANGUAGE, *found)


@lru_cache(maxsize=512)
def known(code: str) -> str | None:
    """The language of a locale (`es-419`, `zh_CN.UTF-8`), as far as there is one."""
    code = code.partition(".")[0].replace("_", "-")
    by_name = {name.lower(): name for name in languages()}
    return by_name.get(code.lower()) or by_name.get(code.partition("-")[0].lower())


def all_languages() -> tuple[Language, ...]:
    """All of them, English first. The first call loads them."""
    return tuple(map(language, languages()))


@cache
def searched_languages() -> tuple[Language, ...]:
    """All languages, and after them those of which there are lists of words alone."""
    listed = {path.parent.name for path in FOLDER.glob("*/*-words.txt")} - {*languages()}
    return (*all_languages(), *map(language, sorted(listed)))


@lru_cache(maxsize=4_096)
def script_of(letter: str) -> str:
    """The script of a letter, as Unicode names begin: `LATIN`, `DEVANAGARI`; Han is `CJK`."""
    name = unicodedata.name(letter, "").partition(" ")[0]
    # HALFWIDTH KATAKANA, FULLWIDTH LATIN.
    return LATIN if name == "FULLWIDTH" else name


@cache
def likely_language(script: str) -> str | None:
    """The code of the language that is most written in a script of `script_of`."""
    named = {name: code for code, names in reversed(_SCRIPTS.items()) for name in names}
    of_cldr = {name.upper(): code for code, name in Locale(DEFAULT_LANGUAGE).scripts.items()}
    code = of_cldr.get(script) or named.get(script, "")
    found = get_global("likely_subtags").get(f"und_{code}")
    return None if found is None else str(found).partition("_")[0]


@cache
def language(code: str) -> Language:
    """A language by its code, whether or not there is a folder of it."""
    return Language(
        code=code,
        scripts=_scripts(code),
        stemmer=_stemmer(code),
        signs=_part(code, "importance", "SIGNS"),
        times=_part(code, "times", "TIMES"),
        self_harm=_part(code, "care", "SELF_HARM"),
        refusal=_part(code, "refusals", "REFUSAL"),
        requests=_part(code, "requests", "REQUESTS"),
        function_words=_words(code, "function-words"),
        common_words=_words(code, "common-words"),
    )


def _part(code: str, module: str, name: str) -> Any:  # noqa: ANN401 what the field says
    if not (FOLDER / code / f"{module}.py").exists():
        return None
    return getattr(import_module(f"{__name__}.{code}.{module}"), name)


def _words(code: str, name: str) -> str:
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
    # Norwegian Bokmål is Norwegian to Snowball.
    name = name.partition(" ")[0]
    return name if name in snowballstemmer.algorithms() else None
