"""Defines the objects that all handlers of Telegram updates need, for one bot."""

import asyncio
from dataclasses import dataclass, replace

from telegram import Bot, Chat, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bots.conversation.access import person_of
from bots.screens import Caller
from bots.services import Services
from bots.telegram.chat_migrations import ChatMigrations
from bots.telegram.conversion import BotIdentity, caller_of
from bots.telegram.delivery import DeliveryOptions
from bots.telegram.outgoing_rate_limits import OutgoingLimits
from bots.telegram.sending import ChatTarget
from brain.errors import StoreError
from brain.turns.lease import Pause

LARGEST_FILE = 50_000_000
"""Most bytes of a file that Telegram accepts: https://core.telegram.org/bots/api#senddocument"""
LARGEST_FILE_OF_OWN_SERVER = 2_000_000_000
"""Most bytes of a file that an own Bot API server accepts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramContext:
    """What the handlers of one bot share, with methods that several of them need."""

    services: Services
    bot: Bot
    me: BotIdentity
    chat_migrations: ChatMigrations
    outgoing_limits: OutgoingLimits
    delivery_options: DeliveryOptions
    pause: Pause = asyncio.sleep

    @property
    def largest_file(self) -> int:
        """Most bytes of a file that can be sent."""
        own = self.services.settings.telegram.api_base is not None
        return LARGEST_FILE_OF_OWN_SERVER if own else LARGEST_FILE

    async def caller(
        self,
        user: User,
        chat: Chat,
        thread: int | None,
        *,
        to_manage: bool = False,
        for_certain: bool = False,
    ) -> Caller:
        """Return the caller for a user in a chat.

        Args:
            user: the user.
            chat: the chat.
            thread: the id of the topic; None outside of topics.
            to_manage: whether to ask Telegram if the user may change the settings of the group.
            for_certain: whether the place has to be certain, even if the group may have migrated.

        Raises:
            StoreError: the place is not known at the moment, with `for_certain` only.
        """
        private = chat.type == ChatType.PRIVATE
        chat_migrations = self.chat_migrations
        find = chat_migrations.original_for_certain if for_certain else chat_migrations.original
        chosen = self.services.settings.language
        found = caller_of(
            user,
            chat,
            thread=thread,
            original=chat.id if private else await find(chat.id),
            language=None if chosen == "auto" else chosen,
        )
        if private or not to_manage:
            return found
        return replace(found, may_manage=await self.manages(user, chat.id))

    async def manages(self, user: User, chat: int) -> bool:
        """Whether a user is an administrator of a group; False if Telegram does not answer."""
        try:
            member = await self.bot.get_chat_member(chat, user.id)
        except TelegramError:
            return False
        return member.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}

    def target(self, chat: Chat, thread: int | None, *, reply_to: int | None = None) -> ChatTarget:
        """Return a chat or topic to send to; its first message replies to `reply_to`."""
        return ChatTarget(
            bot=self.bot,
            chat_id=chat.id,
            private=chat.type == ChatType.PRIVATE,
            outgoing_limits=self.outgoing_limits,
            thread=thread,
            reply_to=reply_to,
            pause=self.pause,
        )

    def private_target(self, user: int) -> ChatTarget:
        """Return the private chat with a user, given their id, to send to."""
        return ChatTarget(
            bot=self.bot,
            chat_id=user,
            private=True,
            outgoing_limits=self.outgoing_limits,
            pause=self.pause,
        )

    async def may_talk(self, caller: Caller) -> bool:
        """Whether the settings let a person talk; False if the store does not answer."""
        try:
            person = await person_of(self.services.companion.store, caller.person)
        except StoreError:
            return False
        return self.services.access.may_talk(replace(caller, person=person))

    async def first_time(self, what: str, *, again_after_s: float) -> bool:
        """Claim something for a time, and return whether it was free; False if the store fails."""
        try:
            return await self.services.companion.store.claim(f"told:{what}", ttl_s=again_after_s)
        except StoreError:
            return False
