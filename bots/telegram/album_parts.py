"""Keeps which part of a remembered text came from which message, so that one can be edited alone.

A memory may be made of the captions and files of a whole album, or of one caption and its file. The
words stand in the memory alone, so that forgetting it leaves none behind; kept beside it are only
the lengths of the parts, by which the text is split and joined again.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import Message

from brain.errors import StoreError
from brain.ports.values import Values

log = logging.getLogger(__name__)

EDITABLE_S = 3 * 86_400.0
"""How long it is known what a text is made of, in seconds: people edit for two days."""
_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part that one message contributed. Its texts are `brain.messages.printable`."""

    number: int
    """Of the message."""
    words: str = ""
    file: str = ""
    """What a text file that came with it says, with its name before it."""
    file_id: str = ""
    """The same as long as the file is not replaced; empty: there is none, or it was not read."""


def join_parts(parts: Sequence[Part]) -> str:
    """Join the parts to the text that is remembered: all words, then what the files say."""
    return _BETWEEN.join(piece for piece in _pieces(parts) if piece)


@dataclass(frozen=True, slots=True)
class _Size:
    number: int
    words: int
    file: int
    file_id: str


@dataclass(frozen=True, slots=True)
class AlbumLayout:
    """The lengths of the parts that a remembered text was joined from."""

    first: int
    """The message by whose id the brain knows the text."""
    possible: tuple[tuple[_Size, ...], ...]
    """More than one while it is not certain that the memory was rewritten."""

    def split(self, text: str) -> tuple[Part, ...] | None:
        """Split a text into its parts, in order; None: it was not joined from such parts."""
        # Without any words the text is a line of ours, of any length.
        for sizes in sorted(self.possible, key=_is_empty):
            if (parts := _split(sizes, text)) is not None:
                return parts
        return None


class AlbumParts:
    """The layouts of the last days, kept in the store."""

    def __init__(self, values: Values) -> None:
        self._values = values

    async def record(self, message: Message, *possible: Sequence[Part]) -> None:
        """Record the layout of a message, or several possible ones. No error comes out."""
        value = [
            [[part.number, len(part.words), len(part.file), part.file_id] for part in parts]
            for parts in possible
        ]
        first = str(possible[0][0].number)
        try:
            await self._values.set(_owner(message), first, json.dumps(value), ttl_s=EDITABLE_S)
        except StoreError:
            log.warning("What a message is made of could not be kept: the store is away.")

    async def of(self, message: Message) -> AlbumLayout | None:
        """The layout that a message is a part of; None: none is kept. Raises StoreError."""
        if not is_composed(message):
            return None
        for first, value in (await self._values.get(_owner(message))).items():
            possible = tuple(tuple(_Size(*size) for size in sizes) for sizes in json.loads(value))
            if any(size.number == message.message_id for size in possible[0]):
                return AlbumLayout(int(first), possible)
        return None


def is_composed(message: Message) -> bool:
    """Whether what is remembered of it may be more than its own words."""
    return message.media_group_id is not None or message.document is not None


def _pieces(parts: Sequence[Part]) -> Iterator[str]:
    yield from (part.words for part in parts)
    yield from (part.file for part in parts)


def _is_empty(sizes: Sequence[_Size]) -> bool:
    return not any(size.words or size.file for size in sizes)


def _split(sizes: Sequence[_Size], text: str) -> tuple[Part, ...] | None:
    lengths = [*(size.words for size in sizes), *(size.file for size in sizes)]
    pieces, at = [], 0
    for length in lengths:
        pieces.append(text[at : at + length])
        at += length + len(_BETWEEN) if length else 0
    words, files = pieces[: len(sizes)], pieces[len(sizes) :]
    parts = tuple(
        Part(number=size.number, words=said, file=file, file_id=size.file_id)
        for size, said, file in zip(sizes, words, files, strict=True)
    )
    return parts if _is_empty(sizes) or join_parts(parts) == text else None


def _owner(message: Message) -> str:
    return f"telegram:layouts:{message.chat_id}"
