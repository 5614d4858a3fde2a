"""Keeps which part of a remembered text came from which message, so that it can be edited alone.

A memory may consist of the captions and files of a whole album, of one caption and its file, or of
the messages into which an app cut a long text.
The words are in the memory alone, so that forgetting it leaves none behind. Beside it, the store
keeps only the lengths of the parts, with which the text is split and joined again.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from telegram import Message

from brain.errors import StoreError
from brain.ports.values import Values

log = logging.getLogger(__name__)

EDITABLE_S = 3 * 86_400.0
"""Seconds that the parts of a text are kept; people can edit a message for two days."""
MOST_UNITS = 4_096
"""The most UTF-16 units of a message: https://core.telegram.org/bots/api#message"""
_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a text that one message contributed, as `brain.messages.printable` returns it."""

    number: int
    """Telegram's id of the message."""
    words: str = ""
    joint: str = _BETWEEN
    """What stands between these words and those before them."""
    file: str = ""
    """The text of a file that came with the message, with the name of the file before it."""
    file_id: str = ""
    """Telegram's id of that file's content; empty if there is no file, or it was not read."""


def join_parts(parts: Sequence[Part]) -> str:
    """Join parts to the text that is remembered: all words, and then the texts of the files."""
    text = ""
    for joint, piece in _pieces(parts):
        if piece:
            text += f"{joint if text else ''}{piece}"
    return text


def joint_between(earlier: Message, later: Message) -> str:
    """Return what stands between two messages of an album or of a text that the app cut.

    An app cuts where a line or a word ends, and Telegram drops the white space there. Only a
    message of the greatest length may have been cut within a word.
    """
    if later.media_group_id is not None:
        return _BETWEEN
    return "" if utf16_length(earlier.text or "") == MOST_UNITS else "\n"


def joined_text(messages: Sequence[Message]) -> str:
    """Return the text that an app cut into messages."""
    later = (f"{joint_between(*pair)}{pair[1].text or ''}" for pair in pairwise(messages))
    return "".join([messages[0].text or "", *later])


def utf16_length(text: str) -> int:
    """Return the length of a text as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class _Size:
    number: int
    words: int
    file: int
    file_id: str
    joint: str = _BETWEEN


@dataclass(frozen=True, slots=True)
class AlbumLayout:
    """The lengths of the parts that a remembered text was joined from."""

    first: int
    """Id of the message under whose id the text is remembered."""
    possible: tuple[tuple[_Size, ...], ...]
    """The lengths; more than one while it is uncertain whether the memory was rewritten."""

    def split(self, text: str) -> tuple[Part, ...] | None:
        """Split a text into its parts, in order; None if it was not joined from such parts."""
        # Without any words, the text is a line of the catalogue of any length.
        for sizes in sorted(self.possible, key=_is_empty):
            if (parts := _split(sizes, text)) is not None:
                return parts
        return None


class AlbumParts:
    """Keeps the layouts of the last days in the store."""

    def __init__(self, values: Values) -> None:
        self._values = values

    async def record(self, message: Message, *possible: Sequence[Part]) -> None:
        """Record the layout of a message, or several possible ones; store errors are ignored."""
        value = [
            [
                [part.number, len(part.words), len(part.file), part.file_id, part.joint]
                for part in parts
            ]
            for parts in possible
        ]
        first = str(possible[0][0].number)
        try:
            await self._values.set(_owner(message), first, json.dumps(value), ttl_s=EDITABLE_S)
        except StoreError:
            log.warning("What a message is made of could not be kept: the store is away.")

    async def of(self, message: Message) -> AlbumLayout | None:
        """Return the layout that a message is part of, or None. Raises StoreError."""
        for first, value in (await self._values.get(_owner(message))).items():
            possible = tuple(tuple(_Size(*size) for size in sizes) for sizes in json.loads(value))
            if any(size.number == message.message_id for size in possible[0]):
                return AlbumLayout(int(first), possible)
        return None


def is_composed(message: Message) -> bool:
    """Whether the memory of a message may consist of more than its own words."""
    return message.media_group_id is not None or message.document is not None


def _pieces(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Yield each piece of a text after what stands before it."""
    yield from ((part.joint, part.words) for part in parts)
    yield from ((_BETWEEN, part.file) for part in parts)


def _is_empty(sizes: Sequence[_Size]) -> bool:
    return not any(size.words or size.file for size in sizes)


def _split(sizes: Sequence[_Size], text: str) -> tuple[Part, ...] | None:
    lengths = [
        *((size.joint, size.words) for size in sizes),
        *((_BETWEEN, size.file) for size in sizes),
    ]
    pieces, at = [], 0
    for joint, length in lengths:
        at += len(joint) if at and length else 0
        pieces.append(text[at : at + length])
        at += length
    words, files = pieces[: len(sizes)], pieces[len(sizes) :]
    parts = tuple(
        Part(number=size.number, words=said, joint=size.joint, file=file, file_id=size.file_id)
        for size, said, file in zip(sizes, words, files, strict=True)
    )
    return parts if _is_empty(sizes) or join_parts(parts) == text else None


def _owner(message: Message) -> str:
    return f"telegram:layouts:{message.chat_id}"
