"""Checks and cleans the text and entities of a message as Telegram does, in UTF-16 units.

It is stricter than Telegram in one way: what Telegram would drop without an error (a crossing
entity, a style inside of code, an invalid link) is refused, so that a test fails.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from tests.platforms.telegram.errors import bad

Entity = dict[str, Any]

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
MOST_ENTITIES = 100
EDGES = " \n"
"""The characters that are trimmed from both ends, which an ideographic space is not."""

CODE = frozenset({"code", "pre"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
KINDS = (
    CODE
    | QUOTES
    | STYLES
    | {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
    | {"text_link", "text_mention", "custom_emoji", "date_time"}
)
LINKS = ("http://", "https://", "tg://", "ton://")

_INVISIBLE = frozenset(
    [*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x2800, 0xFFFC]
)
_REMOVED = frozenset([0x0D, *range(0x2028, 0x202F)])


def units(text: str) -> int:
    """Returns the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """Returns the part of a text that an entity covers; offset and length in UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "surrogatepass")


def empty(text: str) -> bool:
    """Returns whether a text has only invisible characters."""
    return all(
        ord(char) in _INVISIBLE or char.isspace() or unicodedata.category(char) == "Cc"
        for char in text
    )


def accept(
    text: str, entities: Sequence[Entity], *, limit: int = TEXT_UNITS, may_be_empty: bool = False
) -> tuple[str, list[Entity]]:
    """Returns the text and entities as a reader gets them; raises `Refused` with 400."""
    check_entities(text, entities)
    text, kept = _clean(text, entities)
    if empty(text):
        if may_be_empty:
            return "", []
        raise bad("message text is empty")
    if units(text) > limit:
        raise bad("message is too long" if limit == TEXT_UNITS else "message caption is too long")
    return text, kept


def check_entities(text: str, entities: Sequence[Entity]) -> None:
    """Refuse entities that are out of bounds, split a character, cross, or must not be nested."""
    if any(0xD800 <= ord(char) < 0xE000 for char in text):
        raise bad("strings must be encoded in UTF-8")
    if len(entities) > MOST_ENTITIES:
        raise bad("ENTITIES_TOO_LONG")
    starts = _starts(text)
    bounds = set(starts)
    for entity in entities:
        kind, offset, length = entity["type"], entity["offset"], entity["length"]
        if kind not in KINDS:
            raise bad(f"can't parse MessageEntity: unknown type {kind}")
        if offset < 0 or length <= 0 or offset + length > starts[-1]:
            raise bad(f"ENTITY_BOUNDS_INVALID: {kind} {offset}+{length} of {starts[-1]}")
        if offset not in bounds or offset + length not in bounds:
            raise bad(f"entity begins or ends in a middle of a UTF-16 symbol: {kind} {offset}")
        if kind == "text_link" and not str(entity.get("url", "")).startswith(LINKS):
            raise bad(f"can't parse MessageEntity: wrong URL {entity.get('url')!r}")
    _check_nesting(entities)


def _check_nesting(entities: Sequence[Entity]) -> None:
    open_: list[Entity] = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        while open_ and _end(open_[-1]) <= entity["offset"]:
            open_.pop()
        for outer in open_:
            kinds = {outer["type"], entity["type"]}
            if _end(entity) > _end(outer):
                raise bad(f"entities cross: {outer['type']} and {entity['type']}")
            if kinds & CODE and not kinds & QUOTES:
                raise bad(f"{entity['type']} may not be nested in {outer['type']}")
            if kinds <= QUOTES or not kinds & (STYLES | QUOTES):
                raise bad(f"{entity['type']} may not be nested in {outer['type']}")
        open_.append(entity)


def _end(entity: Entity) -> int:
    return int(entity["offset"]) + int(entity["length"])


def _starts(text: str) -> list[int]:
    """Return the UTF-16 offset of each character, and of the end."""
    starts = [0]
    for char in text:
        starts.append(starts[-1] + (2 if ord(char) > 0xFFFF else 1))
    return starts


def _clean(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Replace or remove control characters and trim the ends, as Telegram does."""
    cleaned = [
        ""
        if ord(char) in _REMOVED
        else (" " if unicodedata.category(char) == "Cc" and char != "\n" else char)
        for char in text
    ]
    whole = "".join(cleaned)
    # Nothing is trimmed at the beginning of the first entity, such as the indentation of code.
    first = min((entity["offset"] for entity in entities), default=units(text))
    begin = units("".join(cleaned[: _starts(text).index(first)]))
    dropped = min(units(whole) - units(whole.lstrip(EDGES)), begin)
    # What is trimmed takes one unit a character.
    trimmed = whole[dropped:].rstrip(EDGES)
    last = units(trimmed)
    moved: dict[int, int] = {}
    at = 0
    for start, piece in zip(_starts(text), [*cleaned, ""], strict=True):
        moved[start] = min(max(at - dropped, 0), last)
        at += units(piece)
    kept = []
    for entity in entities:
        offset = moved[entity["offset"]]
        length = moved[_end(entity)] - offset
        if length:
            kept.append({**entity, "offset": offset, "length": length})
    return trimmed, kept
