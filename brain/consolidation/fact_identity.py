"""Tells whether two facts say the same. Pure.

A fact is who or what it is about, how, and what is said of them, in that order: "Ann owes Ben" is
another fact than "Ben owes Ann", "500" another than "-500", "A+" another than "A-". So words stand
as they are written, unstemmed, with the signs that belong to them; upper case, punctuation between
words and the width of a character make no difference.
"""

import re
import unicodedata
from collections import Counter

from brain.consolidation.fact_schema import StatedFact

_DASHES = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{HYPHEN}": "-"})
_SIGN = re.compile(r"(?<=\d)[^\w\s](?=\d)|(?<!\w)-(?=\W?\d)|(?<=\w)-(?!\w)|[%‰#&@*]")
"""Punctuation that tells numbers and names apart: 1.5 and 1/5, -500, A-, C#."""
_BESIDE_UNSPACED = re.compile(r"(?<=[\u3040-\U0003ffff])\s+|\s+(?=[\u3040-\U0003ffff])")
_FIGURE = re.compile(r"-?\d(?:[^\w\s]?\d)*|[^\w\s]")
"""A number, or a sign such as € or +."""


def wording(text: str) -> str:
    """Returns the words and signs of a text in their order, parted by single spaces.

    Scripts that are written without spaces have none, whatever stands between their words.
    """
    flat = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    signs = {found.start() for found in _SIGN.finditer(flat)}
    # Letters, their marks, numbers and symbols, such as + and €.
    kept = (
        char if index in signs or unicodedata.category(char)[0] in "LMNS" else " "
        for index, char in enumerate(flat)
    )
    return " ".join(_BESIDE_UNSPACED.sub("", "".join(kept)).split())


def identity(stated: StatedFact) -> str:
    """Returns what makes a stated fact this one: subject, relation and value in that order.

    Where these leave out words of the statement, the statement itself is the identity: a fact must
    not be taken for another one because a model left out what tells them apart.
    """
    parts = wording(f"{stated.subject} {stated.relation} {stated.value}")
    statement = wording(stated.statement)
    return parts if Counter(statement.split()) <= Counter(parts.split()) else statement


def is_contrary(one: str, other: str) -> bool:
    """Whether two texts cannot say the same: other figures, or the same words in another order."""
    first, second = wording(one), wording(other)
    if first == second:
        return False
    figures, others = _FIGURE.findall(first), _FIGURE.findall(second)
    return sorted(first) == sorted(second) or bool(figures and others and figures != others)
