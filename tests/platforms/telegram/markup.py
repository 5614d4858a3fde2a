"""Parses MarkdownV2 and HTML as Telegram does, into text and entities."""

import html
import re

from tests.platforms.telegram.errors import Refused, bad
from tests.platforms.telegram.message_text import Entity, units

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
ESCAPABLE = range(1, 127)
MARKS = {
    "||": "spoiler",
    "__": "underline",
    "*": "bold",
    "_": "italic",
    "~": "strikethrough",
}
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED = frozenset({"&lt;", "&gt;", "&amp;", "&quot;"})
HTML_TOKEN = re.compile(r"<[^>]*>?|&#?\w+;|[^<&]+|&")
TAG = re.compile(r"<(/?)([a-zA-Z-]+)((?:\s[^>]*)?)>")
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*["']([^"']*)["']""")


def parse(text: str, mode: str) -> tuple[str, list[Entity]]:
    """Returns the text without markup, and its entities.

    Raises:
        Refused: with 400, for markup that Telegram does not take.
    """
    modes = {"markdownv2": _Markdown, "html": _Html}
    if mode.lower() not in modes:
        # The legacy Markdown mode is refused, because the project must not use it.
        raise bad("unsupported parse_mode")
    parser = modes[mode.lower()]()
    parser.read(text)
    return "".join(parser.said), sorted(parser.found, key=lambda e: (e["offset"], -e["length"]))


def _broken(why: str) -> Refused:
    return bad(f"can't parse entities: {why}")


class _Parser:
    """Collects text and entities, and the stack of entities that are still open."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.found: list[Entity] = []
        self.stack: list[tuple[str, int, dict[str, str]]] = []
        self._at = 0

    def emit(self, text: str) -> None:
        self.said.append(text)
        self._at += units(text)

    def read(self, text: str) -> None:
        raise NotImplementedError

    def open(self, kind: str, **more: str) -> None:
        self.stack.append((kind, self._at, more))

    def close(self, **more: str) -> None:
        kind, offset, earlier = self.stack.pop()
        if self._at > offset:
            self.found.append(
                {"type": kind, "offset": offset, "length": self._at - offset, **earlier, **more}
            )

    @property
    def top(self) -> str:
        return self.stack[-1][0] if self.stack else ""


class _Markdown(_Parser):
    def read(self, text: str) -> None:
        at = 0
        while at < len(text):
            at = self._step(text, at)
        if self.top == "blockquote":
            self.close()
        if self.stack:
            raise _broken(f"Can't find end of {self.top} entity at byte offset {len(text)}")

    def _step(self, text: str, at: int) -> int:
        char = text[at]
        if char == "\\" and at + 1 < len(text) and ord(text[at + 1]) in ESCAPABLE:
            self.emit(text[at + 1])
            return at + 2
        if char == "`":
            return self._code(text, at)
        if char == ">" and (at == 0 or text[at - 1] == "\n"):
            if self.top != "blockquote":
                self.open("blockquote")
            return at + 1
        if char == "\n":
            return self._newline(text, at)
        if char == "]" and self.top == "text_link":
            return self._link(text, at)
        return self._mark_or_character(text, at)

    def _mark_or_character(self, text: str, at: int) -> int:
        char = text[at]
        for mark in (text[at : at + 2], char):
            if mark in MARKS:
                return self._mark(mark, at)
        if char == "[":
            self.open("text_link")
        elif char in RESERVED:
            raise _broken(
                f"Character '{char}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            self.emit(char)
        return at + 1

    def _newline(self, text: str, at: int) -> int:
        if self.top == "blockquote" and text[at + 1 : at + 2] != ">":
            self.close()
        self.emit("\n")
        return at + 1

    def _mark(self, mark: str, at: int) -> int:
        kind = MARKS[mark]
        if self.top == kind:
            self.close()
        elif any(kind == known for known, _, _ in self.stack):
            raise _broken(f"Can't find end of {self.top} entity at byte offset {at}")
        else:
            self.open(kind)
        return at + len(mark)

    def _code(self, text: str, at: int) -> int:
        fence = "```" if text.startswith("```", at) else "`"
        end = re.compile(rf"(?<!\\)(?:\\\\)*{fence}").search(text, at + len(fence))
        if end is None:
            raise _broken(f"Can't find end of code entity at byte offset {at}")
        inside = text[at + len(fence) : end.end() - len(fence)]
        more = {}
        if fence == "```":
            language, newline, rest = inside.partition("\n")
            if newline and re.fullmatch(r"[^\s`]*", language):
                inside, more = rest, {"language": language} if language else {}
        self.open("pre" if fence == "```" else "code", **more)
        self.emit(re.sub(r"\\([\x01-\x7e])", r"\1", inside))
        self.close()
        return end.end()

    def _link(self, text: str, at: int) -> int:
        found = re.compile(r"\]\(((?:\\.|[^)\\])*)\)", re.DOTALL).match(text, at)
        if found is None:
            raise _broken("Character ']' is reserved and must be escaped with the preceding '\\'")
        self.close(url=re.sub(r"\\(.)", r"\1", found[1]))
        return found.end()


class _Html(_Parser):
    def read(self, text: str) -> None:
        for token in HTML_TOKEN.finditer(text):
            if token[0].startswith("<"):
                self._tag(token[0], token.start())
            elif token[0] in NAMED or re.fullmatch(r"&#\w+;", token[0]):
                self.emit(html.unescape(token[0]))
            else:
                self.emit(token[0])
        if self.stack:
            raise _broken(f"Can't find end tag corresponding to start tag {self.top}")

    def _tag(self, tag: str, at: int) -> None:
        found = TAG.fullmatch(tag)
        if found is None or found[2].lower() not in TAGS:
            name = found[2] if found else ""
            raise _broken(f'Unsupported start tag "{name}" at byte offset {at}')
        kind = TAGS[found[2].lower()]
        if found[1]:
            if self.top != kind:
                raise _broken(f'Unmatched end tag at byte offset {at}, found "</{found[2]}>"')
            self.close()
            return
        attributes = dict(ATTRIBUTE.findall(found[3]))
        if found[2] == "span" and attributes.get("class") != "tg-spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        self.open(kind, **({"url": attributes.get("href", "")} if kind == "text_link" else {}))
