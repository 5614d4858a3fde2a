"""What comes with a message: text files become words, pictures go to a model that sees."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot, Document, Message, PhotoSize
from telegram.error import TelegramError

from bots.telegram.sending import carried_out
from bots.transport.files import MOST_TEXT_BYTES, PICTURES, decoded, is_text
from brain.messages import Image, printable
from brain.turns.lease import Pause

MOST_PICTURE_BYTES = 5 * 1024 * 1024
"""Of several sizes the largest below this is taken; Telegram gives a bot 20 MB at most."""
MOST_BYTES_TOGETHER = 20 * 1024 * 1024
"""Of the pictures of one album, which share it evenly."""

_RICH = "rich_message"
PATIENCE_S = 60.0
"""The longest that a file is waited for, in seconds: somebody waits for the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a message holds beside its own words."""

    texts: tuple[str, ...] = ()
    """Of the file of each part, with its name before it; empty where there is none to be read."""
    images: tuple[Image, ...] = ()
    refusals: tuple[str, ...] = ()
    """Keys of the catalogue: why something was not taken, in a friendly line each."""


@dataclass(frozen=True, slots=True)
class _Files:
    """Where they are fetched from. Raises TelegramError."""

    bot: Bot
    pause: Pause

    async def fetched(self, file: PhotoSize | Document) -> bytes:
        async def fetch() -> bytes:
            found = await self.bot.get_file(file.file_id)
            return bytes(await found.download_as_bytearray())

        return await carried_out(fetch, harmless=True, patience_s=PATIENCE_S, pause=self.pause)


async def take(
    parts: Sequence[Message], bot: Bot, *, sees: bool, pause: Pause = asyncio.sleep
) -> Taken:
    """Fetch and read what came with a message, or with all parts of an album.

    No error comes out.

    Args:
        parts: in order.
        bot: asks for the files.
        sees: whether pictures are of use; else they come without their content.
        pause: what waiting for Telegram is done with.
    """
    files = _Files(bot, pause)
    most_bytes = min(MOST_PICTURE_BYTES, MOST_BYTES_TOGETHER // len(parts))
    taken = await asyncio.gather(
        *(_one(part, files, sees=sees, most_bytes=most_bytes) for part in parts)
    )
    return Taken(
        texts=tuple(text for one in taken for text in one.texts or ("",)),
        images=tuple(image for one in taken for image in one.images),
        refusals=tuple(dict.fromkeys(key for one in taken for key in one.refusals)),
    )


async def _one(message: Message, files: _Files, *, sees: bool, most_bytes: int) -> Taken:
    try:
        if message.photo:
            picture = _fitting(message.photo, most_bytes)
            return await _picture(picture, "image/jpeg", files, sees=sees)
        document = message.document
        if document is None or message.animation is not None:
            # An animation comes as a document, too.
            return _refused(_unknown(message))
        if document.mime_type not in PICTURES:
            return await _text(document, files, language=_language(message))
        if (document.file_size or 0) > most_bytes:
            return _refused("telegram-file-too-large")
        return await _picture(document, document.mime_type, files, sees=sees)
    except TelegramError:
        return _refused("telegram-file-unreachable")


def holds_something(message: Message) -> bool:
    """Whether somebody sent more than words, of a kind that the library may not know yet."""
    return bool(message.effective_attachment or message.checklist or _RICH in message.api_kwargs)


def shows_picture(message: Message) -> bool:
    """Whether it is answered even if it says nothing."""
    document = None if message.animation is not None else message.document
    return bool(message.photo) or (document is not None and document.mime_type in PICTURES)


def _refused(key: str | None) -> Taken:
    return Taken(refusals=() if key is None else (key,))


def _fitting(sizes: Sequence[PhotoSize], most_bytes: int) -> PhotoSize:
    small = [size for size in sizes if (size.file_size or 0) <= most_bytes]
    return max(small or sizes[:1], key=lambda size: size.width * size.height)


async def _picture(file: PhotoSize | Document, kind: str, files: _Files, *, sees: bool) -> Taken:
    # Nobody would look at it, but that there was one is to be answered.
    content = await files.fetched(file) if sees else b""
    return Taken(images=(Image(kind, content),))


async def _text(document: Document, files: _Files, *, language: str | None) -> Taken:
    name = document.file_name or ""
    if not is_text(document.mime_type or "", name):
        return _refused("telegram-file-unreadable")
    if (document.file_size or 0) > MOST_TEXT_BYTES:
        return _refused("telegram-file-too-large")
    text = decoded(await files.fetched(document), language=language)
    if text is None:
        return _refused("telegram-file-unreadable")
    return Taken(texts=(printable(f"{name}:\n{text}" if name else text),))


def _language(message: Message) -> str | None:
    return None if message.from_user is None else message.from_user.language_code


def _unknown(message: Message) -> str | None:
    if message.voice or message.audio or message.video_note or message.video:
        return "telegram-cannot-hear"
    if message.sticker or message.animation:
        return "telegram-sticker"
    if message.location or message.venue:
        return "telegram-location"
    return "telegram-only-words" if holds_something(message) else None
