"""Reads all that a message says: its words, what it quotes and forwards, and its attachments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord

from bots.discord.attachments import AttachmentContent, read_attachments
from bots.discord.errors import FilesWithheld
from bots.discord.message_parts import BETWEEN, Reader, together
from brain.memory.parts import file_heading
from brain.messages import Part
from brain.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContent:
    """All that a message says."""

    text: str
    """The own words of its author, and the texts of its files."""
    parts: tuple[Part, ...]
    """What it quotes and forwards."""
    attached: AttachmentContent


async def read_content(
    message: discord.Message,
    reader: Reader,
    *,
    characters: int,
    forwarded: discord.Message | None = None,
) -> MessageContent:
    """Return what a message says; the text of files without words is a line with their names.

    Args:
        message: a message of a person.
        reader: reads its words.
        characters: most characters of what it says.
        forwarded: the message that it forwards, if that can be read.
    """
    words, parts = reader.own_words(message), reader.parts(message, forwarded=forwarded)
    files = _files(message)
    if not files:
        return MessageContent(text=words, parts=parts, attached=AttachmentContent())
    room = characters - _taken(words, parts)
    attached = await read_attachments(files, characters=room, language=reader.language)
    text = together([words, *attached.texts])
    if not (text or attached.images or any(map(_says_something, parts))):
        text = _alone(files, reader.language)
    return MessageContent(text=text, parts=parts, attached=attached)


async def read_edited_content(
    message: discord.Message, reader: Reader, *, characters: int, before: str
) -> MessageContent:
    """Return what an edited message says.

    A file that Discord does not provide at the moment keeps what it says in `before`, the text
    that is remembered, as far as there is room. The other parameters are as in `read_content`.

    Raises:
        FilesWithheld: nothing but files is left, and Discord does not provide them at the moment.
    """
    words, parts, files = reader.own_words(message), reader.parts(message), _files(message)
    if not files:
        return MessageContent(text=words, parts=parts, attached=AttachmentContent())
    room = characters - _taken(words, parts)
    attached = await read_attachments(files, characters=room, language=reader.language)
    fresh, old = list(attached.texts), _file_texts(before, [file.filename for file in files])
    room -= sum(len(text) + len(BETWEEN) for text in fresh)
    texts: list[str] = []
    for file in files:
        if fresh and fresh[0].startswith(file_heading(file.filename)):
            texts.append(fresh.pop(0))
        elif file.filename in attached.unreachable and file.filename in old:
            # The words may be longer than they were before.
            kept = old[file.filename][: max(0, room - len(BETWEEN))]
            if len(kept) > len(file_heading(file.filename)):
                texts.append(kept)
                room -= len(kept) + len(BETWEEN)
    text = together([words, *texts])
    if not (text or attached.images):
        if attached.unreachable:
            raise FilesWithheld(names=", ".join(attached.unreachable))
        text = _alone(files, reader.language)
    return MessageContent(text=text, parts=parts, attached=attached)


def remarks(attached: AttachmentContent, language: str) -> Iterator[str]:
    """Yield remarks about files that could not be used."""
    for key, names in (
        ("discord-files-unusable", attached.unusable),
        ("discord-files-too-long", attached.too_long),
        ("discord-files-unreachable", attached.unreachable),
    ):
        if names:
            yield say(language, key, names=", ".join(names))


def _taken(words: str, parts: Sequence[Part]) -> int:
    """Return how many characters are taken by what is not in files."""
    forwarded = [part.text for part in parts if part.kind == "forwarded"]
    return len(words) + len(BETWEEN) + sum(map(len, forwarded))


def _says_something(part: Part) -> bool:
    return part.kind == "forwarded" and bool(part.text)


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
        start = text.rfind(file_heading(name), 0, end)
        if start == 0 or (start > 0 and text[:start].endswith(BETWEEN)):
            found[name] = text[start:end].removesuffix(BETWEEN)
            end = start
    return found


def _alone(files: Sequence[discord.Attachment], language: str) -> str:
    return say(language, "discord-file-alone", names=", ".join(file.filename for file in files))
