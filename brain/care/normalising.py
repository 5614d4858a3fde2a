"""How a message is read before its words are searched for self-harm: without its spellings."""

import re
import unicodedata
from collections.abc import Sequence

STOPS = r"[.!?;:\n。！？；：\"“”「」«»¿¡]|[，,](?=[\u4e00-\u9fff])"
"""A pattern: what is said before one says nothing of what is said behind it."""
NEARBY = 100
"""How many characters around the words decide whether they are meant."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼ＇`´′", "'") | dict.fromkeys("\u200b\u2060\ufeff"))
_SPACES = re.compile(r"[ \t]+")
END = r"(?= ?(?:$|[.,!?;:\n。，！？；：\"“”]))"
"""Of what is said: no other word follows."""
QUOTED = r"(?:\"[^\"\n]{1,60}\"|“[^”\n]{1,60}”|'[^'\n]{1,60}'(?!\w))"


def any_of(*forms: str) -> str:
    """A pattern for one of them."""
    return "|".join(forms)


def plainly(text: str) -> str:
    """In small letters, with one kind of spaces and apostrophes."""
    plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    return _SPACES.sub(" ", plain)


def rewritten(text: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """The text after each rule in turn: a pattern, and what stands in its place."""
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def patterns(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Such rules, from pairs of strings."""
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


def around(clause: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands before and after it, as far as that matters."""
    start, end = found.span()
    return clause[max(0, start - NEARBY) : start], clause[end : end + NEARBY]
