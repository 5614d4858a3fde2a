"""Rules that find phrases of time in a text, the first rule that claims a place keeps it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from brain.memory.temporal.calendar import Stretch, Today

Reader = Callable[[re.Match[str], Today], Iterable[Stretch] | None]
"""What a phrase speaks of: several where it means one of several, none where it is a time but not
one that can be told ("before June"), None where it is no time after all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, and what it means."""

    pattern: re.Pattern[str]
    read: Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One phrase's stretch, and the place of the phrase in the text, in characters."""

    begin: int
    end: int
    stretch: Stretch


def find(text: str, rules: Sequence[Rule], today: Today, *, most: int) -> list[Found]:
    """The phrases in order, no two of them overlapping; of each rule `most` at most."""
    claimed: list[tuple[int, int]] = []
    found: list[Found] = []
    for rule in rules:
        # A pasted calendar has hundreds, and a written date takes a millisecond to read.
        left = most
        for match in rule.pattern.finditer(text):
            begin, end = match.span()
            if any(begin < other_end and other < end for other, other_end in claimed):
                continue
            try:
                stretches = rule.read(match, today)
            except (ValueError, OverflowError, StopIteration):
                # The thirtieth of February, or a year that no calendar has: not February either.
                stretches = ()
            if stretches is None:
                continue
            claimed.append((begin, end))
            left -= 1
            found += (Found(begin=begin, end=end, stretch=one) for one in stretches)
            if not left:
                break
    return sorted(found, key=lambda one: (one.begin, one.stretch.first))
