"""What comes with a message: text files become words, pictures go to a model that sees."""

import codecs
import re
from dataclasses import dataclass

from telegram import Bot, Document, Message, PhotoSize
from telegram.error import TelegramError

from brain.messages import Image

MOST_TEXT_BYTES = 256 * 1024
MOST_PICTURE_BYTES = 5 * 1024 * 1024
"""Of several sizes the largest below this is taken; Telegram gives a bot 20 MB at most."""

_PICTURES = {"image/png", "image/jpeg", "image/webp", "image/gif"}
_TEXT_KINDS = re.compile(r"text/|application/(?:json|xml|x?-?yaml|toml|javascript|x-sh|sql)$")
_TEXT_NAMES = re.compile(
    r"\.(?:txt|md|rst|csv|tsv|log|jsonl?|ya?ml|toml|ini|cfg|xml|html?|css|py|js|ts|java|c|h|cpp|cs"
    r"|go|rs|rb|php|sh|sql|tex|srt|ics|diff|patch)$",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a message holds beside its own words."""

    text: str = ""
    """Of a file, with its name before it."""
    images: tuple[Image, ...] = ()
    refusal: str | None = None
    """Key of the catalogue: why there is nothing, in a friendly line."""


async def take(message: Message, bot: Bot, *, sees: bool) -> Taken:
    """Fetch and read it. No error comes out.

    Args:
        message: any.
        bot: asks for the files.
        sees: whether pictures are of use; else they come without their content.
    """
    try:
        if message.photo:
            return await _picture(_fitting(message.photo), "image/jpeg", bot, sees=sees)
        document = message.document
        if document is not None and document.mime_type in _PICTURES:
            if (document.file_size or 0) > MOST_PICTURE_BYTES:
                return Taken(refusal="telegram-file-too-large")
            return await _picture(document, str(document.mime_type), bot, sees=sees)
        if document is not None:
            return await _text(document, bot)
    except TelegramError:
        return Taken(refusal="telegram-file-unreachable")
    return Taken(refusal=_unknown(message))


def _fitting(sizes: tuple[PhotoSize, ...]) -> PhotoSize:
    small = [size for size in sizes if (size.file_size or 0) <= MOST_PICTURE_BYTES]
    return max(small or sizes[:1], key=lambda size: size.width * size.height)


async def _picture(file: PhotoSize | Document, kind: str, bot: Bot, *, sees: bool) -> Taken:
    # Nobody would look at it, but that there was one is to be answered.
    content = await _fetched(file, bot) if sees else b""
    return Taken(images=(Image(kind, content),))


async def _text(document: Document, bot: Bot) -> Taken:
    name = document.file_name or ""
    if not _TEXT_KINDS.match(document.mime_type or "") and not _TEXT_NAMES.search(name):
        return Taken(refusal="telegram-file-unreadable")
    if (document.file_size or 0) > MOST_TEXT_BYTES:
        return Taken(refusal="telegram-file-too-large")
    text = _decoded(await _fetched(document, bot))
    if text is None:
        return Taken(refusal="telegram-file-unreadable")
    return Taken(text=f"{name}:\n{text}" if name else text)


async def _fetched(file: PhotoSize | Document, bot: Bot) -> bytes:
    found = await bot.get_file(file.file_id)
    return bytes(await found.download_as_bytearray())


def _decoded(content: bytes) -> str | None:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _unknown(message: Message) -> str | None:
    if message.voice or message.audio or message.video_note or message.video:
        return "telegram-cannot-hear"
    if message.sticker or message.animation:
        return "telegram-sticker"
    if message.location or message.venue:
        return "telegram-location"
    return "telegram-only-words" if message.effective_attachment else None
