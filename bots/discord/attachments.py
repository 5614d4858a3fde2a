"""Reads the attachments of a message: text files as text, and pictures for a model that sees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import discord
from aiohttp import ClientError

from bots.transport.files import MOST_TEXT_BYTES, PICTURES, decode_text, is_text
from brain.memory.parts import attached as attached_text
from brain.messages import Image

MOST_IMAGE_BYTES = 8 * 1024 * 1024
MOST_IMAGES = 4
BETWEEN = 2
"""Characters between two texts, which are an empty line."""
_CHARSET = re.compile(r"charset=\"?([\w.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentContent:
    """What was read from the attachments of a message, and the names of the files that were not."""

    texts: list[str] = field(default_factory=list)
    """The texts of the text files, each with the name of its file before it."""
    images: list[Image] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    too_long: list[str] = field(default_factory=list)
    """Names of text files that are longer than a message may be."""
    unreachable: list[str] = field(default_factory=list)
    """Names of files that Discord did not provide, which may succeed later."""


async def read_attachments(
    attachments: Sequence[discord.Attachment], *, characters: int, language: str
) -> AttachmentContent:
    """Fetch and read attachments; errors are told in the result.

    Args:
        attachments: the attachments of one message.
        characters: most characters of all texts together.
        language: the code of the language of the person's interface.
    """
    attached = AttachmentContent()
    for file in attachments:
        kind = (file.content_type or "").partition(";")[0].strip().lower()
        if kind in PICTURES:
            await _read_image(file, kind, attached)
        elif is_text(kind, file.filename):
            characters -= await _read_text(file, attached, characters=characters, language=language)
        else:
            attached.unusable.append(file.filename)
    return attached


async def _read_image(file: discord.Attachment, kind: str, attached: AttachmentContent) -> None:
    if file.size > MOST_IMAGE_BYTES or len(attached.images) >= MOST_IMAGES:
        attached.unusable.append(file.filename)
    elif (content := await _read(file, attached)) is not None:
        attached.images.append(Image(kind, content))


async def _read_text(
    file: discord.Attachment, attached: AttachmentContent, *, characters: int, language: str
) -> int:
    """Read a text file, and return how many of the characters it takes."""
    if file.size > min(MOST_TEXT_BYTES, 4 * characters):
        attached.too_long.append(file.filename)
        return 0
    content = await _read(file, attached)
    if content is None:
        return 0
    told = _CHARSET.search(file.content_type or "")
    text = decode_text(content, language=language, charset=told.group(1) if told else None)
    if text is None:
        attached.unusable.append(file.filename)
        return 0
    whole = attached_text(file.filename, text)
    if len(whole) + BETWEEN > characters:
        attached.too_long.append(file.filename)
        return 0
    attached.texts.append(whole)
    return len(whole) + BETWEEN


async def _read(file: discord.Attachment, attached: AttachmentContent) -> bytes | None:
    try:
        return await file.read()
    except (discord.HTTPException, ClientError, OSError):
        attached.unreachable.append(file.filename)
        return None
