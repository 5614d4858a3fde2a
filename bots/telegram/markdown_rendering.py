"""Renders a model's Markdown to messages of Telegram: plain text with entities.

With entities instead of escaped markup, the server has nothing that it could fail to parse, and
no stray backslashes appear. Lengths and offsets are in UTF-16 units, as Telegram counts.
"""

import dataclasses
import html
import re
from collections import Counter
from collections.abc import Sequence

from telegramify_markdown import RenderConfig, convert, utf16_len
from telegramify_markdown.entity import MessageEntity

from bots.telegram.entities import nest_entities
from bots.telegram.splitting import is_invisible, split_text

LIMIT = 4096
"""Most UTF-16 units of a message."""
CAPTION_LIMIT = 1024
"""Most UTF-16 units of a caption."""

Entity = MessageEntity
"""An entity of telegramify-markdown; its `to_dict()` is what the Bot API takes."""

_HIDDEN = dict.fromkeys(
    # Telegram removes or blanks these characters, which would move the entities after them.
    [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0xD800, 0xE000)]
)
del _HIDDEN[ord("\n")]

# Characters that Markdown would remove with what is near them, although people mean them: HTML
# tags, sums of money, tildes for a friendly tone, "[Ann]: hello".
_MEANT = re.compile(
    r"(?P<tag><(?!https?://[^\s<>]+>))"
    r"|(?P<sum>\$)"
    r"|(?P<tilde>(?<!~)~(?!~))"
    r"|(?P<name>(?<=\]):)"
)
_LINE = r"[^\W\d_](?:[^\W_]|[ .,;:!?'’\"“”()…–—/。，！？；：、-])*(?<! )"
_WITHOUT_MARKUP = re.compile(rf"{_LINE}(?:\n\n?{_LINE})*")
"""Lines that begin with a letter and contain nothing that has a meaning in Markdown."""
_NUMBER = re.compile(r"^[ ]*(\d{1,9})([.)])(?=\s)", re.MULTILINE)
_STANDS_FOR = {"<": "\ue0f1", "$": "\ue0f2", "~": "\ue0f3", ":": "\ue0f4", ".": "\ue0f5"}
_STANDS_FOR[")"] = "\ue0f6"
_DONE = "☑"
_BACK = str.maketrans({shield: char for char, shield in _STANDS_FOR.items()})


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """One message: its text, and the entities that tell how parts of it look."""

    text: str
    entities: tuple[Entity, ...] = ()


def render(markdown: str, *, limit: int = LIMIT) -> list[Piece]:
    """Return the messages that show Markdown, in order, each of at most `limit` UTF-16 units.

    What the library cannot convert, or not without losing a word, is shown as it was written. Text
    without visible characters gives no message, as Telegram would refuse it.
    """
    source = strip_hidden(markdown)
    if _WITHOUT_MARKUP.fullmatch(source) and utf16_len(source) <= limit:
        # Most replies have nothing to convert and nothing to cut.
        return [Piece(source)]
    return render_markup(source, limit=limit)


def render_markup(source: str, *, limit: int = LIMIT) -> list[Piece]:
    """Render a text without hidden characters, always with the library."""
    return _cut(*_convert_safely(source), limit=limit)


def render_plain(text: str, *, limit: int = LIMIT) -> list[Piece]:
    """Return the messages that show a text as it is, without reading it as Markdown."""
    return _cut(strip_hidden(text), (), limit=limit)


def strip_hidden(text: str) -> str:
    """Return a text without what Telegram strips, and with four spaces in place of a tab.

    Telegram strips control characters, marks of direction and halves of surrogate pairs.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return lines.translate(_HIDDEN)


def _cut(text: str, entities: Sequence[Entity], *, limit: int) -> list[Piece]:
    return [Piece(one, tuple(kept)) for one, kept in split_text(text, entities, limit=limit)]


def _convert_safely(source: str) -> tuple[str, Sequence[Entity]]:
    if any(shield in source for shield in _STANDS_FOR.values()):
        return source, ()
    shielded = _MEANT.sub(lambda found: _STANDS_FOR[found[0]], source)
    try:
        text, entities = _convert(shielded)
        if _numbers(text) != _numbers(source):
            # Markdown renumbers lists: a year at the start of a line would become another number.
            text, entities = _convert(_NUMBER.sub(_literally, shielded))
    except Exception:  # noqa: BLE001 a reply is worth more than its looks
        return source, ()
    if is_invisible(text) or _loses(source, text, entities):
        return source, ()
    return text, nest_entities(entities, length=utf16_len(text))


def _convert(shielded: str) -> tuple[str, list[Entity]]:
    text, entities = convert(shielded, latex_escape=False, config=_config())
    back = [one.copy_with(url=_back(one.url), language=_back(one.language)) for one in entities]
    return text.translate(_BACK), back


def _loses(source: str, text: str, entities: Sequence[Entity]) -> bool:
    """Whether a letter of the source is neither shown nor in a link, as in surplus table cells."""
    shown = [text, *(f"{one.url or ''}{one.language or ''}" for one in entities)]
    # The mark of a task that is done was an x.
    shown.append("x" * text.count(_DONE))
    return bool(_letters(html.unescape(source)) - _letters("".join(shown)))


def _letters(text: str) -> Counter[str]:
    return Counter(char for char in text.lower() if char.isalnum())


def _back(text: str | None) -> str | None:
    return None if text is None else text.translate(_BACK)


def _literally(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}{_STANDS_FOR[found[2]]}"


def _numbers(text: str) -> list[str]:
    return [found[1] for found in _NUMBER.finditer(text)]


def _config() -> RenderConfig:
    """Return a configuration that is not shared, without pictograms before headings."""
    config = RenderConfig.isolated()
    symbols = config.markdown_symbol
    symbols.heading_level_1 = symbols.heading_level_2 = ""
    symbols.heading_level_3 = symbols.heading_level_4 = ""
    symbols.unordered_list_item = "•"
    symbols.task_completed, symbols.task_uncompleted = _DONE, "☐"
    return config
