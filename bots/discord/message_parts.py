"""Reads what the author of a message says, and what it quotes and forwards.

| in a message | how it is read |
|---|---|
| `<@1>`, `<#2>`, `<:cat:3>` | the name (`bots.discord.mention_names`) |
| `<t:1777770000>` | the time in the person's zone |
| sticker, poll | one line |
| a reply | a quotation of its author |
| a forward | the words and embeds of the message, its day, and its author if the bot may read it |
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import discord

from bots.discord.mention_names import names_in, replace_mentions
from brain.messages import UTC_ZONE, Part
from brain.texts import at_time, on_day, say

BETWEEN = "\n\n"
"""What stands between two texts of a message."""
_TIME = re.compile(r"<t:(-?\d{1,12})(?::([tTdDfFsSR]))?>")
_DAYS = frozenset("dD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads messages as one person sees them."""

    me: int
    """The user id of the bot."""
    language: str
    """The code of the language of the person's interface."""
    zone: ZoneInfo = UTC_ZONE
    """The person's time zone."""

    def own_words(self, message: discord.Message) -> str:
        """Return what the author of a message says, without what it quotes and forwards."""
        return together([self._text(message.content, message), *self._beside(message)])

    def parts(
        self, message: discord.Message, *, forwarded: discord.Message | None = None
    ) -> tuple[Part, ...]:
        """Return what a message quotes and forwards.

        Args:
            message: the message.
            forwarded: the message that it forwards, if that can be read; Discord tells neither its
                author nor their name with the forward.
        """
        quoted = self._quoted(message)
        brought = [
            Part(
                kind="forwarded",
                text=together(
                    [
                        self._text(snapshot.content, forwarded or message),
                        *map(_embed_text, snapshot.embeds),
                        *map(_sticker, snapshot.stickers),
                    ]
                ),
                author=shown_name(forwarded) if forwarded else "",
                by_companion=forwarded is not None and forwarded.author.id == self.me,
                said_at=snapshot.created_at.astimezone(UTC),
            )
            for snapshot in message.message_snapshots
        ]
        return (*quoted, *brought)

    def _quoted(self, message: discord.Message) -> tuple[Part, ...]:
        answered = message.reference.resolved if message.reference else None
        if not isinstance(answered, discord.Message) or message.message_snapshots:
            return ()
        by_companion = answered.author.id == self.me
        # A screen shows what is remembered, perhaps of what is forgotten by now.
        is_screen = answered.components or answered.interaction_metadata is not None
        if by_companion and is_screen:
            return ()
        said = [self._text(answered.content, answered), *self._beside(answered)]
        said += (self._text(each.content, answered) for each in answered.message_snapshots)
        if not any(said):
            said = list(map(_embed_text, answered.embeds))
        return (
            Part(
                kind="quoted",
                text=together(said),
                author=shown_name(answered),
                by_companion=by_companion,
            ),
        )

    def _beside(self, message: discord.Message) -> list[str]:
        """Return lines for what a message contains beside text and files."""
        found = list(map(_sticker, message.stickers))
        if message.poll is not None:
            options = " / ".join(answer.text for answer in message.poll.answers)
            question = message.poll.question
            found.append(say(self.language, "discord-poll", question=question, options=options))
        return found

    def _text(self, content: str, message: discord.Message) -> str:
        """Return the text of a message as the apps show it."""
        return _TIME.sub(self._time, replace_mentions(content, names_in(message), me=self.me))

    def _time(self, mark: re.Match[str]) -> str:
        try:
            moment = datetime.fromtimestamp(int(mark[1]), UTC)
            shown = on_day if mark[2] in _DAYS else at_time
            return shown(self.language, moment, self.zone)
        except (OverflowError, OSError, ValueError):
            # It lies outside the years 1 to 9999.
            return mark[0]


def has_times(message: discord.Message) -> bool:
    """Return whether a message has a time that is shown in the zone of whoever reads it."""
    answered = message.reference.resolved if message.reference else None
    texts = [message.content, *(snapshot.content for snapshot in message.message_snapshots)]
    if isinstance(answered, discord.Message):
        texts.append(answered.content)
    return any(map(_TIME.search, texts))


def shown_name(message: discord.Message) -> str:
    """Return the name of a message's author as the people of its server see it."""
    author, guild = message.author, message.guild
    member = guild.get_member(author.id) if guild else None
    return (member or author).display_name


def together(texts: Iterable[str]) -> str:
    """Join the texts of a message that are not empty."""
    return BETWEEN.join(filter(None, texts))


def _sticker(sticker: discord.StickerItem) -> str:
    return f":{sticker.name}:"


def _embed_text(embed: discord.Embed) -> str:
    lines: Sequence[str | None] = [
        embed.author.name,
        embed.title,
        embed.description,
        *(f"{field.name}: {field.value}" for field in embed.fields),
    ]
    return "\n".join(filter(None, lines))
