"""Splits a text into clauses, of which some can be cut out of it. Pure."""

import re
from functools import cache

from brain.forgetting.contents import RUN
from brain.forgetting.spelling import fold
from brain.forgetting.vocabulary import FIRST_UNSPACED, WORD, function_words, listed
from brain.languages import languages

_SENTENCE = re.compile(r"(?<=[.!?]\s)|(?<=[。！？；;\n])")

_UNSPACED_COMMA = re.compile(r"(?<=[,，])")

_SHORTEST_CLAUSE = (3, 4)
"""Words, and characters of a script without spaces."""


def clauses_of(text: str) -> list[str]:
    """The clauses of a text with what separates them; together they are the text.

    Of a sentence with spaces only one "and" tells where a clause begins: of several, or beside
    commas, some stand between the parts of a clause.
    """
    found: list[str] = []
    for sentence in filter(None, _SENTENCE.split(text)):
        if RUN.search(sentence):
            clauses = [clause for clause in _UNSPACED_COMMA.split(sentence) if clause]
        else:
            joints = list(_joint().finditer(sentence))
            is_plain = len(joints) == 1 and sentence.count(",") == joints[0][0].count(",")
            at = joints[0].start(1) if is_plain else 0
            clauses = [clause for clause in (sentence[:at], sentence[at:]) if clause]
        if any(map(_is_short, clauses)):
            clauses = [sentence]
        found += clauses
    return found


def leans_on(clause: str, before: str) -> bool:
    """Whether a clause has its subject from the one before it, and that is not the speaker."""
    if _SENTENCE.search(before):
        return False
    own, speakers = listed("speaking")
    first = WORD.findall(before)[:1]
    if RUN.search(before):
        return not before.strip().startswith(speakers) and not clause.strip().startswith(speakers)
    if first and fold(first[0]) in own:
        return False
    joint = _joint().match(f" {clause}")
    words = WORD.findall(clause[joint.end() - 1 :] if joint else clause)
    return not words or (
        words[0][0].islower() and fold(words[0]) not in function_words(languages())
    )


@cache
def _joint() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, listed("joining")[0])))
    return re.compile(rf",?\s+((?:(?:{words})\s+)+)", re.IGNORECASE)


def _is_short(clause: str) -> bool:
    words, characters = _SHORTEST_CLAUSE
    unspaced = sum(map(len, RUN.findall(clause)))
    return unspaced < characters if unspaced else len(WORD.findall(clause)) < words


def tidy(text: str) -> str:
    """A text that was cut: without a conjunction at its beginning, closed by a full stop."""
    words = "|".join(sorted(map(re.escape, listed("joining")[0])))
    opening = rf"(^|[.!?]\s)[^\S\n]*(\n*)\s*(?:(?:{words})\s+)*([^\W\d_]?)"
    text = re.sub(
        opening,
        lambda match: match[1] + match[2] + match[3].upper(),
        text.strip(),
        flags=re.IGNORECASE,
    )
    text = text.rstrip(" ,，;；、")
    if not text:
        return text
    if text[-1] not in ".!?。！？":
        text += "。" if text[-1] >= FIRST_UNSPACED else "."
    return text
