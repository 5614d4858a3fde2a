"""What may reach a terminal: words, never the escape sequences that could stand in them."""

_HIDDEN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
for _kept in "\n\t":
    del _HIDDEN[ord(_kept)]


def visible(text: str) -> str:
    """The text without control characters, newline and tab excepted: a model's or a file's."""
    return text.translate(_HIDDEN)


def one_line(text: str, *, limit: int) -> str:
    """The text on one line, cut with an ellipsis after `limit` characters."""
    # Cut first: a memory may be a whole book.
    words = " ".join(visible(text[: limit * 4]).split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"
