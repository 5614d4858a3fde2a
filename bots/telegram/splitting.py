"""Splits long text into messages of Telegram, where a reader would pause.

Lengths and offsets are in UTF-16 units. A code block that must be cut is cut at the end of a line,
and is a code block in both pieces.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile

import regex
from telegramify_markdown.entity import MessageEntity

MOST_ENTITIES = 100
"""Most entities that Telegram shows in one message."""
WHOLE = frozenset({"pre", "code", "text_link", "custom_emoji"})
"""Types of entities that are not cut if that can be avoided."""
PAUSES = tuple(
    re.compile(pattern)
    for pattern in (r"\n[ \n]*\n", r"\n", r"[.!?…]+\s|[。！？]+", r"\s|[，、；]")
)
"""Places to cut, best first: after a paragraph, a line, a sentence, a word."""
SHORTEST_SHARE = 0.25
"""Smallest share of the limit to which a piece is shortened for a better place to cut."""
ONE_UNIT = "\uffff"
"""The last character of one UTF-16 unit; those after it take two."""
_CHARACTER = regex.compile(r"\X")
"""Matches an extended grapheme cluster, which is seen as one character."""
EDGES = " \n"
"""Characters that Telegram trims at the ends of a message."""

_INVISIBLE = frozenset(
    [*range(0x200B, 0x2010), *range(0x2060, 0x2070), 0xFEFF, 0x2800, 0xFFFC],
)


def split_text(
    text: str, entities: Sequence[MessageEntity], *, limit: int
) -> Iterator[tuple[str, list[MessageEntity]]]:
    """Yield a text and its entities, ordered by start, in pieces of at most `limit` units.

    White space at the ends of a piece is left out, and so are pieces without visible characters.
    """
    starts = list(accumulate((1 if char <= ONE_UNIT else 2 for char in text), initial=0))
    at = 0
    while at < len(text):
        end = _end(text, entities, starts, at, limit)
        first, last = at, end
        while first < last and text[first] in EDGES:
            first += 1
        while last > first and text[last - 1] in EDGES:
            last -= 1
        if not is_invisible(text[first:last]):
            yield text[first:last], _clipped(entities, starts[first], starts[last])
        at = end


def is_invisible(text: str) -> bool:
    """Whether a text has no visible characters, so that Telegram would refuse it."""
    return all(char.isspace() or ord(char) in _INVISIBLE for char in text)


def _end(
    text: str, entities: Sequence[MessageEntity], starts: list[int], at: int, limit: int
) -> int:
    """Return where the piece that begins at `at` ends, as an index of the text."""
    furthest = bisect_right(starts, starts[at] + limit) - 1
    reaching = [one for one in entities if one.offset + one.length > starts[at]]
    if len(reaching) > MOST_ENTITIES:
        furthest = min(furthest, bisect_left(starts, reaching[MOST_ENTITIES].offset))
    if furthest >= len(text):
        return len(text)
    furthest = max(furthest, at + 1)
    earliest = at + max(1, int((furthest - at) * SHORTEST_SHARE))
    whole = [
        (bisect_left(starts, one.offset), bisect_left(starts, one.offset + one.length))
        for one in reaching
        if one.type in WHOLE and one.offset < starts[furthest]
    ]
    for kept in (whole, []):
        for pause in PAUSES:
            # One more character is searched, since a space right after the piece is a pause too.
            found = [match.end() for match in pause.finditer(text, at, furthest + 1)]
            for end in reversed([min(end, furthest) for end in found]):
                if end >= earliest and not any(first < end < last for first, last in kept):
                    return end
        for first, _ in reversed(kept):
            if earliest <= first <= furthest:
                return first
    ends = (character.end() for character in _CHARACTER.finditer(text, at))
    end = max(takewhile(lambda end: end <= furthest, ends), default=at)
    # A grapheme longer than a piece, such as a letter with hundreds of accents, has to be cut.
    return end if end >= earliest else furthest


def _clipped(entities: Sequence[MessageEntity], start: int, end: int) -> list[MessageEntity]:
    found = []
    for one in entities:
        first, last = max(one.offset, start), min(one.offset + one.length, end)
        if first < last:
            found.append(one.copy_with(offset=first - start, length=last - first))
    return found
