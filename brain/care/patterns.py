"""Parts of the patterns by which the folders of the languages notice self-harm."""

import re

STOPS = r"[.!?;:\n。！？；：\"“”「」«»¿¡]|[，,](?=[\u4e00-\u9fff])"
"""Ends a clause: what is said before it says nothing of what is said after it."""
END = r"(?= ?(?:$|[.,!?;:\n。，！？；：\"“”]))"
"""The end of what is said: no other word follows."""
QUOTED = r"(?:\"[^\"\n]{1,60}\"|“[^”\n]{1,60}”|'[^'\n]{1,60}'(?!\w))"
NEARBY = 100
"""How many characters to each side of the words decide whether they are meant."""


def any_of(*forms: str) -> str:
    """Return a pattern for one of several forms."""
    return "|".join(forms)


def patterns(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return `SelfHarm.spellings` from pairs of a pattern and what replaces it."""
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


def around(clause: str, found: re.Match[str]) -> tuple[str, str]:
    """Return the text before and after the words, as far as it matters."""
    start, end = found.span()
    return clause[max(0, start - NEARBY) : start], clause[end : end + NEARBY]
