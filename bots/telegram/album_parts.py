"""What each message gave to the text that is remembered: one of an album can be edited alone.

The words stand in the memory and nowhere else, so that whoever forgets them leaves none behind.
Kept beside it is how long each piece is: by that the text is cut up again, and put together.
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
    """What one message gave. Its texts are `brain.messages.printable`."""

    number: int
    """Of the message."""
    words: str = ""
    file: str = ""
    """What a text file that came with it says, with its name before it."""
    file_id: str = ""
    """The same as long as the file is not replaced; empty: there is none, or it was not read."""


def together(parts: Sequence[Part]) -> str:
    """The text that is remembered: all words, and what the files say below them."""
    return _BETWEEN.join(piece for piece in _pieces(parts) if piece)


@dataclass(frozen=True, slots=True)
class _Size:
    number: int
    words: int
    file: int
    file_id: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text was put together."""

    first: int
    """The message by which the brain knows it."""
    possible: tuple[tuple[_Size, ...], ...]
    """More than one while it is not certain that the memory was rewritten."""

    def cut(self, text: str) -> tuple[Part, ...] | None:
        """The parts of the text, in order; None: it is not put together like that."""
        # Without any words the text is a line of ours, of any length.
        for sizes in sorted(self.possible, key=_is_empty):
            if (parts := _cut(sizes, text)) is not None:
                return parts
        return None


class Layouts:
    """Those of the last days."""

    def __init__(self, values: Values) -> None:
        self._values = values

    async def record(self, message: Message, *possible: Sequence[Part]) -> None:
        """It is put together like that, or like one of these. No error comes out."""
        value = [
            [[part.number, len(part.words), len(part.file), part.file_id] for part in parts]
            for parts in possible
        ]
        first = str(possible[0][0].number)
        try:
            await self._values.set(_owner(message), first, json.dumps(value), ttl_s=EDITABLE_S)
        except StoreError:
            log.warning("What a message is made of could not be kept: the store is away.")

    async def of(self, message: Message) -> Layout | None:
        """The one that the message is a part of; None: none is kept. Raises StoreError."""
        if not is_composed(message):
            return None
        for first, value in (await self._values.get(_owner(message))).items():
            possible = tuple(tuple(_Size(*size) for size in sizes) for sizes in json.loads(value))
            if any(size.number == message.message_id for size in possible[0]):
                return Layout(int(first), possible)
        return None


def is_composed(message: Message) -> bool:
    """Whether what is remembered of it may be more than its own words."""
    return message.media_group_id is not None or message.document is not None


def _pieces(parts: Sequence[Part]) -> Iterator[str]:
    yield from (part.words for part in parts)
    yield from (part.file for part in parts)


def _is_empty(sizes: Sequence[_Size]) -> bool:
    return not any(size.words or size.file for size in sizes)


def _cut(sizes: Sequence[_Size], text: str) -> tuple[Part, ...] | None:
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
    return parts if _is_empty(sizes) or together(parts) == text else None


def _owner(message: Message) -> str:
    return f"telegram:layouts:{message.chat_id}"
