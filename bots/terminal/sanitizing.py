"""Removes what could control a terminal from texts, such as escape sequences."""

from brain.memory.parts import in_one_line

_HIDDEN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
for _kept in "\n\t":
    del _HIDDEN[ord(_kept)]


def strip_control_characters(text: str) -> str:
    """Remove control characters but newline and tab, from a text of a model or a file."""
    return text.translate(_HIDDEN)


def shorten_to_line(text: str, *, limit: int) -> str:
    """Put a text on one line, cut with an ellipsis after `limit` characters."""
    # The text is cut first, since a memory may be very long.
    words = in_one_line(strip_control_characters(text[: limit * 4]))
    return words if len(words) <= limit else f"{words[: limit - 1]}…"
