"""Passes each Telegram update to the handler of its kind, or ignores it.

Messages of channels and of other bots are ignored, and those in the name of a chat only get a
sentence (`NamelessSenders`), because there is no person to remember.

`UpdateDispatcher.lane` tells which updates wait for which. Each person is answered in order in each
chat or topic. A command waits for nothing, and what comes after it waits for it. The parts of an
album do not wait for one another, as they are one message, and neither do those of a long text that
the app cut (`Pastes`). A departure from a group waits for all that the person said there, so that
nothing is stored after it was forgotten. What they say after they are back waits until forgetting
was tried.
"""

import asyncio
from collections.abc import Hashable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from cachetools import FIFOCache
from telegram import (
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden, TelegramError

from bots.telegram.album_parts import MOST_UNITS, utf16_length
from bots.telegram.albums import Albums
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import parse_command, thread_of
from bots.telegram.departures import Departures
from bots.telegram.interactions import Interactions
from bots.telegram.markdown_rendering import render_plain
from bots.telegram.messages import Messages
from bots.telegram.nameless import NamelessSenders
from bots.telegram.sending import AnswerLost
from bots.transport.journal import Entry
from bots.transport.lanes import Lane
from bots.transport.retrying import Retry
from brain.texts import say

WANTED = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
"""The kinds of updates that Telegram sends to the bot."""
GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
MOST_WHOLES = 10_000
Whole = tuple[object, ...]
"""Names an album, or a long text that was cut."""
PASTED_WITHIN = timedelta(seconds=2)
"""The longest time between two parts; Telegram tells it in whole seconds."""
_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
_IN = {ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR}


class UpdateDispatcher:
    """Passes the updates of one bot to messages, interactions, edits and departures."""

    def __init__(self, context: TelegramContext) -> None:
        self._context = context
        self._albums = Albums(context.pause)
        self._pastes = Pastes()
        self._wholes: FIFOCache[int, Whole] = FIFOCache(MOST_WHOLES)
        """By id of an update, the album or long text that its message is part of."""
        self._admitted: FIFOCache[Whole, asyncio.Future[bool]] = FIFOCache(MOST_WHOLES)
        """Of an album or a long text, whether it waits for its turn."""
        self._messages = Messages(context)
        self._interactions = Interactions(context)
        self._nameless = NamelessSenders(context)
        self._departures = Departures(context)

    def lane(self, update: Update) -> Lane:
        """Return the lane of an update; updates have to be asked for in the order of arrival."""
        gone = leaver_of(update)
        if gone is not None and update.effective_chat is not None:
            whole = (update.effective_chat.id, gone.id)
            left = (*whole, "left")
            return Lane(joins=frozenset({left}), behind=frozenset({whole, left}))
        message = update.message or update.edited_message
        if message is None or message.from_user is None:
            query = update.callback_query
            return Lane(person=query.from_user.id if query is not None else None)
        whole = (message.chat_id, message.from_user.id)
        here = (*whole, "topic", thread_of(message))
        together = album_of(update) or self._pastes.join(update)
        if together is not None:
            self._wholes[update.update_id] = together
        return Lane(
            joins=frozenset({whole, here}),
            behind=frozenset() if is_command(message) else frozenset({here, (*whole, "left")}),
            together=together,
            # The parts of an album wait for each other while they are handled.
            person=None if together else message.from_user.id,
        )

    async def admits(self, update: Update, *, waiting: int) -> bool:
        """Count a message as it arrives, and return whether it waits for its turn.

        Commands and taps are counted where they are carried out. Of an album or a long text, the
        first part that arrives decides for all. `waiting` is how many updates it waits for.
        """
        message, together = update.message, self._wholes.get(update.update_id)
        user = None if message is None else _author_of(message)
        if message is None or user is None or is_command(message):
            return True
        if together is None:
            return await self._messages.admits(message, user, waiting=waiting)
        decided = self._admitted.get(together)
        if decided is None:
            decided = self._admitted[together] = asyncio.ensure_future(
                self._messages.admits(message, user, waiting=waiting)
            )
        return await asyncio.shield(decided)

    async def handle(self, update: Update, entry: Entry) -> Retry | None:
        """Handle an update, and return its retries, if any. Raises TelegramError, AnswerLost."""
        number = update.update_id
        # A person who blocked the bot, or a group that removed it, gets no more messages.
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
            elif update.message is not None and (together := self._wholes.get(number)):
                async with self._albums.gather(together, update.message) as parts:
                    return await self._handle_album(parts, number, entry)
            elif update.message is not None:
                return await self._handle_message(update.message, number, entry)
        return None

    async def _handle_departure(
        self, user: User, told: ChatMemberUpdated | Message, update: int
    ) -> Retry | None:
        return await self._departures.handle_departure(user, told.chat, told.date, update=update)

    async def _handle_album(
        self, parts: Sequence[Message], update: int, entry: Entry
    ) -> Retry | None:
        command = next(filter(is_command, parts), None)
        if command is not None or len(parts) == 1:
            return await self._handle_message(command or parts[0], update, entry)
        user = _author_of(parts[0]) if parts else None
        if user is None:
            for part in parts:
                await self._nameless.explain(part)
            return None
        if await self._interactions.answer_question(parts, user):
            return None
        return await self._answer(parts, user, update, entry)

    async def _answer(
        self, parts: Sequence[Message], user: User, update: int, entry: Entry
    ) -> Retry | None:
        await self._messages.answer(parts, user, entry)
        if parts[0].chat.type not in GROUPS:
            return None
        return await self._departures.forget_if_left(parts[0], user, update=update)

    async def _handle_message(self, message: Message, update: int, entry: Entry) -> Retry | None:
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
            await self._nameless.explain(message)
            return None
        if not is_command(message):
            is_reply = message.reply_to_message is not None
            if is_reply and await self._interactions.answer_question([message], user):
                return None
            return await self._answer([message], user, update, entry)
        parsed = parse_command(message, self._context.me)
        if parsed is not None:
            await self._interactions.command(message, user, parsed)
        return None

    async def _handle_edit(self, message: Message, update: int) -> Retry | None:
        user = _author_of(message)
        # Of a place that moves, Telegram tells every step.
        if user is None or is_command(message) or message.location is not None:
            return None
        return await self._messages.handle_edit(message, user, update=update)

    async def _greet(self, change: ChatMemberUpdated) -> None:
        """Tell a group how to address the bot that it added, which does not see all messages."""
        is_new = is_out(change.old_chat_member) and change.new_chat_member.status in _IN
        if is_new and change.chat.type == ChatType.CHANNEL:
            await self._nameless.greet_channel(change)
            return
        if change.chat.type not in GROUPS or not is_new:
            return
        caller = await self._context.caller(change.from_user, change.chat, None)
        if not await self._context.may_talk(caller):
            return
        line = say(caller.language, "telegram-group-hello", name=self._context.me.username)
        with suppress(TelegramError, AnswerLost):
            for piece in render_plain(line):
                await self._context.target(change.chat, None).send(piece)


class Pastes:
    """Recognises the messages into which an app cut a text that is too long for one.

    Telegram does not tell. An app cuts a text in the second half of the `MOST_UNITS` of a message,
    where a line or a word ends, and sends the parts at once: a message that long is continued by
    the next text of the same person in the same place, if that is as new.
    """

    def __init__(self) -> None:
        self._begun: FIFOCache[Hashable, tuple[datetime, Whole]] = FIFOCache(MOST_WHOLES)
        """By place and person, when the last message that may be continued was sent, and its text's
        name."""

    def join(self, update: Update) -> Whole | None:
        """Return the text that a new message may be part of, or None; it may be the only part."""
        message = update.message
        if message is None or message.from_user is None:
            return None
        place = (message.chat_id, message.from_user.id, thread_of(message))
        earlier = self._begun.pop(place, None)
        if not message.text or message.forward_origin is not None or is_command(message):
            return None
        whole: Whole | None = None
        if earlier is not None and message.date - earlier[0] <= PASTED_WITHIN:
            whole = earlier[1]
        # Its characters are counted first: that is enough for most messages.
        if 2 * len(message.text) > MOST_UNITS // 2 and 2 * utf16_length(message.text) > MOST_UNITS:
            whole = whole or ("paste", message.chat_id, message.message_id)
            self._begun[place] = (message.date, whole)
        return whole


def _author_of(message: Message) -> User | None:
    if message.chat.type == ChatType.CHANNEL or message.sender_chat is not None:
        return None
    user = message.from_user
    return None if user is None or user.is_bot else user


def is_command(message: Message) -> bool:
    """Whether the text or caption of a message begins with a command of its sender, for any bot."""
    if message.forward_origin is not None:
        return False
    entities = message.entities or message.caption_entities
    begin = [entity.type for entity in entities if entity.offset == 0]
    return MessageEntity.BOT_COMMAND in begin


def album_of(update: Update) -> Whole | None:
    """Return the album that a new message is part of, or None."""
    message = update.message
    if message is None or message.media_group_id is None:
        return None
    return (message.chat_id, message.media_group_id)


def leaver_of(update: Update) -> User | None:
    """Return the person who left a group or was removed from it, or None.

    Groups tell it in a message; large groups do not, but tell a bot that is an administrator.
    """
    chat = update.effective_chat
    if chat is None or chat.type not in GROUPS:
        return None
    if update.chat_member is not None:
        member = update.chat_member.new_chat_member
        user = member.user if is_out(member) else None
    else:
        user = update.message.left_chat_member if update.message else None
    return None if user is None or user.is_bot else user


def is_out(member: ChatMember) -> bool:
    """Whether a member is not in the group; a restricted member may be in it or not."""
    if isinstance(member, ChatMemberRestricted):
        return not member.is_member
    return member.status in _OUT
