"""Brings words and characters that are the same in another spelling or script to one form. Pure."""

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache

import regex
from anyascii import anyascii

from brain.memory.lexical import terms

_HAN = regex.compile(r"\p{Han}")


_NUMERALS = "一二三四五六七八九"
_DAY = re.compile(rf"(?=[{_NUMERALS}十])(?:([{_NUMERALS}]?)(十))?([{_NUMERALS}]?)(?=[月日号號])")
"""A Chinese numeral of a day or a month."""


def plain_form(text: str) -> str:
    """A text in its plain form (NFKC), with Chinese days in one form: 五月二十日 is 5月20号."""

    def digits(found: re.Match[str]) -> str:
        tens, ten, ones = found.groups()
        number = 10 * (_NUMERALS.index(tens) + 1 if tens else 1) if ten else 0
        return str(number + (_NUMERALS.index(ones) + 1 if ones else 0))

    text = _DAY.sub(digits, unicodedata.normalize("NFKC", text))
    return re.sub(r"(?<=月)(\d\d?)[日號]", r"\1号", text)


def in_either_script(pattern: str) -> str:
    """A pattern that also matches its Chinese characters in the other script.

    Characters are not to stand in brackets, unless they are the same in both scripts.
    """
    return "".join(either_script(c) if _HAN.match(c) else c for c in pattern)


@cache
def either_script(character: str) -> str:
    """A pattern of a Chinese character in traditional and in simplified script.

    The characters of the other script are those with the same reading, which are few: a name is
    told from others in its own script as exactly as it is written.
    """
    others = _counterparts().get((_is_simplified(character), anyascii(character)), "")
    return f"[{character}{others}]" if others else regex.escape(character)


@cache
def _counterparts() -> dict[tuple[bool | None, str], str]:
    """The characters of the other script, by whether one is simplified, and by its reading."""
    found: dict[tuple[bool | None, str], str] = defaultdict(str)
    for character in map(chr, range(0x4E00, 0xA000)):
        if (is_simplified := _is_simplified(character)) is not None:
            found[not is_simplified, anyascii(character)] += character
    return dict(found)


def _is_simplified(character: str) -> bool | None:
    """Whether only simplified script has a character; None where both have it, or neither.

    The national character sets tell: GB 2312 is simplified, Big5 traditional.
    """
    in_gb, in_big5 = _is_in("gb2312", character), _is_in("big5", character)
    return None if in_gb == in_big5 else in_gb


def _is_in(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


_LIGATURES = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)

SIGNS = re.compile(r"[^0-9a-z]")


@lru_cache(maxsize=16_384)
def fold(word: str) -> str:
    """A word without case, accents and script."""
    # Signs stand for sounds that Latin letters lack: Ольга is Ol'ga.
    return word.casefold() if word.isascii() else SIGNS.sub("", anyascii(word).casefold())


@lru_cache(maxsize=16_384)
def all_forms(word: str) -> tuple[str, ...]:
    """A word folded, and what else it may be: Müller is Mueller, and Ивана may be Иван."""
    folded = fold(word)
    if word.isascii():
        return (folded,)
    others = [fold(word.translate(_LIGATURES))]
    if not unicodedata.normalize("NFD", word)[0].isascii():
        others += map(fold, terms(word))
    return tuple(dict.fromkeys((folded, *others)))
