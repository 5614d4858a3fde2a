"""Brings each Telegram update to the handler of its kind, or ignores it.

Messages of channels, of other bots and in the name of a chat are ignored, because there is no
person to remember.
"""

from collections.abc import Sequence
from contextlib import suppress

from telegram import ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden, TelegramError

from bots.telegram.albums import Albums
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import parse_command
from bots.telegram.departures import Departures
from bots.telegram.interactions import Interactions
from bots.telegram.lanes import GROUPS, album_of, is_command, is_out, leaver_of
from bots.telegram.messages import Messages
from bots.telegram.rendering import render_plain
from bots.telegram.sending import AnswerLost
from bots.transport.retrying import Retry
from brain.texts import say

WANTED = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
"""Kinds of updates; Telegram keeps the others to itself."""
_IN = {ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR}


class UpdateDispatcher:
    """Handles the updates of one bot by messages, interactions, edits and departures."""

    def __init__(self, context: TelegramContext) -> None:
        self._context = context
        self._albums = Albums(context.pause)
        self._messages = Messages(context)
        self._interactions = Interactions(context)
        self._departures = Departures(context)

    async def handle(self, update: Update) -> Retry | None:
        """Handle an update; return what is left to do. Raises TelegramError, AnswerLost."""
        number = update.update_id
        # Who blocked the bot, or threw it out, wants to hear nothing more of it.
        with suppress(Forbidden):
            if update.callback_query is not None:
                await self._interactions.button(update.callback_query)
            elif update.my_chat_member is not None:
                await self._greet(update.my_chat_member)
            elif (gone := leaver_of(update)) is not None:
                told = update.chat_member or update.message
                return await self._handle_departure(gone, told, number) if told else None
            elif update.edited_message is not None:
                return await self._handle_edit(update.edited_message, number)
            elif update.message is not None and (album := album_of(update)) is not None:
                async with self._albums.gather(album, update.message) as parts:
                    return await self._handle_album(parts, number)
            elif update.message is not None:
                return await self._handle_message(update.message, number)
        return None

    async def _handle_departure(
        self, user: User, told: ChatMemberUpdated | Message, update: int
    ) -> Retry | None:
        return await self._departures.handle_departure(user, told.chat, told.date, update=update)

    async def _handle_album(self, parts: Sequence[Message], update: int) -> Retry | None:
        user = _author_of(parts[0]) if parts else None
        return await self._answer(parts, user, update) if user is not None else None

    async def _answer(self, parts: Sequence[Message], user: User, update: int) -> Retry | None:
        await self._messages.answer(parts, user)
        if parts[0].chat.type not in GROUPS:
            return None
        return await self._departures.forget_if_left(parts[0], user, update=update)

    async def _handle_message(self, message: Message, update: int) -> Retry | None:
        if message.migrate_to_chat_id is not None:
            await self._context.chat_migrations.record(
                old=message.chat_id, new=message.migrate_to_chat_id
            )
            return None
        if message.migrate_from_chat_id is not None:
            await self._context.chat_migrations.record(
                old=message.migrate_from_chat_id, new=message.chat_id
            )
            return None
        user = _author_of(message)
        if user is None:
            return None
        parsed = parse_command(message, self._context.me)
        if parsed is not None:
            await self._interactions.command(message, user, parsed)
        elif not is_command(message):
            return await self._answer([message], user, update)
        return None

    async def _handle_edit(self, message: Message, update: int) -> Retry | None:
        user = _author_of(message)
        if user is None or is_command(message):
            return None
        return await self._messages.handle_edit(message, user, update=update)

    async def _greet(self, change: ChatMemberUpdated) -> None:
        """Newly in a group, it says how it is spoken to: most of what is said does not reach it."""
        is_new = is_out(change.old_chat_member) and change.new_chat_member.status in _IN
        if change.chat.type not in GROUPS or not is_new:
            return
        caller = await self._context.caller(change.from_user, change.chat, None)
        if not await self._context.may_talk(caller):
            return
        line = say(caller.language, "telegram-group-hello", name=self._context.me.username)
        with suppress(TelegramError, AnswerLost):
            for piece in render_plain(line):
                await self._context.target(change.chat, None).send(piece)


def _author_of(message: Message) -> User | None:
    if message.chat.type == ChatType.CHANNEL or message.sender_chat is not None:
        return None
    user = message.from_user
    return None if user is None or user.is_bot else user
