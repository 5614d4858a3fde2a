"""What a reader on Discord sees of a message, by the rules of Discord's client.

The rules are those that the client builds on simple-markdown, as far as they are known: in each
place the first that matches counts, and of em, strong and underline the one that takes the most.
"""

import re

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE_BLOCK = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_QUOTE = re.compile(r"(?: *> [^\n]*(?:\n *> [^\n]*)*)|(?: *>>> [\s\S]*)")
_HEADING = re.compile(r" *(?:#{1,3}|-#) +(?=[^\n])")
_ITEM = re.compile(r"( *)(?:[*-]|(\d+)\.) +(?=\S)")
_MASKED = re.compile(r"\[((?:\\.|[^\[\]\\]|\[[^\]]*\])*)\]\((https?://[^\s()]+)\)")
_BRACKETED = re.compile(r"<(https?://[^ >]+)>")
_URL = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]")
_STYLES = (
    (re.compile(r"_((?:__|\\[\s\S]|[^\\_])+?)_(?![A-Za-z0-9_])"), "italic", 0.2),
    (
        re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"),
        "italic",
        0.2,
    ),
    (re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"), "bold", 0.1),
    (re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"), "underline", 0.0),
)
_OTHERS = (
    (re.compile(r"~~([\s\S]+?)~~(?!_)"), "strikethrough"),
    (re.compile(r"\|\|([\s\S]+?)\|\|"), "spoiler"),
)

Seen = list[tuple[str, frozenset[str]]]
"""Each character that is seen, with its looks."""


def seen(content: str) -> Seen:
    """Returns what is seen of a message; the dot of an item is a bullet."""
    return _blocks(content, frozenset())


def _blocks(content: str, looks: frozenset[str]) -> Seen:
    found: Seen = []
    at = 0
    while at < len(content):
        if at == 0 or content[at - 1] == "\n":
            if "quote" not in looks and (quote := _QUOTE.match(content, at)):
                inner = re.sub(r"^ *>(?:>>)? ", "", quote[0], flags=re.MULTILINE)
                found += _blocks(inner, looks | {"quote"})
                at = quote.end()
                continue
            if heading := _HEADING.match(content, at):
                end = content.find("\n", at)
                end = len(content) if end < 0 else end
                found += _inline(content[heading.end() : end], looks | {"heading"})
                at = end
                continue
            if item := _ITEM.match(content, at):
                sign = "•" if item[2] is None else f"{item[2]}."
                found += [(char, looks) for char in f"{item[1]}{sign} "]
                at = item.end()
                continue
        step, more = _next(content, at, looks)
        found += more
        at = step
    return found


def _inline(content: str, looks: frozenset[str]) -> Seen:
    found: Seen = []
    at = 0
    while at < len(content):
        at, more = _next(content, at, looks)
        found += more
    return found


def _next(content: str, at: int, looks: frozenset[str]) -> tuple[int, Seen]:
    """Returns where the next thing ends, and what is seen of it."""
    for pattern, look in ((_CODE_BLOCK, "pre"), (_ESCAPE, ""), (_BRACKETED, "url")):
        if found := pattern.match(content, at):
            text = found[2] if look == "pre" else found[1]
            kinds = looks | ({look} if look else set())
            return found.end(), [(char, kinds) for char in text]
    if not (at and content[at - 1].isalnum()) and (found := _URL.match(content, at)):
        return found.end(), [(char, looks | {"url"}) for char in found[0]]
    if found := _MASKED.match(content, at):
        return found.end(), _inline(found[1], looks | {"link"})
    styles = [
        (len(one[0]) + quality, one, look)
        for pattern, look, quality in _STYLES
        if (one := pattern.match(content, at))
    ]
    if styles:
        _, found, look = max(styles, key=lambda one: one[0])
        return found.end(), _inline(found[1], looks | {look})
    return _last(content, at, looks)


def _last(content: str, at: int, looks: frozenset[str]) -> tuple[int, Seen]:
    for pattern, look in _OTHERS:
        if found := pattern.match(content, at):
            return found.end(), _inline(found[1], looks | {look})
    if found := _CODE.match(content, at):
        code = re.sub(r"^ (?= *`)|(` *) $", r"\1", found[2])
        return found.end(), [(char, looks | {"code"}) for char in code]
    return at + 1, [(content[at], looks)]
