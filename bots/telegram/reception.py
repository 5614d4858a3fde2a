"""What happens with an update: said to the brain, brought to the desk, or passed over.

Channels, other bots and whoever speaks in the name of a chat are passed over: there is no person to
remember.
"""

from contextlib import suppress

from telegram import ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden, TelegramError

from bots.telegram.conversation import Conversation
from bots.telegram.intake import Lane
from bots.telegram.rendering import plain
from bots.telegram.sending import AnswerLost
from bots.telegram.service import Service
from bots.telegram.station import Station
from bots.telegram.translate import command_of, thread_of
from brain.texts import say

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""Kinds of updates; Telegram keeps the others to itself."""
_OUT = {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
_IN = {ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR}
_GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}


class Reception:
    """Of one bot."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._conversation = Conversation(station)
        self._service = Service(station)

    async def handle(self, update: Update) -> None:
        """Do what it asks for. Raises TelegramError, AnswerLost."""
        # Who blocked the bot, or threw it out, wants to hear nothing more of it.
        with suppress(Forbidden):
            if update.callback_query is not None:
                await self._service.button(update.callback_query)
            elif update.my_chat_member is not None:
                await self._greet(update.my_chat_member)
            elif update.edited_message is not None:
                await self._edited(update.edited_message)
            elif update.message is not None:
                await self._message(update.message)

    async def _message(self, message: Message) -> None:
        if message.migrate_to_chat_id is not None:
            await self._station.moves.record(old=message.chat_id, new=message.migrate_to_chat_id)
            return
        if message.migrate_from_chat_id is not None:
            await self._station.moves.record(old=message.migrate_from_chat_id, new=message.chat_id)
            return
        user = _speaker(message)
        if user is None:
            return
        spoken = command_of(message, self._station.me)
        if spoken is not None:
            await self._service.command(message, user, spoken)
        elif not _is_command(message):
            await self._conversation.said(message, user)

    async def _edited(self, message: Message) -> None:
        user = _speaker(message)
        if user is not None and not _is_command(message):
            await self._conversation.edited(message, user)

    async def _greet(self, change: ChatMemberUpdated) -> None:
        """Newly in a group, it says how it is spoken to: most of what is said does not reach it."""
        before, after = change.old_chat_member.status, change.new_chat_member.status
        if change.chat.type not in _GROUPS or before not in _OUT or after not in _IN:
            return
        caller = await self._station.caller(change.from_user, change.chat, None)
        if not await self._station.may_talk(caller):
            return
        line = say(caller.language, "telegram-group-hello", name=self._station.me.username)
        with suppress(TelegramError, AnswerLost):
            for piece in plain(line):
                await self._station.room(change.chat, None).say(piece)


def lane_of(update: Update) -> Lane | None:
    """What one person says in one place is answered in order; a command waits for nothing."""
    message = update.message or update.edited_message
    if message is None or message.from_user is None:
        return None
    key = (message.chat_id, thread_of(message), message.from_user.id)
    return Lane(key, waits=not _is_command(message))


def _is_command(message: Message) -> bool:
    return any(
        entity.type == entity.BOT_COMMAND and entity.offset == 0 for entity in message.entities
    )


def _speaker(message: Message) -> User | None:
    if message.chat.type == ChatType.CHANNEL or message.sender_chat is not None:
        return None
    user = message.from_user
    return None if user is None or user.is_bot else user
