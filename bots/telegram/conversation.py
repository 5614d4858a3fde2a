"""Messages: said to the brain, with what came with them."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from telegram import Message, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from bots.screens import Caller
from bots.telegram.albums import Firsts
from bots.telegram.attachments import Taken, holds_something, shows_picture, take
from bots.telegram.delivery import TelegramDelivery
from bots.telegram.rendering import plain
from bots.telegram.room import Room
from bots.telegram.sending import AnswerLost
from bots.telegram.station import Station
from bots.telegram.translate import incoming_of, is_addressed, thread_of, words_of
from brain.ports import Seeing
from brain.texts import say

log = logging.getLogger(__name__)

TOLD_AGAIN_S = 60.0
"""How long a line about what cannot be read is not said again in a place, in seconds."""


class Conversation:
    """Of one bot."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._answering = station.house.answering
        self._firsts = Firsts(station.house.companion.store)

    async def said(self, parts: Sequence[Message], user: User) -> None:
        """Answer, if it was said to the bot. An album has several parts, in order."""
        station, message = self._station, parts[0]
        text = _together(words_of(part, station.me) for part in parts)
        attached = any(holds_something(part) for part in parts)
        if not text and not attached:
            # That somebody came, left, pinned: nobody said anything.
            return
        thread = thread_of(message)
        caller = await station.caller(user, message.chat, thread)
        to_us = any(is_addressed(part, station.me) for part in parts)
        if not to_us and not await self._is_free(caller):
            return
        in_private = message.chat.type == ChatType.PRIVATE
        reply_to = None if in_private else message.message_id
        room = station.room(message.chat, thread, reply_to=reply_to)
        taken = await self._take(parts, sees=self._sees()) if attached else Taken()
        for refusal in taken.refusals:
            await self._tell(refusal, caller, room)
        if text or taken.text or taken.images:
            await self._firsts.record(parts)
            await self._answering.answer(
                caller,
                incoming_of(message, caller, _together([text, taken.text]), taken.images),
                TelegramDelivery(
                    room,
                    habits=station.habits,
                    language=caller.language,
                    draft_number=message.message_id,
                ),
            )

    async def edited(self, message: Message, user: User) -> None:
        """Its memory changes with it, and so does that of a caption with what came below it.

        An album is known by the caption that was changed last.
        """
        station = self._station
        text = words_of(message, station.me)
        if message.document is not None:
            # Read anew: what the file says is remembered with the caption.
            taken = await self._take([message], sees=False)
            if "telegram-file-unreachable" in taken.refusals:
                log.warning("A caption was edited, and its file cannot be read any more.")
            text = _together([text, taken.text])
        caller = await station.caller(user, message.chat, thread_of(message))
        if not text and shows_picture(message):
            # The words were taken away from it: it is a picture alone.
            text = say(caller.language, "chat-picture-alone")
        if text:
            first = await self._firsts.of(message)
            incoming = incoming_of(message, caller, text, number=first)
            await self._answering.edited(caller, incoming)

    async def _take(self, parts: Sequence[Message], *, sees: bool) -> Taken:
        return await take(parts, self._station.bot, sees=sees, pause=self._station.pause)

    async def _tell(self, key: str, caller: Caller, room: Room) -> None:
        """A friendly line; not to those who may not talk, and not again and again."""
        station = self._station
        told = f"{key}:{caller.place.id}:{caller.person.id}"
        if not await station.may_talk(caller):
            return
        if await station.first_time(told, again_after_s=TOLD_AGAIN_S):
            with suppress(TelegramError, AnswerLost):
                for piece in plain(say(caller.language, key)):
                    await replace(room).say(piece)

    async def _is_free(self, caller: Caller) -> bool:
        """Whether it answers there without being called."""
        chosen = await self._station.house.communities.of(caller.community)
        return bool(chosen.free_places & {caller.place.id, *caller.around})

    def _sees(self) -> bool:
        generator = self._station.house.companion.generator
        return isinstance(generator, Seeing) and generator.sees


def _together(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)
