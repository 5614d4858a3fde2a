"""Applies edits of messages to what is remembered.

An edit changes one part of a memory: the other parts of an album stay, and so does the text of a
file below an edited caption. A file is read again only if it was replaced.

An edit that a dead process left behind may come after a newer edit of the same message; then the
newer one stays.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cachetools import FIFOCache
from telegram import Message, User

from bots.telegram.album_parts import AlbumLayout, AlbumParts, Part, is_composed, join_parts
from bots.telegram.attachments import read_attachments, shows_picture
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import incoming_of, own_words_of, thread_of
from bots.telegram.message_parts import parts_of
from bots.transport.retrying import Retrier, Retry
from brain.errors import SiliconfriendError
from brain.memory.parts import without_parts
from brain.messages import printable
from brain.texts import say

log = logging.getLogger(__name__)

MOST_KNOWN = 10_000
"""Most messages whose newest edit is kept in memory."""
MOST_BROUGHT = 2
"""What a message brings of others: one quotation and one forward."""
_Version = tuple[datetime, int]
"""The time of an edit, in whole seconds, and the id of its update."""


class FileOutOfReach(SiliconfriendError):
    """The file of an edited message cannot be fetched, so that its text is unknown."""

    key = "telegram-file-unreachable"
    retryable = True


class Edits:
    """Applies the edits that reach one bot."""

    def __init__(self, context: TelegramContext, album_parts: AlbumParts) -> None:
        self._context = context
        self._album_parts = album_parts
        self._retrier = Retrier(pause=context.pause)
        self._newest: FIFOCache[tuple[int, int], _Version] = FIFOCache(MOST_KNOWN)
        """The newest edit, by the ids of the chat and the message."""

    async def handle_edit(self, message: Message, user: User, *, update: int) -> Retry | None:
        """Change the memory to what a message says now; return the retries if that failed.

        An edit that is older than one handled before changes nothing. `update` is the update's id.
        """
        subject = (message.chat_id, message.message_id)
        version = (message.edit_date or message.date, update)
        newest = self._newest.get(subject)
        if newest is not None and version < newest:
            return None
        self._newest[subject] = version
        return await self._retrier.attempt(subject, lambda: self._take_over(message, user))

    async def _take_over(self, message: Message, user: User) -> None:
        context = self._context
        caller = await context.caller(user, message.chat, thread_of(message), for_certain=True)
        layout = await self._album_parts.of(message)
        number = message.message_id if layout is None else layout.first
        incoming = incoming_of(message, caller, "", number=number)
        said = await context.services.message_handler.remembered_text(caller, incoming.id)
        if said is None:
            # The bot did not answer the message, so that it does not read its files either.
            return
        head, before = ("", None) if layout is None else _split(layout, said)
        after = await self._parts_after(message, before, caller.language)
        if after is None:
            log.warning("An edited message could not be taken over: what else it said is unknown.")
            return
        if after == before:
            return
        text = join_parts(after)
        # What the memory begins with stays; only its first message tells what that was.
        brought = () if head else parts_of([message], me=context.me.id, language=caller.language)
        if not text and _may_show_picture(message):
            # The edit removed all words, and only a picture is left.
            text = say(caller.language, "chat-picture-alone")
        if is_composed(message) or len(after) > 1:
            # Both layouts are recorded, since the process may die before the memory is rewritten.
            await self._album_parts.record(message, *([after, before] if before else [after]))
        await context.services.message_handler.edit_message(
            caller, replace(incoming, text=f"{head}{text}" if text else "", parts=brought)
        )

    async def _parts_after(
        self, message: Message, before: Sequence[Part] | None, language: str
    ) -> tuple[Part, ...] | None:
        """Return all parts as they are now, or None if that is unknown. Raises FileOutOfReach."""
        if before is None:
            if message.media_group_id is not None:
                return None
            return (await self._read_part(message, None, language),)
        return tuple(
            [
                await self._read_part(message, part, language)
                if part.number == message.message_id
                else part
                for part in before
            ]
        )

    async def _read_part(self, message: Message, before: Part | None, language: str) -> Part:
        """Return the part of the edited message as it is now. Raises FileOutOfReach."""
        words = printable(own_words_of(message, self._context.me, language))
        document = message.document
        if document is None:
            old = before or Part(number=message.message_id)
            return replace(old, words=words, file="", file_id="")
        if before is not None and before.file_id == document.file_unique_id:
            return replace(before, words=words)
        attached = await read_attachments(
            [message], self._context.bot, sees=False, pause=self._context.pause
        )
        if "telegram-file-unreachable" in attached.refusals:
            if before is None:
                raise FileOutOfReach
            # The text of the old file is kept if the new one cannot be fetched.
            return replace(before, words=words)
        return Part(
            number=message.message_id,
            words=words,
            file=attached.texts[0],
            file_id=document.file_unique_id,
        )


def _split(layout: AlbumLayout, said: str) -> tuple[str, tuple[Part, ...] | None]:
    """Split a text into what it quotes and forwards, and the parts that messages contributed.

    The former is that of the first message, and no edit changes it.
    """
    for count in range(MOST_BROUGHT + 1):
        own = without_parts(said, count)
        if (parts := layout.split(own)) is not None:
            return said[: len(said) - len(own)], parts
    return "", None


def _may_show_picture(message: Message) -> bool:
    """Whether a message may show a picture or be part of an album that does."""
    return shows_picture(message) or bool(message.media_group_id and message.video)
