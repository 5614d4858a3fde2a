"""Provides parts of the patterns by which the folders of the languages notice self-harm."""

import re

STOPS = r"[.!?;:\n。！？；：\"“”「」«»¿¡]|[，,](?=[\u4e00-\u9fff])"
"""Pattern of what separates clauses: words before it say nothing of words after it."""
END = r"(?= ?(?:$|[.,!?;:\n。，！？；：\"“”]))"
"""Pattern of the end of a clause, where no other word follows."""
QUOTED = r"(?:\"[^\"\n]{1,60}\"|“[^”\n]{1,60}”|'[^'\n]{1,60}'(?!\w))"
NEARBY = 100
"""Characters before and after the words that decide whether they are meant."""


def any_of(*forms: str) -> str:
    """Return a pattern that matches any one of several patterns."""
    return "|".join(forms)


def patterns(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return `SelfHarm.spellings` from pairs of a pattern and what replaces it."""
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


def around(clause: str, found: re.Match[str]) -> tuple[str, str]:
    """Return the text before and after the words, at most `NEARBY` characters of each."""
    start, end = found.span()
    return clause[max(0, start - NEARBY) : start], clause[end : end + NEARBY]
