"""Tells when a person asks for the rest of a reply that reached its limit. Pure."""

import re
from functools import cache

from brain.languages import all_languages
from brain.messages import own_words

_CALL = re.compile(r"^\s*\w{1,20}\s*[,，、:：]")
_WORD = re.compile(r"[^\W_]+")


def asks_to_go_on(message: str) -> bool:
    """Return whether a message says "go on" and nothing else, in any known language.

    What it quotes or forwards does not count, nor do punctuation, emoji, and a word before a comma,
    such as the companion's name.
    """
    said = own_words(message)
    return any(_in_words(words) in _requests() for words in (said, _CALL.sub("", said)))


@cache
def _requests() -> frozenset[str]:
    lines = [line for each in all_languages() for line in each.continuing.splitlines()]
    return frozenset(filter(None, map(_in_words, lines)))


def _in_words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
