"""Tells those who write in the name of a group or a channel why nothing is answered or remembered.

An administrator can be anonymous, and writes as the group then. A person can also write in the name
of a channel of theirs. Telegram tells nobody who it is, so that there is no person to remember.
"""

from contextlib import suppress

from telegram import ChatMemberUpdated, Message, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from bots.telegram.context import TelegramContext
from bots.telegram.conversion import is_addressed, parse_command, thread_of
from bots.telegram.markdown_rendering import render_plain
from bots.telegram.sending import AnswerLost, ChatTarget
from brain.texts import say

TOLD_AGAIN_S = 60.0
"""Seconds before the same sender is told again in a group."""


class NamelessSenders:
    """Answers what is said to the bot in a name that is nobody's."""

    def __init__(self, context: TelegramContext) -> None:
        self._context = context

    async def explain(self, message: Message) -> None:
        """Answer a message in the name of a chat with a sentence, if it is for the bot."""
        context, sender, user = self._context, message.sender_chat, message.from_user
        in_group = message.chat.type in {ChatType.GROUP, ChatType.SUPERGROUP}
        # A channel's posts come into its group by themselves.
        if sender is None or user is None or not in_group or message.is_automatic_forward:
            return
        told = f"nameless:{message.chat_id}:{sender.id}"
        if not self._is_for_bot(message) or not await context.first_time(
            told, again_after_s=TOLD_AGAIN_S
        ):
            return
        is_anonymous = sender.id == message.chat_id
        line = say(
            await self._language(message, user),
            "telegram-anonymous" if is_anonymous else "telegram-as-channel",
            name=context.me.username,
        )
        target = context.target(message.chat, thread_of(message), reply_to=message.message_id)
        await self._send(line, target)

    async def greet_channel(self, change: ChatMemberUpdated) -> None:
        """Tell a channel that made the bot its administrator that it is not answered there."""
        caller = await self._context.caller(change.from_user, change.chat, None)
        line = say(caller.language, "telegram-channel-hello", name=self._context.me.username)
        await self._send(line, self._context.target(change.chat, None))

    def _is_for_bot(self, message: Message) -> bool:
        parsed = parse_command(message, self._context.me)
        if parsed is None:
            return is_addressed(message, self._context.me)
        known = {command.name for command in self._context.services.desk.commands}
        # An unknown command in a group may be for another bot.
        return parsed.names_this_bot or parsed.name in known | {"start"}

    async def _language(self, message: Message, user: User) -> str:
        caller = await self._context.caller(user, message.chat, None)
        chosen = await self._context.services.communities.settings_of(caller.community)
        return chosen.language or caller.language

    async def _send(self, line: str, target: ChatTarget) -> None:
        with suppress(TelegramError, AnswerLost):
            for piece in render_plain(line):
                await target.send(piece)
