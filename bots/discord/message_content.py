"""Reads all that a message says: its words, forwarded messages, stickers and attachments."""

from collections.abc import Iterable, Iterator, Sequence

import discord

from bots.discord.attachments import BETWEEN, AttachmentContent, read_attachments
from bots.discord.errors import FilesWithheld
from bots.discord.mention_names import names_in, replace_mentions
from brain.messages import Image
from brain.texts import say

_BETWEEN = "\n" * BETWEEN


async def read_content(
    message: discord.Message, *, me: int, language: str, characters: int
) -> tuple[str, AttachmentContent]:
    """Return the whole text of a message, and its attachments.

    The text of files without words is a line with their names.

    Args:
        message: a message of a person.
        me: the user id of the bot.
        language: the code of the language of the person's interface.
        characters: most characters of the text.
    """
    words, files = _words(message, me=me), _files(message)
    if not files:
        return words, AttachmentContent()
    room = characters - len(words) - BETWEEN
    attached = await read_attachments(files, characters=room, language=language)
    text = _together([words, *attached.texts])
    if not text and not attached.images:
        text = _alone(files, language)
    return text, attached


async def read_edited_content(
    message: discord.Message, *, me: int, language: str, characters: int, before: str
) -> tuple[str, list[Image]]:
    """Return the whole text of an edited message, and its pictures.

    A file that Discord does not provide at the moment keeps what it says in `before`, the text
    that is remembered, as far as there is room. The other parameters are as in `read_content`.

    Raises:
        FilesWithheld: nothing but files is left, and Discord does not provide them at the moment.
    """
    words, files = _words(message, me=me), _files(message)
    if not files:
        return words, []
    room = characters - len(words) - BETWEEN
    attached = await read_attachments(files, characters=room, language=language)
    fresh, old = list(attached.texts), _file_texts(before, [file.filename for file in files])
    room -= sum(len(text) + BETWEEN for text in fresh)
    texts: list[str] = []
    for file in files:
        if fresh and fresh[0].startswith(_head(file.filename)):
            texts.append(fresh.pop(0))
        elif file.filename in attached.unreachable and file.filename in old:
            # The words may be longer than they were before.
            kept = old[file.filename][: max(0, room - BETWEEN)]
            if len(kept) > len(_head(file.filename)):
                texts.append(kept)
                room -= len(kept) + BETWEEN
    text = _together([words, *texts])
    if text or attached.images:
        return text, attached.images
    if attached.unreachable:
        raise FilesWithheld(names=", ".join(attached.unreachable))
    return _alone(files, language), []


def remarks(attached: AttachmentContent, language: str) -> Iterator[str]:
    """Yield remarks about files that could not be used."""
    for key, names in (
        ("discord-files-unusable", attached.unusable),
        ("discord-files-too-long", attached.too_long),
        ("discord-files-unreachable", attached.unreachable),
    ):
        if names:
            yield say(language, key, names=", ".join(names))


def _words(message: discord.Message, *, me: int) -> str:
    parts = [
        replace_mentions(message.content, names_in(message), me=me),
        *(snapshot.content for snapshot in message.message_snapshots),
        *(f":{sticker.name}:" for sticker in message.stickers),
    ]
    return _together(parts)


def _files(message: discord.Message) -> list[discord.Attachment]:
    files = [*message.attachments]
    for snapshot in message.message_snapshots:
        files += snapshot.attachments
    return files


def _file_texts(text: str, names: Sequence[str]) -> dict[str, str]:
    """Return, by name, what files say in a text that was joined from words and files."""
    found: dict[str, str] = {}
    end = len(text)
    # The search begins at the end: the words come first, and may look like a file.
    for name in reversed(names):
        start = text.rfind(_head(name), 0, end)
        if start == 0 or (start > 0 and text[:start].endswith(_BETWEEN)):
            found[name] = text[start:end].removesuffix(_BETWEEN)
            end = start
    return found


def _head(name: str) -> str:
    """Return the line that `read_attachments` puts before the text of a file."""
    return f"[{name}]\n"


def _together(parts: Iterable[str]) -> str:
    return _BETWEEN.join(part for part in parts if part)


def _alone(files: Sequence[discord.Attachment], language: str) -> str:
    return say(language, "discord-file-alone", names=", ".join(file.filename for file in files))
