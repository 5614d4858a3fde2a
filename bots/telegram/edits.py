"""Takes edited messages over into the memory.

An edit changes one part of what is remembered: the other parts of an album stay, and so does a text
file below an edited caption. A file is read again only if it was replaced.

An edit that a dead process left may come after a newer one of the same message; the newer one
counts.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from telegram import Message, User

from bots.telegram.album_parts import AlbumParts, Part, is_composed, join_parts
from bots.telegram.attachments import read_attachments, shows_picture
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import incoming_of, thread_of, words_of
from bots.transport.retrying import Retrier, Retry
from brain.bounded_dict import BoundedDict
from brain.errors import SiliconfriendError
from brain.messages import printable
from brain.texts import say

log = logging.getLogger(__name__)

MOST_KNOWN = 10_000
"""Messages of which it is known when they were changed last."""
_Version = tuple[datetime, int]
"""When it was changed, and the number of the update: Telegram's dates are whole seconds."""


class FileOutOfReach(SiliconfriendError):
    """What else the message says cannot be known without its file, for now."""

    key = "telegram-file-unreachable"
    retryable = True


class Edits:
    """Takes over the edits that reach one bot."""

    def __init__(self, context: TelegramContext, album_parts: AlbumParts) -> None:
        self._context = context
        self._album_parts = album_parts
        self._retrier = Retrier(pause=context.pause)
        self._newest: BoundedDict[tuple[int, int], _Version] = BoundedDict(MOST_KNOWN)
        """By chat and message, its newest edit."""

    async def handle_edit(self, message: Message, user: User, *, update: int) -> Retry | None:
        """Change the memory to what the message says now; return what is left to do.

        `update` is the number of the update. An edit that is older than one handled before changes
        nothing.
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
            # It was not said to the bot, so what came with it is none of its business.
            return
        before = layout.split(said) if layout is not None else None
        after = await self._parts_after(message, before)
        if after is None:
            log.warning("An edited message could not be taken over: what else it said is unknown.")
            return
        if after == before:
            return
        text = join_parts(after)
        if not text and _may_show_picture(message):
            # The words were taken away from it: it is a picture alone.
            text = say(caller.language, "chat-picture-alone")
        if is_composed(message):
            # Both, for it may be cut off between the two.
            await self._album_parts.record(message, *([after, before] if before else [after]))
        await context.services.message_handler.edit_message(caller, replace(incoming, text=text))

    async def _parts_after(
        self, message: Message, before: Sequence[Part] | None
    ) -> tuple[Part, ...] | None:
        """All parts as they are now; None: that cannot be known. Raises FileOutOfReach."""
        if before is None:
            if message.media_group_id is not None:
                return None
            return (await self._read_part(message, None),)
        return tuple(
            [
                await self._read_part(message, part) if part.number == message.message_id else part
                for part in before
            ]
        )

    async def _read_part(self, message: Message, before: Part | None) -> Part:
        """The message as it is now. Raises FileOutOfReach."""
        words = printable(words_of(message, self._context.me))
        document = message.document
        if document is None:
            return Part(number=message.message_id, words=words)
        if before is not None and before.file_id == document.file_unique_id:
            return replace(before, words=words)
        attached = await read_attachments(
            [message], self._context.bot, sees=False, pause=self._context.pause
        )
        if "telegram-file-unreachable" in attached.refusals:
            if before is None:
                raise FileOutOfReach
            # What the old one said is better than nothing.
            return replace(before, words=words)
        return Part(
            number=message.message_id,
            words=words,
            file=attached.texts[0],
            file_id=document.file_unique_id,
        )


def _may_show_picture(message: Message) -> bool:
    """Whether something is seen in it, or beside it: an album mixes videos with photos."""
    return shows_picture(message) or bool(message.media_group_id and message.video)
