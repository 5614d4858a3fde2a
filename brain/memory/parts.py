"""Writes the parts of a message as one text, and reads them back. Pure.

A turn is one text, so that a search, an export, a forget and a reader have all of it. What is not
the person's own words is marked, so that it can be told from them (`brain.messages.own_words`):

    > [Forwarded from Anna, Sun, 3 May 2026]    what somebody else said, each line after ">"
    > I was diagnosed last week.

    What do I say to her?                       the person's own words
    > You wrote this                            a line that they quote by hand; ">>> " quotes all

    [notes.txt]                                 on a line of its own: the rest stood in that file

Every line of somebody else begins with a mark, so that no words of theirs can end it.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from brain.languages import languages
from brain.messages import OTHERS, Part, printable
from brain.texts import on_day, say

QUOTED_CHARACTERS = 1_000
"""The most characters that are kept of a quotation; the middle of a longer one is left out."""
NAME_CHARACTERS = 80
"""The most characters that are kept of a name."""
_BETWEEN = "\n\n"
_HEADING = re.compile(r"^> \[[^\]\n]*\](?:\n|\Z)", re.MULTILINE)
_MARK = re.compile(r"^>+ ?", re.MULTILINE)
_BLOCK = re.compile(rf"(?:{OTHERS.pattern})+", OTHERS.flags)
_FILE_NAME = re.compile(r"[^\]\n]+\.\w{1,8}")
_IN_BRACKETS = str.maketrans("[]", "()")


def with_parts(own: str, parts: Sequence[Part], *, language: str, zone: ZoneInfo) -> str:
    """Return the text of a turn: what it quotes and forwards, the own words, and attached files.

    Args:
        own: the person's own words; may be empty, and end with the texts of attached files.
        parts: what the message brings beside them.
        language: the language of the marks.
        zone: the zone in which a day is told.
    """
    before = [
        _marked(_heading(part, language, zone), _text_of(part))
        for part in parts
        if part.kind != "attached"
    ]
    files = [
        attached(part.author, printable(part.text)) for part in parts if part.kind == "attached"
    ]
    return _BETWEEN.join(filter(None, [*before, own, *files]))


def without_parts(text: str, count: int) -> str:
    """Return the text of a turn without the first `count` parts that it quotes or forwards."""
    return text.split(_BETWEEN, count)[-1] if text.count(_BETWEEN) >= count else ""


def attached(name: str, text: str) -> str:
    """Return the text of an attached file with its name, as it stands in the text of a turn."""
    return f"{file_heading(name)}{text.strip()}"


def file_heading(name: str) -> str:
    """Return the line that stands before the text of an attached file."""
    name = _in_one_line(name) or "file"
    return f"[{name if _FILE_NAME.fullmatch(name) else f'{name}.txt'}]\n"


def without_marks(text: str) -> str:
    """Return all words of a turn, whoever said them, without the marks."""
    return _MARK.sub("", _HEADING.sub("", text)).strip()


def in_one_line(text: str) -> str:
    """Return the text of a turn on one line, with what others said in brackets."""
    return " ".join(_BLOCK.sub(_in_brackets, text).split())


def without_repeated(text: str, is_repeated: Callable[[str], bool]) -> str:
    """Return the text of a turn without what it quotes of something, whose marks stay.

    Args:
        text: the text.
        is_repeated: whether what somebody else said is of it.
    """

    def shorten(block: re.Match[str]) -> str:
        heading = _HEADING.match(block[0])
        said = without_marks(block[0])
        return heading[0] if heading and said and is_repeated(said) else block[0]

    return _BLOCK.sub(shorten, text).strip()


def without_companion_headings(text: str) -> str:
    """Return the text of a turn without the lines that say that the companion is quoted."""
    if not _HEADING.search(text):
        return text
    lines = text.split("\n")
    return "\n".join(line for line in lines if line not in _companion_headings())


def rests_on_others(text: str) -> bool:
    """Return whether a turn has words of somebody besides its person and the companion."""
    found = (block[0].split("\n", 1)[0] for block in _BLOCK.finditer(text))
    return any(heading not in _companion_headings() for heading in found)


def _heading(part: Part, language: str, zone: ZoneInfo) -> str:
    author = _in_one_line(part.author)
    said_at = part.said_at if part.kind == "forwarded" else None
    return say(
        language,
        f"part-{part.kind}",
        author=say(language, "part-companion") if part.by_companion else author,
        named=str(part.by_companion or bool(author)),
        day=on_day(language, said_at, zone) if said_at else "",
        dated=str(said_at is not None),
    ).translate(_IN_BRACKETS)


def _marked(heading: str, text: str) -> str:
    lines = [f"[{heading}]", *(text.split("\n") if text else ())]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _in_one_line(name: str) -> str:
    return " ".join(printable(name).split()).translate(_IN_BRACKETS)[:NAME_CHARACTERS].strip()


def _text_of(part: Part) -> str:
    text = printable(part.text)
    if part.kind != "quoted" or len(text) <= QUOTED_CHARACTERS:
        return text
    half = QUOTED_CHARACTERS // 2
    return f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


def _in_brackets(block: re.Match[str]) -> str:
    first, *others = [_MARK.sub("", line).strip() for line in block[0].strip().split("\n")]
    if first.startswith("[") and first.endswith("]"):
        said = " ".join(filter(None, others)).translate(_IN_BRACKETS)
        return f"[{first[1:-1]}: {said}]\n" if said else f"{first}\n"
    return f"[> {' '.join([first, *others]).translate(_IN_BRACKETS)}]\n"


@cache
def _companion_headings() -> frozenset[str]:
    """Return the first lines of what the companion said, in every language."""
    part = Part(kind="quoted", text="", by_companion=True)
    return frozenset(_marked(_heading(part, each, ZoneInfo("UTC")), "") for each in languages())
