"""Messages: said to the brain, with what came with them."""

from contextlib import suppress
from dataclasses import replace

from telegram import Message, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from bots.screens import Caller
from bots.telegram.attachments import Taken, take
from bots.telegram.delivery import TelegramDelivery
from bots.telegram.rendering import plain
from bots.telegram.room import Room
from bots.telegram.sending import AnswerLost
from bots.telegram.station import Station
from bots.telegram.translate import incoming_of, is_addressed, thread_of, words_of
from brain.ports import Seeing
from brain.texts import say

TOLD_AGAIN_S = 60.0
"""How long a line about what cannot be read is not said again in a place, in seconds."""


class Conversation:
    """Of one bot."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._answering = station.house.answering

    async def said(self, message: Message, user: User) -> None:
        """Answer, if it was said to the bot."""
        station = self._station
        text = words_of(message, station.me)
        attached = message.effective_attachment is not None
        if not text and not attached:
            # That somebody came, left, pinned: nobody said anything.
            return
        thread = thread_of(message)
        caller = await station.caller(user, message.chat, thread)
        if not is_addressed(message, station.me) and not await self._is_free(caller):
            return
        in_private = message.chat.type == ChatType.PRIVATE
        reply_to = None if in_private else message.message_id
        room = station.room(message.chat, thread, reply_to=reply_to)
        taken = await take(message, station.bot, sees=self._sees()) if attached else Taken()
        if taken.refusal is not None:
            await self._tell(taken.refusal, caller, room)
        if text or taken.text or taken.images:
            words = "\n\n".join(part for part in (text, taken.text) if part)
            await self._answering.answer(
                caller,
                incoming_of(message, caller, words, taken.images),
                TelegramDelivery(
                    room,
                    habits=station.habits,
                    language=caller.language,
                    draft_number=message.message_id,
                ),
            )

    async def edited(self, message: Message, user: User) -> None:
        """Its memory changes with it. A file's caption is not all that was said with it."""
        text = words_of(message, self._station.me)
        if text and message.document is None:
            caller = await self._station.caller(user, message.chat, thread_of(message))
            await self._answering.edited(caller, incoming_of(message, caller, text))

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
