"""Reads the attachments of a message: text files as text, and pictures for a model that sees."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot, Document, Message, PhotoSize
from telegram.error import TelegramError

from bots.telegram.conversion import has_attachment
from bots.telegram.message_parts import describe
from bots.telegram.sending import with_retries
from bots.transport.files import MOST_TEXT_BYTES, PICTURES, decode_text, is_text
from brain.languages import DEFAULT_LANGUAGE
from brain.memory.parts import attached
from brain.messages import Image, printable
from brain.turns.lease import Pause

MOST_PICTURE_BYTES = 5 * 1024 * 1024
"""Most bytes of a picture, of whose sizes the largest below this is fetched."""
MOST_BYTES_TOGETHER = 20 * 1024 * 1024
"""Most bytes of the pictures of an album together, which share them evenly."""

LIMIT_S = 60.0
"""Longest time in seconds to wait for a file, since the person waits for the reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentContent:
    """What was read from the attachments of a message, and why the rest was not."""

    texts: tuple[str, ...] = ()
    """The text of each part's file, with its name before it; empty if there is no text file."""
    images: tuple[Image, ...] = ()
    refusals: tuple[str, ...] = ()
    """Keys of the catalogue that tell why attachments were not read, each key once."""


@dataclass(frozen=True, slots=True)
class _Files:
    """Downloads files from Telegram. Raises TelegramError."""

    bot: Bot
    pause: Pause

    async def fetch(self, file: PhotoSize | Document) -> bytes:
        async def download() -> bytes:
            found = await self.bot.get_file(file.file_id)
            return bytes(await found.download_as_bytearray())

        return await with_retries(download, repeatable=True, limit_s=LIMIT_S, pause=self.pause)


async def read_attachments(
    parts: Sequence[Message], bot: Bot, *, sees: bool, pause: Pause = asyncio.sleep
) -> AttachmentContent:
    """Fetch and read the attachments of a message or of all parts of an album.

    Errors are told as refusals.

    Args:
        parts: the messages of the album in order, or one message.
        bot: the bot that downloads the files.
        sees: whether the model can see pictures; if not, they are returned without content.
        pause: waits for a number of seconds.
    """
    files = _Files(bot, pause)
    most_bytes = min(MOST_PICTURE_BYTES, MOST_BYTES_TOGETHER // len(parts))
    attached = await asyncio.gather(
        *(_read_one(part, files, sees=sees, most_bytes=most_bytes) for part in parts)
    )
    return AttachmentContent(
        texts=tuple(text for one in attached for text in one.texts or ("",)),
        images=tuple(image for one in attached for image in one.images),
        refusals=tuple(dict.fromkeys(key for one in attached for key in one.refusals)),
    )


async def _read_one(
    message: Message, files: _Files, *, sees: bool, most_bytes: int
) -> AttachmentContent:
    try:
        if message.photo:
            picture = _largest_below(message.photo, most_bytes)
            return await _read_picture(picture, "image/jpeg", files, sees=sees)
        document = message.document
        if document is None or message.animation is not None:
            # Telegram sends an animation as a document too.
            return _refused(_refusal_of_kind(message))
        if document.mime_type not in PICTURES:
            return await _read_text(document, files, language=_language(message))
        if (document.file_size or 0) > most_bytes:
            return _refused("telegram-file-too-large")
        return await _read_picture(document, document.mime_type, files, sees=sees)
    except TelegramError:
        return _refused("telegram-file-unreachable")


def shows_picture(message: Message) -> bool:
    """Whether a message contains a picture, so that it is answered even without words."""
    document = None if message.animation is not None else message.document
    return bool(message.photo) or (document is not None and document.mime_type in PICTURES)


def _refused(key: str | None) -> AttachmentContent:
    return AttachmentContent(refusals=() if key is None else (key,))


def _largest_below(sizes: Sequence[PhotoSize], most_bytes: int) -> PhotoSize:
    small = [size for size in sizes if (size.file_size or 0) <= most_bytes]
    return max(small or sizes[:1], key=lambda size: size.width * size.height)


async def _read_picture(
    file: PhotoSize | Document, kind: str, files: _Files, *, sees: bool
) -> AttachmentContent:
    # The model would not see the content, but the person is told that it cannot.
    content = await files.fetch(file) if sees else b""
    return AttachmentContent(images=(Image(kind, content),))


async def _read_text(
    document: Document, files: _Files, *, language: str | None
) -> AttachmentContent:
    name = document.file_name or ""
    if not is_text(document.mime_type or "", name):
        return _refused("telegram-file-unreadable")
    if (document.file_size or 0) > MOST_TEXT_BYTES:
        return _refused("telegram-file-too-large")
    text = decode_text(await files.fetch(document), language=language)
    if text is None:
        return _refused("telegram-file-unreadable")
    return AttachmentContent(texts=(attached(name, printable(text)),))


def _language(message: Message) -> str | None:
    return None if message.from_user is None else message.from_user.language_code


def _refusal_of_kind(message: Message) -> str | None:
    if describe(message, DEFAULT_LANGUAGE):
        return None
    if message.voice or message.audio or message.video_note or message.video:
        return "telegram-cannot-hear"
    if message.sticker or message.animation:
        return "telegram-sticker"
    return "telegram-only-words" if has_attachment(message) else None
