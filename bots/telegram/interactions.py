"""Answers commands and buttons on Telegram with the screens of the desk.

What only the caller may see is sent to their private chat, with a short line where they asked.
The buttons of such a screen are about the place where it was asked for, which the store keeps.
"""

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from telegram import CallbackQuery, Chat, MaybeInaccessibleMessage, Message, User
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from bots.screens import Caller, Screen, options_of
from bots.telegram.album_parts import joined_text
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import PLATFORM, ParsedCommand, place_name, thread_of
from bots.telegram.markdown_rendering import render_plain
from bots.telegram.screen_rendering import show, show_instead
from bots.telegram.sending import AnswerLost, ChatTarget, TooLarge
from bots.transport.files import compress_to_fit
from brain.errors import StoreError
from brain.messages import Place
from brain.texts import say

log = logging.getLogger(__name__)

KEPT_S = 30 * 86_400.0
"""Seconds that the store keeps what a screen in a private chat is about, and what it asks."""
ALERT_CHARACTERS = 200
"""Most characters of an answer to a button that is shown as a notice."""


class Interactions:
    """Answers the commands and buttons of one bot."""

    def __init__(self, context: TelegramContext) -> None:
        self._context = context
        self._desk = context.services.desk
        self._values = context.services.companion.store.values
        context.services.notices.connect(PLATFORM, self._send)

    async def command(self, message: Message, user: User, parsed: ParsedCommand) -> None:
        """Answer a command. Raises TelegramError, AnswerLost."""
        context, chat = self._context, message.chat
        command = next((one for one in self._desk.commands if one.name == parsed.name), None)
        in_private = chat.type == ChatType.PRIVATE
        if command is None and not (in_private or parsed.names_this_bot or parsed.name == "start"):
            # An unknown command in a group may be for another bot.
            return
        thread = thread_of(message)
        to_manage = command is not None and command.for_managers
        caller = await context.caller(user, chat, thread, to_manage=to_manage)
        caller = replace(caller, place_name=place_name(message))
        options = options_of(command, parsed.arguments) if command else {}
        screen = await self._desk.command(caller, parsed.name, options)
        if not screen.text:
            return
        reply_to = None if in_private else message.message_id
        target = context.target(chat, thread, reply_to=reply_to)
        if in_private or not (screen.private or screen.direct):
            await self._keep_question(user, await self._show(screen, caller, target), screen)
        else:
            await self._privately(screen, caller, user, target)

    async def button(self, query: CallbackQuery) -> None:
        """Answer a tap on a button. Raises TelegramError, AnswerLost."""
        message, user = query.message, query.from_user
        if message is None or query.data is None:
            await self._notice(query)
            return
        in_private = message.chat.type == ChatType.PRIVATE
        if in_private:
            # The button looks pressed until this is sent.
            await self._notice(query)
        caller = await self._presser(message, user)
        screen = await self._desk.press(caller, query.data)
        if not screen.text:
            if not in_private:
                await self._notice(query)
            return
        target = self._target_of(message)
        if in_private:
            shown = await self._in_place(screen, target, message)
            await self._keep_question(user, shown, screen)
            if shown != message.message_id and not caller.place.private:
                about = await self._kept(_screens(user), message.message_id)
                await self._keep(_screens(user), shown, about)
        elif not (screen.private or screen.direct):
            await self._notice(query)
            await self._in_place(screen, target, message)
        elif screen.rows or screen.file or screen.picture or len(screen.text) > ALERT_CHARACTERS:
            await self._notice(query)
            await self._privately(screen, caller, user, target)
        else:
            await self._notice(query, render_plain(screen.text)[0].text)

    async def answer_question(self, parts: Sequence[Message], user: User) -> bool:
        """Take a reply in private for the answer to a question; return False if it is none.

        A long answer has several parts. Raises TelegramError, AnswerLost.
        """
        message = parts[0]
        earlier = message.reply_to_message
        if earlier is None or not message.text or message.chat.type != ChatType.PRIVATE:
            return False
        number = earlier.message_id
        action = await self._kept(_questions(user), number)
        if action is None:
            return False
        caller = await self._presser(earlier, user)
        screen = await self._desk.answer(caller, action, joined_text(parts))
        if not screen.text:
            return True
        await self._keep(_questions(user), number, None)
        shown = await self._show(screen, caller, self._target_of(message))
        await self._keep_question(user, shown, screen)
        if not caller.place.private:
            await self._keep(_screens(user), shown, await self._kept(_screens(user), number))
        return True

    async def _send(self, place: Place, screen: Screen) -> None:
        """Send a screen that nobody asked for to a private chat. Raises as `show` does."""
        chat, _, topic = place.id.partition(":")[2].partition("/")
        target = self._context.private_target(int(chat))
        await show(screen, replace(target, thread=int(topic) if topic else None))

    async def _show(self, screen: Screen, caller: Caller, target: ChatTarget) -> int | None:
        """Show a screen; if its file is too large, tell how to get the file instead."""
        if screen.file is None:
            return await show(screen, target)
        with suppress(TooLarge):
            file = await compress_to_fit(screen.file, most_bytes=self._context.largest_file)
            if file is not None:
                return await show(replace(screen, file=file), target)
        line = say(caller.language, "telegram-export-too-large", account=caller.person.id)
        return await show(Screen(text=line), target)

    async def _in_place(
        self, screen: Screen, target: ChatTarget, message: MaybeInaccessibleMessage
    ) -> int | None:
        if not isinstance(message, Message) or not message.is_accessible:
            return await show(screen, target)
        return await show_instead(
            screen, target, message.message_id, is_text=message.text is not None
        )

    async def _privately(
        self, screen: Screen, caller: Caller, user: User, target: ChatTarget
    ) -> None:
        """Show a screen in the private chat with the user, and say so where they asked."""
        try:
            shown = await self._show(screen, caller, self._context.private_target(user.id))
        except (Forbidden, BadRequest) as error:
            # A bot cannot write to a person who never wrote to it.
            if isinstance(error, BadRequest) and "chat not found" not in error.message.casefold():
                raise
            name = self._context.me.username
            about_group = caller.may_manage and not caller.place.private
            key = "telegram-settings-write-first" if about_group else "telegram-write-first"
            line = say(caller.language, key, name=name)
        else:
            about = [
                caller.place.id,
                caller.community,
                sorted(caller.around),
                target.chat_id,
                caller.place_name,
            ]
            await self._keep(_screens(user), shown, json.dumps(about))
            await self._keep_question(user, shown, screen)
            line = say(caller.language, "telegram-in-private")
        with suppress(AnswerLost, Forbidden):
            for piece in render_plain(line):
                await target.send(piece)

    async def _presser(self, message: MaybeInaccessibleMessage, user: User) -> Caller:
        """Return the caller who pressed a button, in the place that the screen is about."""
        thread = thread_of(message) if isinstance(message, Message) else None
        caller = await self._context.caller(user, message.chat, thread, to_manage=True)
        if not caller.place.private:
            named = place_name(message) if isinstance(message, Message) else ""
            return replace(caller, place_name=named)
        kept = await self._kept(_screens(user), message.message_id)
        if kept is None:
            return caller
        # Before the name was kept, there were four.
        place, community, around, chat, *name = json.loads(kept)
        return replace(
            caller,
            place=Place(place, private=False),
            community=community,
            around=frozenset(around),
            place_name=name[0] if name else "",
            may_manage=await self._context.manages(user, chat),
        )

    async def _kept(self, owner: str, message: int) -> str | None:
        """Return what is kept of a message in a private chat, or None."""
        try:
            return (await self._values.get(owner)).get(str(message))
        except StoreError:
            return None

    async def _keep(self, owner: str, message: int | None, text: str | None) -> None:
        if message is None:
            return
        try:
            await self._values.set(owner, str(message), text, ttl_s=KEPT_S)
        except StoreError:
            log.warning("What a screen is about is not kept: the store is away.")

    async def _keep_question(self, user: User, message: int | None, screen: Screen) -> None:
        """Keep what the answer to a screen's question means, so that a reply is understood."""
        if screen.question is not None:
            await self._keep(_questions(user), message, screen.question.action)

    def _target_of(self, message: MaybeInaccessibleMessage) -> ChatTarget:
        chat: Chat = message.chat
        thread = thread_of(message) if isinstance(message, Message) else None
        return self._context.target(chat, thread)

    async def _notice(self, query: CallbackQuery, text: str | None = None) -> None:
        """Make the button look released, with a notice if there is a text; too late is ignored."""
        try:
            await query.answer(text, show_alert=text is not None)
        except BadRequest:
            return
        except TelegramError as error:
            log.warning("A button was not answered: %s", type(error).__name__)


def _screens(user: User) -> str:
    """Return the owner of the values that tell which place a screen is about."""
    return f"telegram:screens:{user.id}"


def _questions(user: User) -> str:
    """Return the owner of the values that tell what the answer to a question means."""
    return f"telegram:questions:{user.id}"
