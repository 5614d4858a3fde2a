"""Finds phrases of time in a text by rules; where phrases overlap, the first rule counts."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from brain.memory.temporal.calendar import Stretch, Today

Reader = Callable[[re.Match[str], Today], Iterable[Stretch] | None]
"""Returns the stretches that a phrase may mean; none where it is a time that cannot be resolved
("before June"), and None where it is no time after all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of phrases, and the function that resolves them."""

    pattern: re.Pattern[str]
    read: Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stretch that a phrase means, and where the phrase is in the text, in characters."""

    begin: int
    end: int
    stretch: Stretch


def find(text: str, rules: Sequence[Rule], today: Today, *, most: int) -> list[Found]:
    """Return what the phrases of a text mean, in its order.

    Args:
        text: the text.
        rules: the rules; of phrases that overlap, that of the earlier rule counts.
        today: when the text was said.
        most: the most phrases per rule.
    """
    claimed: list[tuple[int, int]] = []
    found: list[Found] = []
    for rule in rules:
        # A pasted calendar has hundreds of dates, and each takes up to a millisecond.
        left = most
        for match in rule.pattern.finditer(text):
            begin, end = match.span()
            if any(begin < other_end and other < end for other, other_end in claimed):
                continue
            try:
                stretches = rule.read(match, today)
            except (ValueError, OverflowError, StopIteration):
                # 30 February, or a year that no calendar has; then "February" alone is not meant.
                stretches = ()
            if stretches is None:
                continue
            claimed.append((begin, end))
            left -= 1
            found += (Found(begin=begin, end=end, stretch=one) for one in stretches)
            if not left:
                break
    return sorted(found, key=lambda one: (one.begin, one.stretch.first))
