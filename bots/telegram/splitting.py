"""Splits long text into messages of Telegram, where a reader would pause. Pure.

Lengths and offsets are in UTF-16 units. A code block that must be cut is a code block in both
pieces, cut at the end of a line.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile

import regex
from telegramify_markdown.entity import MessageEntity

MOST_ENTITIES = 100
"""Telegram shows no more of them in one message."""
WHOLE = frozenset({"pre", "code", "text_link", "custom_emoji"})
"""What is not cut where it can be helped."""
PAUSES = tuple(
    re.compile(pattern)
    for pattern in (r"\n[ \n]*\n", r"\n", r"[.!?…]+\s|[。！？]+", r"\s|[，、；]")
)
"""Where to cut, best first: behind a paragraph, a line, a sentence, a word."""
SHORTEST_SHARE = 0.25
"""No piece is cut shorter than this share of the limit for the sake of a better place."""
ONE_UNIT = "\uffff"
"""The last character of one UTF-16 unit; all behind it take two."""
_CHARACTER = regex.compile(r"\X")
"""What is seen as one character: an extended grapheme cluster."""
EDGES = " \n"
"""What Telegram trims by itself."""

_INVISIBLE = frozenset(
    [*range(0x200B, 0x2010), *range(0x2060, 0x2070), 0xFEFF, 0x2800, 0xFFFC],
)


def split_text(
    text: str, entities: Sequence[MessageEntity], *, limit: int
) -> Iterator[tuple[str, list[MessageEntity]]]:
    """The text and its entities (in order of their starts) in pieces of at most `limit` units.

    Pieces without anything to see are left out, and so is white space at the ends of each.
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
    """Whether nothing of the text would be seen: Telegram refuses to send such a text."""
    return all(char.isspace() or ord(char) in _INVISIBLE for char in text)


def _end(
    text: str, entities: Sequence[MessageEntity], starts: list[int], at: int, limit: int
) -> int:
    """Where the piece that begins at `at` ends, as an index of the text."""
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
            # One more character, for a space right behind the piece is a pause as well.
            found = [match.end() for match in pause.finditer(text, at, furthest + 1)]
            for end in reversed([min(end, furthest) for end in found]):
                if end >= earliest and not any(first < end < last for first, last in kept):
                    return end
        for first, _ in reversed(kept):
            if earliest <= first <= furthest:
                return first
    ends = (character.end() for character in _CHARACTER.finditer(text, at))
    end = max(takewhile(lambda end: end <= furthest, ends), default=at)
    # A character of that length, such as a letter under hundreds of accents, has to be parted.
    return end if end >= earliest else furthest


def _clipped(entities: Sequence[MessageEntity], start: int, end: int) -> list[MessageEntity]:
    found = []
    for one in entities:
        first, last = max(one.offset, start), min(one.offset + one.length, end)
        if first < last:
            found.append(one.copy_with(offset=first - start, length=last - first))
    return found
