"""All that a message says: its words, what was passed on with it, and the files that came along."""

from collections.abc import Iterator

import discord

from bots.discord.attachments import BETWEEN, Taken, take
from bots.discord.wording import names_in, worded
from brain.texts import say


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
    passed_on = message.message_snapshots
    parts = [
        worded(message.content, names_in(message), me=me),
        *(snapshot.content for snapshot in passed_on),
        *(f":{sticker.name}:" for sticker in message.stickers),
    ]
    text = "\n\n".join(part for part in parts if part)
    files = [*message.attachments]
    for snapshot in passed_on:
        files += snapshot.attachments
    if not files:
        return text, Taken()
    room = characters - len(text) - BETWEEN
    taken = await take(files, characters=room, chinese=language == "zh")
    text = "\n\n".join([*([text] if text else []), *taken.texts])
    if not text and not taken.images:
        names = ", ".join(file.filename for file in files)
        text = say(language, "discord-file-alone", names=names)
    return text, taken


def remarks(taken: Taken, language: str) -> Iterator[str]:
    """What is said of files that could not be used."""
    for key, names in (
        ("discord-files-unusable", taken.unusable),
        ("discord-files-too-long", taken.too_long),
        ("discord-files-unreachable", taken.unreachable),
    ):
        if names:
            yield say(language, key, names=", ".join(names))
