"""Renders a model's Markdown to messages of Discord, in the Markdown that Discord reads.

Discord reads another Markdown than models write: it finds styles in `2*3*4` and `a || b || c`,
knows no tables and three levels of headings, and shows entities and some backslashes as they are.
So the text is read first as what it means, and then written with a backslash before each sign in
which Discord would see markup.
https://support.discord.com/hc/en-us/articles/210298617
"""

import re
from dataclasses import replace

from bots.transport.markdown import PROSE, read_markdown
from bots.transport.splitting import is_invisible, split_text
from bots.transport.styled_text import Look, Span, StyledText

LIMIT = 2_000
"""Most characters of a message."""
_ROOM = 120
"""Characters of a message that are left for ending styles and beginning them again."""
_LEVELS = 3
_LANGUAGE = re.compile(r"[A-Za-z0-9_+\-.#]+")
_MARKUP = frozenset("`*_~|\\[]<")
_WORD = re.compile(r"[A-Za-z0-9]")
_LINE_START = re.compile(r"^ *(?:(?:-?#{1,3}|>{1,3}|[-*+])(?=\s)|\d+(?=\.\s))", re.MULTILINE)
"""What makes a heading, small print, a quote or an item of a list of a line for Discord."""
_STYLES = {Look.BOLD: "**", Look.ITALIC: "*", Look.STRIKETHROUGH: "~~", Look.SPOILER: "||"}
_VERBATIM = frozenset({Look.CODE, Look.PRE, Look.URL})
"""What has no escapes; Discord looks for the end of a style in it, too."""
_ADDRESS = re.compile(r"https?://[^\s<]+")
_AFTER_URL = re.compile(r"[.,:;\"')\]]*(?:\s|$)")
"""What Discord does not take for a part of the address before it."""


def render(markdown: str, *, limit: int = LIMIT, unfinished: bool = False) -> tuple[str, ...]:
    """Return the messages that show Markdown, in order, each of at most `limit` characters.

    Text without visible characters gives no message, as Discord would refuse it;
    `unfinished` is as in `read_markdown`.
    """
    if len(markdown) <= limit and PROSE.fullmatch(markdown):
        return (markdown,)
    read = read_markdown(markdown, unfinished=unfinished)
    written = _write(read)
    sizes = [len(each) for each in written]
    if sum(sizes) <= limit:
        return () if is_invisible(read.text) else ("".join(written).strip("\n"),)
    return tuple(
        _fit(part, limit) for part in split_text(read, sizes, limit=max(limit - _ROOM, limit // 2))
    )


def _fit(part: StyledText, limit: int) -> str:
    """Return a part as it is written, or without its looks if they take more than all room."""
    written = "".join(_write(part))
    return written if len(written) <= limit else part.text


def _write(read: StyledText) -> list[str]:
    """Return what is sent for each character, with what begins before it and ends after it."""
    writer = _Writer(read)
    for span in read.spans:
        writer.add(span)
    return writer.written()


class _Writer:
    """Writes one message; spans are added as they are ordered, outer ones first."""

    def __init__(self, read: StyledText) -> None:
        self._text = read.text
        size = len(read.text)
        self._before = [""] * size
        self._after = [""] * size
        self._signs: list[str | None] = [None] * size
        """What stands for each character, if that is decided already."""
        self._is_italic = bytearray(size)
        self._is_label = bytearray(size)
        self._last_address = read.text.rfind("](")
        self._ends: dict[Look, int] = {}
        """Where the last span of each look ends."""
        self._bold_edges: set[int] = set()
        for one in read.spans:
            if one.look is Look.BOLD or (one.look is Look.HEADING and int(one.detail) > _LEVELS):
                self._bold_edges |= {one.start, one.end}
        self._verbatims = [one for one in read.spans if one.look in _VERBATIM]
        self._has_underscores = any("_" in self._text[it.start : it.end] for it in self._verbatims)
        """Whether there are `_` that are not escaped, in code or as the sign of a style."""
        self._quotes: list[Span] = []
        self._writers = {
            Look.BOLD: self._add_style,
            Look.ITALIC: self._add_style,
            Look.STRIKETHROUGH: self._add_style,
            Look.SPOILER: self._add_style,
            Look.CODE: self._add_code,
            Look.PRE: self._add_block,
            Look.LINK: self._add_link,
            Look.URL: self._add_url,
            Look.QUOTE: self._quotes.append,
            Look.HEADING: self._add_heading,
            Look.BULLET: self._add_mark,
            Look.NUMBER: self._add_mark,
        }

    def add(self, span: Span) -> None:
        """Add the signs of a span, unless it is within another of its look."""
        if span.start < self._ends.get(span.look, 0):
            return
        self._ends[span.look] = span.end
        self._writers[span.look](span)

    def written(self) -> list[str]:
        """Return what is sent for each character."""
        for found in _LINE_START.finditer(self._text):
            is_number = found[0][-1].isdigit()
            at = found.end() if is_number else found.start() + found[0].count(" ")
            self._signs[at] = self._signs[at] or f"\\{self._text[at]}"
        chunks = [
            f"{self._before[at]}{self._signs[at] or self._escaped(at)}{self._after[at]}"
            for at in range(len(self._text))
        ]
        for quote in self._quotes:
            for at in range(quote.start, quote.end):
                chunks[at] = chunks[at].replace("\n", "\n> ")
            chunks[quote.start] = f"> {chunks[quote.start]}"
        return chunks

    def _add_heading(self, span: Span) -> None:
        if self._begins_line(span.start) and int(span.detail) <= _LEVELS:
            self._before[span.start] += "#" * int(span.detail) + " "
        else:
            self.add(replace(span, look=Look.BOLD))

    def _add_mark(self, span: Span) -> None:
        """Write the sign before an item; a number that counts on from no other is no sign."""
        if span.look is Look.BULLET:
            # Discord takes no item without text for one.
            is_empty = self._text[span.end : span.end + 3].lstrip(" ")[:1] in {"", "\n"}
            self._signs[span.start] = "•" if is_empty else "-"
            return
        self._verbatim(span)
        if span.detail:
            self._signs[span.end - 1] = f"\\{self._text[span.end - 1]}"

    def _begins_line(self, at: int) -> bool:
        return at == 0 or self._text[at - 1] == "\n"

    def _verbatim(self, span: Span) -> None:
        self._signs[span.start : span.end] = self._text[span.start : span.end]

    def _enclose(self, span: Span, opening: str, closing: str) -> None:
        self._before[span.start] += opening
        self._after[span.end - 1] = closing + self._after[span.end - 1]

    def _add_block(self, span: Span) -> None:
        """Write a block of code; one that contains the signs of its own end stays plain text."""
        if "```" in self._text[span.start : span.end]:
            for address in _ADDRESS.finditer(self._text, span.start, span.end):
                self._verbatim(replace(span, start=address.start(), end=address.end()))
            return
        self._verbatim(span)
        language = span.detail if _LANGUAGE.fullmatch(span.detail) else ""
        self._enclose(span, f"```{language}\n", "\n```")

    def _add_code(self, span: Span) -> None:
        code = self._text[span.start : span.end]
        signs = "`" * (max(map(len, re.findall("`+", code)), default=0) + 1)
        self._verbatim(span)
        begin = " " if code.startswith("`") else ""
        end = " " if code.endswith("`") else ""
        self._enclose(span, f"{signs}{begin}", f"{end}{signs}")

    def _add_url(self, span: Span) -> None:
        if self._is_label[span.start]:
            return
        self._verbatim(span)
        if not _AFTER_URL.match(self._text, span.end):
            self._enclose(span, "<", ">")

    def _add_link(self, span: Span) -> None:
        label = self._text[span.start : span.end]
        if label.startswith(("http://", "https://")):
            # Discord shows such a link as its source, for it may lead elsewhere than it says.
            self._add_url(span)
        elif span.detail.startswith(("http://", "https://")):
            address = span.detail.replace("(", "%28").replace(")", "%29")
            self._is_label[span.start : span.end] = b"\1" * len(label)
            self._enclose(span, "[", f"]({address})")

    def _add_style(self, span: Span) -> None:
        """Write a style in each of its lines, as Discord ends some of them with the line."""
        sign = _STYLES[span.look][0]
        start = span.start
        for verbatim in self._verbatims:
            code = self._text[verbatim.start : verbatim.end]
            if sign in code and start <= verbatim.start < span.end:
                self._add_lines(replace(span, start=start, end=verbatim.start))
                start = verbatim.end
        self._add_lines(replace(span, start=start))

    def _add_lines(self, span: Span) -> None:
        start = span.start
        for line in self._text[span.start : span.end].split("\n"):
            indent = len(line) - len(line.lstrip(" "))
            part = replace(span, start=start + indent, end=start + len(line.rstrip(" ")))
            start += len(line) + 1
            if part.start < part.end:
                self._add_part(part)

    def _add_part(self, part: Span) -> None:
        signs = _STYLES[part.look]
        if part.look is Look.ITALIC:
            signs = self._italic_signs(part)
            self._is_italic[part.start : part.end] = b"\1" * (part.end - part.start)
        elif part.look is Look.BOLD and self._after_of(part.start - 1).endswith("*"):
            # Two bold parts side by side would end each other.
            signs = ""
        self._enclose(part, signs, signs)

    def _after_of(self, at: int) -> str:
        return self._after[at] if at >= 0 else ""

    def _italic_signs(self, part: Span) -> str:
        beside = {part.start, part.end} & self._bold_edges
        if not beside and not self._after_of(part.start - 1).endswith("*"):
            return "*"
        after = self._text[part.end : part.end + 1]
        if _WORD.match(after):
            return ""
        self._has_underscores = True
        return "_"

    def _escaped(self, at: int) -> str:
        """Return a character with a backslash before it, if Discord could see markup in it."""
        char = self._text[at]
        if char not in _MARKUP:
            return char
        before = self._text[at - 1] if at else " "
        after = self._text[at + 1] if at + 1 < len(self._text) else " "
        marks = {
            "`": True,
            "*": self._is_italic[at] or not (before.isspace() and after.isspace()),
            "_": self._has_underscores or not (_WORD.match(before) and _WORD.match(after)),
            "\\": self._after[at] or not (_WORD.match(after) or after.isspace()),
            "[": self._is_label[at] or at < self._last_address,
            "]": self._is_label[at],
            "<": self._text.startswith("http", at + 1),
        }
        if char in "~|":
            is_markup: object = char in f"{before}{after}{self._around(at)}"
        else:
            is_markup = marks.get(char)
        return f"\\{char}" if is_markup else char

    def _around(self, at: int) -> str:
        """Return the signs beside a character that are no characters of the text."""
        following = self._before[at + 1] if at + 1 < len(self._text) else ""
        return f"{self._after_of(at - 1)}{self._before[at]}{self._after[at]}{following}"
