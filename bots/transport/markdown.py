"""Splits long Markdown into messages of a limited length, each of which renders correctly alone.

A message ends between two blocks where possible, else between list items, sentences or words, and
never within a grapheme. A code fence that does not fit is closed and opened again. The beginning of
a text is split in the same way while the rest of it is still being written.
"""

import re
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from semantic_text_splitter import MarkdownSplitter, TextSplitter

_FENCE = re.compile(r"^((?:\s*>)*\s*(?:(?:[-*+]|\d+[.)])\s+)?\s*)(`{3,}|~{3,})(.*)$")
_LONGEST_INFO = 40
"""Most characters of a fence's info string that are repeated when it is opened again."""


def split_markdown(text: str, *, limit: int) -> tuple[str, ...]:
    """Split a text into messages of at most `limit` characters; a blank text gives none.

    Args:
        text: Markdown, perhaps with a code fence that is not closed yet.
        limit: most characters of a message, at least 100.
    """
    if len(text) <= limit and not _open_fence(text):
        return (text.strip("\n"),) if text.strip() else ()
    found: list[str] = []
    held = ""
    for block in _blocks(text):
        parts = [block] if len(block) <= limit and not _open_fence(block) else _broken(block, limit)
        for part in parts:
            if len(held) + len(part) > limit:
                found.append(held)
                held = ""
            held += part
    found.append(held)
    return tuple(piece.strip("\n") for piece in found if piece.strip())


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _blocks(text: str) -> list[str]:
    """Return the outermost blocks with the empty lines after them; joined, they are the text."""
    lines = text.split("\n")
    starts = {
        token.map[0]
        for token in _parser().parse(text)
        if token.level == 0 and token.map is not None
    }
    # Line ends other than \n shift the parser's count, which moves cuts but loses no text.
    cuts = sorted({0, *(start for start in starts if start < len(lines)), len(lines)})
    found = ["\n".join(lines[a:b]) + "\n" for a, b in pairwise(cuts)]
    if found:
        found[-1] = found[-1][:-1]
    return found


def _broken(block: str, limit: int) -> list[str]:
    if any(_FENCE.match(line) for line in block.split("\n")):
        return _by_lines(block, limit)
    return list(MarkdownSplitter(limit, trim=False).chunks(block))


def _by_lines(block: str, limit: int) -> list[str]:
    """Split a block between lines, and close each fence at the end of a piece and reopen it."""
    found: list[str] = []
    held: list[str] = []
    size = 0
    opener = closer = ""
    for line in _short_lines(block, limit):
        if size + len(line) + 1 + len(closer) + 1 > limit and held:
            found.append("\n".join([*held, closer] if closer else held) + "\n")
            held = [opener] if opener else []
            size = len(opener) + 1 if opener else 0
        held.append(line)
        size += len(line) + 1
        opener, closer = _after(line, opener, closer)
    if closer:
        held.append(closer)
    return [*found, "\n".join(held) + "\n"]


def _after(line: str, opener: str, closer: str) -> tuple[str, str]:
    """Return how to open again and how to close the fence that is open after a line."""
    match = _FENCE.match(line)
    if match is None:
        return opener, closer
    before, marks, info = match.groups()
    if not closer:
        if "`" in info and marks[0] == "`":
            return "", ""
        indent = re.sub(r"[^\s>]", " ", before)
        return f"{indent}{marks}{info[:_LONGEST_INFO]}", indent + marks
    open_marks = closer.strip(" >\t")
    if not info.strip() and marks[0] == open_marks[0] and len(marks) >= len(open_marks):
        return "", ""
    return opener, closer


def _open_fence(text: str) -> bool:
    opener = closer = ""
    for line in text.split("\n"):
        opener, closer = _after(line, opener, closer)
    return bool(closer)


def _short_lines(block: str, limit: int) -> list[str]:
    # This leaves room for a fence that is opened before a line and closed after it.
    most = limit - 2 * (_LONGEST_INFO + 8) if limit > 4 * _LONGEST_INFO else limit // 2
    found: list[str] = []
    for line in block.removesuffix("\n").split("\n"):
        if len(line) <= most or not line.strip():
            found.append(line[:most])
        else:
            found += TextSplitter(most, trim=False).chunks(line)
    return found
