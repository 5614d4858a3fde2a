"""Decides whether two facts say the same. Pure.

A fact is a subject, a relation and a value, in that order: "Ann owes Ben" is another fact than "Ben
owes Ann", "500" another than "-500", "A+" another than "A-". So words are compared as they are
written, unstemmed, with the signs that belong to them; case, punctuation between words and the
width of a character make no difference.
"""

import re
import unicodedata
from collections import Counter
from uuid import NAMESPACE_URL, uuid5

from brain.consolidation.fact_schema import StatedFact
from brain.ids import MemoryId
from brain.memory.lexical import telling
from brain.memory.record import CORRECTED

_DASHES = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{HYPHEN}": "-"})
_SIGN = re.compile(r"(?<=\d)[^\w\s](?=\d)|(?<!\w)-(?=\W?\d)|(?<=\w)-(?!\w)|[%‰#&@*]")
"""Punctuation that distinguishes numbers and names: 1.5 and 1/5, -500, A-, C#."""
_BESIDE_UNSPACED = re.compile(r"(?<=[\u3040-\U0003ffff])\s+|(?<!\s)\s+(?=[\u3040-\U0003ffff])")
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
_FIGURE = re.compile(r"-?\d(?:[^\w\s]?\d)*|[^\w\s]")
"""A number, or a sign such as € or +."""


def wording(text: str) -> str:
    """Return the words and signs of a text in their order, separated by single spaces.

    In scripts that are written without spaces, all spaces are removed.
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
    """Return what identifies a stated fact: its subject, relation and value, in that order.

    Where these leave out words of the statement, the statement itself is the identity, so that two
    facts are not taken for one because the model left out what distinguishes them.
    """
    parts = wording(f"{stated.subject} {stated.relation} {stated.value}")
    statement = wording(stated.statement)
    return parts if Counter(statement.split()) <= Counter(parts.split()) else statement


def is_contrary(one: str, other: str) -> bool:
    """Return whether two texts contradict: other numbers, or the same characters reordered."""
    first, second = wording(one), wording(other)
    if first == second:
        return False
    figures, others = _FIGURE.findall(first), _FIGURE.findall(second)
    return sorted(first) == sorted(second) or bool(figures and others and figures != others)


def is_reversed(stated: StatedFact, said: str) -> bool:
    """Return whether a statement turns round what was said: "Ben owes Ann" of "Ann owes Ben".

    The relation stands there as it is stated, with the beginning of the value before it and the
    subject behind it. Where a value begins with a preposition ("En Roma vive Ada"), the order of
    words tells nothing.
    """
    words, relation = _pieces(said), _pieces(stated.relation)
    size = len(relation)
    places = [n for n in range(len(words)) if size and words[n : n + size] == relation]
    if len(places) != 1:
        return False
    before, behind = words[: places[0]], words[places[0] + size :]
    subject = [word for word in _pieces(stated.subject) if word in before or word in behind]
    value = [word for word in _pieces(stated.value) if word in before or word in behind]
    return (
        bool(subject and value)
        and set(subject).isdisjoint(before)
        and value[0] in before
        and value[0] not in behind
        and bool(telling(value[0]))
    )


def _pieces(text: str) -> list[str]:
    """Return the words of a text; in scripts that are written without spaces, its characters."""
    return _PIECE.findall(wording(text))


def correction_mark(wrong: str) -> MemoryId:
    """Return the source that marks a note whose person corrected those words.

    It follows from their wording and does not contain them, because they may be a secret.
    """
    return MemoryId(f"{CORRECTED}{uuid5(NAMESPACE_URL, wording(wrong)).hex}")
