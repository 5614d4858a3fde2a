"""Arranges spans as Telegram allows entities.

Code contains no other entities and is within nothing but a quote, quotes and links contain none
of their own kind, and entities do not cross. What Telegram would silently drop is cut here, so
that the rest of it stays: bold text around code is bold before and after the code.
https://core.telegram.org/bots/api#messageentity
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bots.transport.styled_text import Look, Span

CODE = frozenset({Look.PRE, Look.CODE})


def nest_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans that may be sent, ordered by their start."""
    ordered = sorted(spans, key=lambda one: (one.start, -one.end))
    code = _apart([one for one in ordered if one.look in CODE])
    quotes = _apart([one for one in ordered if one.look is Look.QUOTE])
    links = _apart(_around(code, [one for one in ordered if one.look is Look.LINK]))
    others = [one for one in ordered if one.look not in {*CODE, Look.QUOTE, Look.LINK}]
    return tuple(_uncrossed([*quotes, *links, *_around(code, others), *code]))


def _apart(ordered: Sequence[Span]) -> list[Span]:
    """Return the spans that do not overlap an earlier one."""
    kept: list[Span] = []
    for one in ordered:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _around(code: Sequence[Span], spans: Iterable[Span]) -> list[Span]:
    """Return the parts of spans, ordered by start, that are outside of all code."""
    parts = []
    first = 0
    for one in spans:
        start = one.start
        while first < len(code) and code[first].end <= start:
            first += 1
        for number in range(first, len(code)):
            hole = code[number]
            if hole.start >= one.end:
                break
            if hole.start > start:
                parts.append(replace(one, start=start, end=hole.start))
            start = hole.end
        if start < one.end:
            parts.append(replace(one, start=start))
    return parts


def _uncrossed(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that neither cross an earlier one nor are within code, each once."""
    kept: list[Span] = []
    around: list[Span] = []
    seen = set()
    # Of two spans with the same bounds, the one that comes first is the outer one.
    for one in sorted(spans, key=lambda it: (it.start, -it.end)):
        while around and around[-1].end <= one.start:
            around.pop()
        outer = around[-1] if around else None
        crosses = outer is not None and (outer.look in CODE or one.end > outer.end)
        if not crosses and (one.look, one.start, one.end) not in seen:
            seen.add((one.look, one.start, one.end))
            kept.append(one)
            around.append(one)
    return kept
