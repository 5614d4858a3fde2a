"""Reads Markdown as plain text with spans that tell how parts of it look, for every platform.

The plain text is that of the source without its markup, sign for sign. A platform gives the spans
the form of its own: entities on Telegram, its own Markdown on Discord.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from wcwidth import wcswidth

from bots.transport.markdown_parser import IDEOGRAPHIC_SPACE, parse_unfinished, parser
from bots.transport.styled_text import Look, Span, StyledText

LONGEST_LANGUAGE = 40
_LINE = r"[^\W\d_](?:[^\W_]|[ .,;!?'’\"“”()…–—/。，！？；：、-]|:(?!//))*(?<! )"
PROSE = re.compile(rf"{_LINE}(?:\n\n?{_LINE})*")
"""Lines that begin with a letter and contain nothing that has a meaning in Markdown.

Most replies are such, and are shown without being read.
"""
_TASK = re.compile(r"\[([ xX])\](?=\s)")
_LANGUAGE = re.compile(r"[^\s{}]*")
_INDENT = "  "


_INLINE = {
    "strong": Look.BOLD,
    "em": Look.ITALIC,
    "s": Look.STRIKETHROUGH,
    "spoiler": Look.SPOILER,
    "link": Look.LINK,
}
_RANKS = {Look.QUOTE: 0, Look.HEADING: 1, Look.LINK: 2, Look.CODE: 4, Look.PRE: 4, Look.URL: 4}
"""Of spans with the same bounds, the one with the lower rank is the outer one."""


def read_markdown(source: str, *, unfinished: bool = False) -> StyledText:
    """Return the text of Markdown, with the looks that its markup gives it.

    Args:
        source: the Markdown.
        unfinished: whether more is being written: then a style, a code or a link that the last line
            begins is shown as such already, rather than its signs.
    """
    kept = source.replace(IDEOGRAPHIC_SPACE, "").replace("\u3000", IDEOGRAPHIC_SPACE)
    reader = _Reader(kept.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    tokens = parser().parse(kept)
    last = next((one for one in reversed(tokens) if one.map is not None), None)
    for token in tokens:
        if unfinished and token.type == "inline" and token is last:
            token.children = parse_unfinished(token.content)
        reader.read(token)
    return reader.result()


class _Reader:
    """Appends the text of one token after another."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._parts: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[Look, int, str]] = []
        self._quotes: list[int] = []
        """For each quote around, where its text begins; -1: it has none yet."""
        self._lists: list[list[int]] = []
        """For each list around, the number of its last item, or nothing yet."""
        self._mark: tuple[Look, str, str] | None = None
        """The sign of an item whose text has not begun: its look, text and detail."""
        self._last_line = 0
        self._table: list[list[str]] | None = None
        """The cells of the rows of a table that is being read."""
        self._below: list[list[Token]] = []
        """The lines right below it, each with its tokens."""
        self._has_surplus = False
        """Whether a row of the table has more cells than its first one."""
        self._handlers: Mapping[str, Callable[[Token], object]] = {
            "paragraph_open": self._begin_block,
            "heading_open": self._begin_heading,
            "heading_close": self._end_heading,
            "inline": self._read_line,
            "fence": self._read_code,
            "code_block": self._read_code,
            "hr": self._read_rule,
            "table_open": self._begin_table,
            "tr_open": self._begin_row,
            "table_close": self._end_table,
            "blockquote_open": lambda _: self._quotes.append(-1),
            "blockquote_close": self._end_quote,
            "bullet_list_open": lambda _: self._lists.append([]),
            "bullet_list_close": lambda _: self._lists.pop(),
            "ordered_list_open": lambda _: self._lists.append([]),
            "ordered_list_close": lambda _: self._lists.pop(),
            "list_item_open": self._begin_item,
            "list_item_close": self._end_item,
        }

    def result(self) -> StyledText:
        text = "".join(self._parts).replace(IDEOGRAPHIC_SPACE, "\u3000")
        ordered = sorted(self._spans, key=lambda it: (it.start, -it.end, _RANKS.get(it.look, 3)))
        return StyledText(text, tuple(span for span in ordered if span.start < span.end))

    def read(self, token: Token) -> None:
        """Append the text of the next token; the others have none."""
        handle = self._handlers.get(token.type)
        if handle is not None:
            handle(token)

    def _begin_heading(self, token: Token) -> None:
        self._begin_block(token)
        self._open.append((Look.HEADING, self._length, token.tag[1:]))

    def _end_heading(self, token: Token) -> None:
        if self._open[-1][1] == self._length:
            # A sign without a heading after it was not meant as one.
            self._add(token.markup)
        self._close()

    def _read_rule(self, token: Token) -> None:
        self._begin_block(token)
        self._add("———")

    def _end_quote(self, _: Token) -> None:
        if (start := self._quotes.pop()) >= 0:
            self._spans.append(Span(Look.QUOTE, start, self._length))

    def _end_item(self, token: Token) -> None:
        if self._mark is not None:
            self._begin_block(token)

    def _begin_item(self, token: Token) -> None:
        if self._mark is not None:
            self._begin_block(token)
        if not token.info:
            self._mark = (Look.BULLET, "•", "")
        else:
            number, numbers = int(token.info), self._lists[-1]
            follows = not numbers or number == numbers[-1] + 1
            numbers[:] = [number]
            detail = "" if follows else "alone"
            self._mark = (Look.NUMBER, f"{token.info}{token.markup}", detail)

    def _begin_block(self, token: Token, *, indented: bool = True) -> None:
        """Begin a new line, after an empty one if there is one in the source."""
        first, after = token.map or (self._last_line, self._last_line)
        if self._parts:
            self._add("\n\n" if first > self._last_line else "\n")
        self._last_line = after
        for number, start in enumerate(self._quotes):
            if start < 0:
                self._quotes[number] = self._length
        if self._mark is not None:
            look, text, detail = self._mark
            self._mark = None
            self._add(_INDENT * (len(self._lists) - 1))
            start = self._length
            self._add(text)
            self._spans.append(Span(look, start, self._length, detail))
            self._add(" " if indented else "\n")
        elif indented:
            self._add(_INDENT * len(self._lists))

    def _read_inline(self, tokens: Sequence[Token]) -> None:
        begin = self._length
        for token in tokens:
            kind, _, edge = token.type.rpartition("_")
            if edge == "open":
                self._open.append((_INLINE[kind], self._length, str(token.attrGet("href") or "")))
            elif edge == "close":
                self._close()
            elif token.type == "image":
                self._open.append((Look.LINK, self._length, str(token.attrGet("src"))))
                self._read_inline(token.children or ())
                self._close()
            elif token.type in {"softbreak", "hardbreak"}:
                self._add("\n" + _INDENT * len(self._lists))
            elif token.type in {"code_inline", "url"}:
                look = Look.CODE if token.type == "code_inline" else Look.URL
                self._open.append((look, self._length, ""))
                self._add(token.content)
                self._close()
            elif self._length == begin and self._lists and (task := _TASK.match(token.content)):
                self._add("☐" if task[1] == " " else "☑")
                self._add(token.content[task.end() :])
            else:
                self._add(token.content)

    def _read_code(self, token: Token) -> None:
        content = token.content.removesuffix("\n")
        self._begin_block(token, indented=False)
        language = _LANGUAGE.match(token.info.strip())
        start = self._length
        self._add(content)
        detail = language[0][:LONGEST_LANGUAGE] if language else ""
        self._spans.append(Span(Look.PRE, start, self._length, detail))

    def _begin_table(self, token: Token) -> None:
        self._begin_block(token, indented=False)
        self._table, self._below, self._has_surplus = [], [], False
        self._table_lines = token.map or (0, 0)

    def _begin_row(self, token: Token) -> None:
        if self._table is None or token.map is None:
            return
        line = self._lines[token.map[0]]
        if "|" not in line:
            # A line right below a table counts as its row, and is meant to be a line.
            self._below.append([])
            return
        if self._table:
            self._has_surplus |= len(escapedSplit(line.strip(" |"))) > len(self._table[0])
        self._table.append([])

    def _end_table(self, _: Token) -> None:
        """Add a table as code, its columns aligned; with surplus cells it stays as it was."""
        rows, self._table = self._table or [], None
        first, after = self._table_lines
        whole = self._lines[first : after - len(self._below)]
        start = self._length
        self._add("\n".join(whole if self._has_surplus else _aligned(rows)))
        self._spans.append(Span(Look.PRE, start, self._length))
        for tokens in self._below:
            self._add("\n")
            self._read_inline(tokens)

    def _read_line(self, token: Token) -> None:
        if self._table is None:
            self._read_inline(token.children or ())
        elif self._below:
            self._below[-1] += token.children or ()
        else:
            self._table[-1].append("".join(_plain(token.children or ())))

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)

    def _close(self) -> None:
        look, start, detail = self._open.pop()
        if look is Look.LINK and start == self._length:
            # There is nothing to see of a link without words but where it leads.
            self._add(detail)
            look, detail = Look.URL, ""
        self._spans.append(Span(look, start, self._length, detail))


def _plain(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the text of a cell of a table, in which no link can be shown."""
    links: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            links.append("" if token.info == "auto" else f" ({token.attrGet('href')})")
        elif token.type == "link_close":
            yield links.pop()
        elif token.type == "image":
            yield f"{token.content} ({token.attrGet('src')})"
        else:
            yield token.content


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_columns, cells)) for cells in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = [f"{cell}{' ' * (w - _columns(cell))}" for cell, w in zip(row, widths, strict=True)]
        yield " | ".join(cells).rstrip()
        if number == 0:
            yield "-|-".join("-" * width for width in widths)


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return max(0, int(wcswidth(text)), 0) or len(text)
