"""Renders a model's Markdown to messages of Telegram: plain text with entities.

With entities instead of escaped markup, the server has nothing that it could fail to parse, and
no stray backslashes appear. Lengths and offsets are in UTF-16 units, as Telegram counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from telegram import MessageEntity

from bots.telegram.entities import nest_spans
from bots.transport.markdown import PROSE, read_markdown
from bots.transport.splitting import split_text
from bots.transport.styled_text import Look, StyledText

LIMIT = 4096
"""Most UTF-16 units of a message."""
CAPTION_LIMIT = 1024
"""Most UTF-16 units of a caption."""
MOST_ENTITIES = 100
"""Most entities that Telegram shows in one message."""

_HIDDEN = dict.fromkeys(
    # Telegram removes or blanks these characters, which would move the entities after them.
    [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0xD800, 0xE000)]
)
del _HIDDEN[ord("\n")]
_ONE_UNIT = "\uffff"
"""The last character of one UTF-16 unit; those after it take two."""
_TYPES = {
    Look.BOLD: MessageEntity.BOLD,
    Look.ITALIC: MessageEntity.ITALIC,
    Look.STRIKETHROUGH: MessageEntity.STRIKETHROUGH,
    Look.SPOILER: MessageEntity.SPOILER,
    Look.CODE: MessageEntity.CODE,
    Look.PRE: MessageEntity.PRE,
    Look.LINK: MessageEntity.TEXT_LINK,
    Look.QUOTE: MessageEntity.BLOCKQUOTE,
    Look.HEADING: MessageEntity.BOLD,
}
"""Types of entities. The rest looks as it should without any: Telegram finds web addresses."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: its text, and the entities that tell how parts of it look."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def render(markdown: str, *, limit: int = LIMIT, unfinished: bool = False) -> list[Piece]:
    """Return the messages that show Markdown, in order, each of at most `limit` UTF-16 units.

    Text without visible characters gives no message, as Telegram would refuse it;
    `unfinished` is as in `read_markdown`.
    """
    source = strip_hidden(markdown)
    if 2 * len(source) <= limit and PROSE.fullmatch(source):
        return [Piece(source)]
    return _cut(read_markdown(source, unfinished=unfinished), limit=limit)


def render_plain(text: str, *, limit: int = LIMIT) -> list[Piece]:
    """Return the messages that show a text as it is, without reading it as Markdown."""
    return _cut(StyledText(strip_hidden(text)), limit=limit)


def strip_hidden(text: str) -> str:
    """Return a text without what Telegram strips, and with four spaces in place of a tab.

    Telegram strips control characters, marks of direction and halves of surrogate pairs.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return lines.translate(_HIDDEN)


def _cut(read: StyledText, *, limit: int) -> list[Piece]:
    spans = (
        # Telegram knows no headings.
        replace(one, look=Look.BOLD) if one.look is Look.HEADING else one
        for one in read.spans
        if one.look in _TYPES
    )
    shown = StyledText(read.text, nest_spans(spans))
    sizes = _units(shown.text)
    return [
        _piece(part) for part in split_text(shown, sizes, limit=limit, most_spans=MOST_ENTITIES)
    ]


def _units(text: str) -> Sequence[int]:
    return [1 if char <= _ONE_UNIT else 2 for char in text]


def _piece(part: StyledText) -> Piece:
    if not part.spans:
        return Piece(part.text)
    starts = list(accumulate(_units(part.text), initial=0))
    return Piece(
        part.text,
        tuple(
            MessageEntity(
                _TYPES[one.look],
                starts[one.start],
                starts[one.end] - starts[one.start],
                url=one.detail if one.look is Look.LINK else None,
                language=one.detail or None if one.look is Look.PRE else None,
            )
            for one in part.spans
        ),
    )
