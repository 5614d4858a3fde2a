"""Splits long text into messages where a reader would pause.

A message ends after a paragraph where possible, else after a line, a sentence or a word, and never
within a grapheme. A code block that must be cut is cut at the end of a line, keeps its indentation,
and is a code block in both messages. Where the beginning of a longer text is split, all messages
but the last are those of the whole text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile

import regex

from bots.transport.styled_text import Look, StyledText

WHOLE = frozenset({Look.PRE, Look.CODE, Look.LINK, Look.URL})
"""What is not cut if that can be avoided."""
PAUSES = tuple(
    re.compile(pattern)
    for pattern in (r"\n[ \n]*\n", r"\n", r"(?<=[.!?…])\s|[。！？]+", r"\s|[，、；]")
)
"""Places to cut, best first: after a paragraph, a line, a sentence, a word."""
SHORTEST_SHARE = 0.25
"""Smallest share of the limit to which a message is shortened for a better place to cut."""
_CHARACTER = regex.compile(r"\X")
"""Matches an extended grapheme cluster, which is seen as one character."""
_EDGES = " \n"

_INVISIBLE = frozenset([*range(0x200B, 0x2010), *range(0x2060, 0x2070), 0xFEFF, 0x2800, 0xFFFC])


def split_text(
    whole: StyledText, sizes: Sequence[int], *, limit: int, most_spans: int | None = None
) -> Iterator[StyledText]:
    """Yield the messages of a text, each of at most `limit` units.

    White space at the ends of a message is left out, except for the indentation of code, and so are
    messages without visible characters.

    Args:
        whole: the text.
        sizes: for each character, how many units it takes in a message.
        limit: most units of a message, at least the size of one character.
        most_spans: most spans of a message; None: any number.
    """
    starts = list(accumulate(sizes, initial=0))
    at = 0
    while at < len(whole.text):
        end = _end(whole, starts, at, limit, most_spans)
        first, last = at, end
        edges = "\n" if _is_code(whole, at) else _EDGES
        while first < last and whole.text[first] in edges:
            first += 1
        while last > first and whole.text[last - 1] in _EDGES:
            last -= 1
        if not is_invisible(whole.text[first:last]):
            yield whole.part(first, last)
        at = end


def is_invisible(text: str) -> bool:
    """Whether a text has no visible characters, so that a platform would refuse it."""
    return all(char.isspace() or ord(char) in _INVISIBLE for char in text)


def _is_code(whole: StyledText, at: int) -> bool:
    return any(one.look is Look.PRE and one.start <= at < one.end for one in whole.spans)


def _end(
    whole: StyledText, starts: Sequence[int], at: int, limit: int, most_spans: int | None
) -> int:
    """Return where the message that begins at `at` ends, as an index of the text."""
    text = whole.text
    furthest = bisect_right(starts, starts[at] + limit) - 1
    reaching = [one for one in whole.spans if one.end > at]
    if most_spans is not None and len(reaching) > most_spans:
        furthest = min(furthest, max(reaching[most_spans].start, at + 1))
    if furthest >= len(text):
        return len(text)
    furthest = max(furthest, at + 1)
    earliest = at + max(1, int((furthest - at) * SHORTEST_SHARE))
    uncut = [(one.start, one.end) for one in reaching if one.look in WHOLE and one.start < furthest]
    for kept in (uncut, []):
        for pause in PAUSES:
            # One more character is searched, since a space right after the message is a pause too.
            found = [match.end() for match in pause.finditer(text, at, furthest + 1)]
            for end in reversed([min(end, furthest) for end in found]):
                if end < earliest:
                    break
                if _ends_grapheme(text, end) and not any(a < end < b for a, b in kept):
                    return end
        for first, _ in reversed(kept):
            if earliest <= first <= furthest:
                return first
    ends = (character.end() for character in _CHARACTER.finditer(text, at))
    end = max(takewhile(lambda end: end <= furthest, ends), default=at)
    # A grapheme longer than a message, such as a letter with hundreds of accents, has to be cut.
    return end if end >= earliest else furthest


def _ends_grapheme(text: str, end: int) -> bool:
    """Whether no grapheme goes on after a space or a sign that ends at `end`."""
    found = _CHARACTER.match(text, end - 1)
    return found is None or found.end() == end
