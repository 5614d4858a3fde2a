"""Finds fonts of the machine that have the letters of a text, for pictures."""

import unicodedata
from functools import cache

OWN = "DejaVu Sans"
"""The font that comes with matplotlib: Latin, Greek, Cyrillic and more, but no Chinese."""
_PLACEHOLDERS = "Last Resort"
"""A font with a frame in place of each letter, which comes with matplotlib."""
_FROM_THE_RIGHT = frozenset({"R", "AL"})


def without_gaps(text: str) -> str:
    """Return what of a text can be drawn; empty where that is less than half of it.

    Letters that no font of the machine has are left out. So is what is written from the right,
    which matplotlib would draw from the left.
    """
    missing = _missing(text)
    kept = "".join(letter for letter in text if letter not in missing)
    return kept if 2 * len(kept.replace(" ", "")) >= len(text.replace(" ", "")) else ""


def families_for(text: str) -> list[str]:
    """Return the families of fonts that together have the letters of a text, the own one first."""
    missing, found = set(text) - _letters_of(_path(OWN)), [OWN]
    for name, path in _installed():
        if not missing:
            break
        if missing & (letters := _letters_of(path)):
            missing -= letters
            found.append(name)
    return found


def _missing(text: str) -> set[str]:
    letters = {one for one in text if unicodedata.bidirectional(one) not in _FROM_THE_RIGHT}
    there: set[str] = set()
    for name in families_for("".join(letters)):
        there |= letters & _letters_of(_path(name))
    return set(text) - there


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    """Return names and paths of the regular fonts of the machine, by name."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415 a second to load

    regular = {
        font.name: font.fname
        for font in fontManager.ttflist
        if font.style == "normal"
        and font.weight in (400, "normal", "regular")
        and not font.name.startswith(_PLACEHOLDERS)
    }
    return tuple(sorted(regular.items()))


def _path(name: str) -> str:
    return dict(_installed())[name]


@cache
def _letters_of(path: str) -> frozenset[str]:
    """Return the letters that a font has; a font that cannot be read has none."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 as above

    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()
