"""Arranges entities as Telegram allows; offsets are in UTF-16 units.

Code contains no other entities and is within nothing but a quote, quotes and links contain none
of their own kind, and entities do not cross. What Telegram would silently drop is cut here, so
that the rest of it stays: bold text around code is bold before and after the code.
https://core.telegram.org/bots/api#messageentity
"""

from collections.abc import Iterable, Sequence

from telegramify_markdown.entity import MessageEntity

CODE = frozenset({"pre", "code"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
LINKS = frozenset({"text_link", "custom_emoji"})
SCHEMES = ("http://", "https://", "tg://")


def nest_entities(entities: Iterable[MessageEntity], *, length: int) -> list[MessageEntity]:
    """Return the entities that may be sent with a text of a length, ordered by their start."""
    lawful = sorted(
        (one for one in entities if _lawful(one, length)), key=lambda one: (one.offset, -one.length)
    )
    code = _apart([one for one in lawful if one.type in CODE])
    quotes = _apart([one for one in lawful if one.type in QUOTES])
    links = _apart(_around(code, [one for one in lawful if one.type in LINKS]))
    styles = _around(code, [one for one in lawful if one.type in STYLES])
    return _uncrossed([*quotes, *links, *styles, *code])


def _lawful(one: MessageEntity, length: int) -> bool:
    inside = one.length > 0 and 0 <= one.offset <= length - one.length
    return inside and (one.type != "text_link" or (one.url or "").startswith(SCHEMES))


def _apart(ordered: Sequence[MessageEntity]) -> list[MessageEntity]:
    """Return the entities that do not overlap an earlier one."""
    kept: list[MessageEntity] = []
    for one in ordered:
        if not kept or one.offset >= kept[-1].offset + kept[-1].length:
            kept.append(one)
    return kept


def _around(
    code: Sequence[MessageEntity], entities: Iterable[MessageEntity]
) -> list[MessageEntity]:
    """Return the parts of the entities that are outside of all code."""
    parts = []
    for one in entities:
        start, end = one.offset, one.offset + one.length
        for hole in code:
            if hole.offset >= end:
                break
            if hole.offset + hole.length <= start:
                continue
            if hole.offset > start:
                parts.append(one.copy_with(offset=start, length=hole.offset - start))
            start = hole.offset + hole.length
        if start < end:
            parts.append(one.copy_with(offset=start, length=end - start))
    return parts


def _uncrossed(entities: Iterable[MessageEntity]) -> list[MessageEntity]:
    """Return the entities that neither cross an earlier one nor are within code, each once."""
    kept: list[MessageEntity] = []
    around: list[MessageEntity] = []
    seen = set()
    # Of two entities with the same bounds, the one that comes first is the outer one.
    for one in sorted(entities, key=lambda it: (it.offset, -it.length)):
        end = one.offset + one.length
        while around and around[-1].offset + around[-1].length <= one.offset:
            around.pop()
        outer = around[-1] if around else None
        crosses = outer is not None and (outer.type in CODE or end > outer.offset + outer.length)
        if not crosses and (one.type, one.offset, end) not in seen:
            seen.add((one.type, one.offset, end))
            kept.append(one)
            around.append(one)
    return kept
