"""Defines plain text with spans that tell how parts of it look, on any platform."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Look(StrEnum):
    """How a part of a text looks."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    CODE = "code"
    PRE = "pre"
    """A block of code; `detail` is its language, if any."""
    LINK = "link"
    """`detail` is the address."""
    URL = "url"
    """A web address that stands in the text."""
    QUOTE = "quote"
    HEADING = "heading"
    """`detail` is the level, from 1 to 6."""
    BULLET = "bullet"
    """The sign before an item of a list."""
    NUMBER = "number"
    """The number of an item, with its dot; `detail` is empty if it follows the one before it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text that looks in a certain way; offsets are in characters of the text."""

    look: Look
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StyledText:
    """Plain text and its spans, ordered by start, outer ones first; none crosses another."""

    text: str
    spans: tuple[Span, ...] = ()

    def part(self, start: int, end: int) -> "StyledText":
        """Return the part between two offsets, with what is in it of each span."""
        kept = [
            replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in self.spans
            if span.start < end and span.end > start
        ]
        return StyledText(self.text[start:end], tuple(kept))
