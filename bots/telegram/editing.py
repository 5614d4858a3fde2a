"""Edited messages: the memory changes with them.

What was said beside the words that were changed stays: by the other parts of an album, by a text
file below its caption. A file is read again only if it was replaced.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from telegram import Message, User

from bots.again import Again, Rest
from bots.telegram.attachments import shows_picture, take
from bots.telegram.layouts import Layouts, Part, is_composed, together
from bots.telegram.station import Station
from bots.telegram.translate import incoming_of, thread_of, words_of
from brain.messages import printable
from brain.texts import say

log = logging.getLogger(__name__)


class Editing:
    """Of one bot."""

    def __init__(self, station: Station, layouts: Layouts) -> None:
        self._station = station
        self._layouts = layouts
        self._again = Again(pause=station.pause)

    async def edited(self, message: Message, user: User) -> Rest | None:
        """Have the memory say what the message says now. Given is what is left to do of that."""
        about = (message.chat_id, message.message_id)
        return await self._again.attempt(about, lambda: self._take_over(message, user))

    async def _take_over(self, message: Message, user: User) -> None:
        station = self._station
        caller = await station.caller(user, message.chat, thread_of(message))
        layout = await self._layouts.of(message)
        number = message.message_id if layout is None else layout.first
        incoming = incoming_of(message, caller, "", number=number)
        said = await station.house.answering.said(caller, incoming.id)
        if said is None:
            # It was not said to the bot, so what came with it is none of its business.
            return
        before = layout.cut(said) if layout is not None else None
        after = await self._after(message, before)
        if after is None:
            log.warning("An edited message could not be taken over: what else it said is unknown.")
            return
        if after == before:
            return
        text = together(after)
        if not text and shows_picture(message):
            # The words were taken away from it: it is a picture alone.
            text = say(caller.language, "chat-picture-alone")
        if not text:
            return
        if is_composed(message):
            # Both, for it may be cut off between the two.
            await self._layouts.record(message, *([after, before] if before else [after]))
        await station.house.answering.edited(caller, replace(incoming, text=text))

    async def _after(
        self, message: Message, before: Sequence[Part] | None
    ) -> tuple[Part, ...] | None:
        """All parts as they are now; None: that cannot be known."""
        if before is None:
            if message.media_group_id is not None:
                return None
            own = await self._part(message, None)
            return None if own is None else (own,)
        now = []
        for part in before:
            own = await self._part(message, part) if part.number == message.message_id else part
            now.append(own or part)
        return tuple(now)

    async def _part(self, message: Message, before: Part | None) -> Part | None:
        """The message as it is now; None: its file cannot be fetched, and was not read before."""
        words = printable(words_of(message, self._station.me))
        document = message.document
        if document is None:
            return Part(number=message.message_id, words=words)
        if before is not None and before.file_id == document.file_unique_id:
            return replace(before, words=words)
        taken = await take([message], self._station.bot, sees=False, pause=self._station.pause)
        if "telegram-file-unreachable" in taken.refusals:
            # What the old one said is better than nothing.
            return None if before is None else replace(before, words=words)
        return Part(
            number=message.message_id,
            words=words,
            file=taken.texts[0],
            file_id=document.file_unique_id,
        )
