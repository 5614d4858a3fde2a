"""All that a message says: its words, what was passed on with it, and the files that came along."""

from collections.abc import Iterable, Iterator, Sequence

import discord

from bots.discord.attachments import BETWEEN, Taken, take
from bots.discord.errors import FilesWithheld
from bots.discord.mentions import names_in, worded
from brain.messages import Image
from brain.texts import say

_BETWEEN = "\n" * BETWEEN


async def said(
    message: discord.Message, *, me: int, language: str, characters: int
) -> tuple[str, Taken]:
    """The whole text, and what could be made of the files. A file without words is named.

    Args:
        message: spoken by a human.
        me: id of the bot.
        language: of the person's interface.
        characters: the longest text that is taken.
    """
    words, files = _words(message, me=me), _files(message)
    if not files:
        return words, Taken()
    room = characters - len(words) - BETWEEN
    taken = await take(files, characters=room, language=language)
    text = _together([words, *taken.texts])
    if not text and not taken.images:
        text = _alone(files, language)
    return text, taken


async def said_now(
    message: discord.Message, *, me: int, language: str, characters: int, before: str
) -> tuple[str, list[Image]]:
    """What an edited message says, and its pictures. Raises FilesWithheld: that is not known now.

    A file that Discord does not hand out now says what it said `before`, as far as there is room;
    the others: see `said`.
    """
    words, files = _words(message, me=me), _files(message)
    if not files:
        return words, []
    room = characters - len(words) - BETWEEN
    taken = await take(files, characters=room, language=language)
    fresh, old = list(taken.texts), _file_texts(before, [file.filename for file in files])
    room -= sum(len(text) + BETWEEN for text in fresh)
    texts: list[str] = []
    for file in files:
        if fresh and fresh[0].startswith(_head(file.filename)):
            texts.append(fresh.pop(0))
        elif file.filename in taken.unreachable and file.filename in old:
            # The words may have become longer than they were.
            kept = old[file.filename][: max(0, room - BETWEEN)]
            if len(kept) > len(_head(file.filename)):
                texts.append(kept)
                room -= len(kept) + BETWEEN
    text = _together([words, *texts])
    if text or taken.images:
        return text, taken.images
    if taken.unreachable:
        raise FilesWithheld(names=", ".join(taken.unreachable))
    return _alone(files, language), []


def remarks(taken: Taken, language: str) -> Iterator[str]:
    """What is said of files that could not be used."""
    for key, names in (
        ("discord-files-unusable", taken.unusable),
        ("discord-files-too-long", taken.too_long),
        ("discord-files-unreachable", taken.unreachable),
    ):
        if names:
            yield say(language, key, names=", ".join(names))


def _words(message: discord.Message, *, me: int) -> str:
    parts = [
        worded(message.content, names_in(message), me=me),
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
    """What files said in a text that was put together like this: by name, with it at the head."""
    found: dict[str, str] = {}
    end = len(text)
    # From the end: the words come first, and may look like a file.
    for name in reversed(names):
        start = text.rfind(_head(name), 0, end)
        if start == 0 or (start > 0 and text[:start].endswith(_BETWEEN)):
            found[name] = text[start:end].removesuffix(_BETWEEN)
            end = start
    return found


def _head(name: str) -> str:
    """As `take` puts it before what a file says."""
    return f"[{name}]\n"


def _together(parts: Iterable[str]) -> str:
    return _BETWEEN.join(part for part in parts if part)


def _alone(files: Sequence[discord.Attachment], language: str) -> str:
    return say(language, "discord-file-alone", names=", ".join(file.filename for file in files))
