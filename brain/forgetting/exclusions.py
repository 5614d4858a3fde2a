"""Separates what a request asks to forget from what it says is to stay in memory. Pure."""

from dataclasses import dataclass
from functools import cache

import regex

from brain.forgetting.spelling import in_either_script
from brain.languages import all_languages


@dataclass(frozen=True, slots=True)
class Wish:
    """A request, separated into what is to be forgotten and what is to stay."""

    wanted: str
    """The request without its exceptions."""
    kept: tuple[str, ...] = ()
    """Its exceptions, without the words that except them."""
    is_refusal: bool = False
    """Whether it asks only not to forget, as "don't forget my birthday" does."""


def separate(request: str) -> Wish:
    """Separates the exceptions of a request from the rest of it."""
    if _pattern("refusing").search(request):
        others = _pattern("refusing").sub(" ", request)
        if not _pattern("forgetting").search(others):
            return Wish("", is_refusal=True)
    kept: list[str] = []

    def cut(found: regex.Match[str]) -> str:
        kept.append(" ".join(found.captures("kept")).strip())
        return " ; "

    wanted = _pattern("excepting").sub(cut, request) if request else request
    return Wish(wanted if kept else request, tuple(kept))


@cache
def _pattern(field: str) -> regex.Pattern[str]:
    """The patterns of all languages for one field, as one."""
    patterns = [getattr(one.requests, field) for one in all_languages() if one.requests]
    return regex.compile("|".join(map(in_either_script, patterns)), regex.IGNORECASE)
