"""The lanes of Telegram's updates: each person is answered in order in each chat or topic.

A command waits for nothing, and what comes behind it waits for it. The parts of an album do not
wait for one another, for they are one message. That somebody left a group waits for all that they
said there, so that nothing is written after it was forgotten; what they say when they are back
waits until it was tried to forget it.
"""

from collections.abc import Hashable

from telegram import ChatMember, ChatMemberRestricted, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bots.telegram.conversion import thread_of
from bots.transport.lanes import Lane

GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


def lane_of(update: Update) -> Lane:
    """The lane of an update."""
    gone = leaver_of(update)
    if gone is not None and update.effective_chat is not None:
        whole = (update.effective_chat.id, gone.id)
        left = (*whole, "left")
        return Lane(joins=frozenset({left}), behind=frozenset({whole, left}))
    message = update.message or update.edited_message
    if message is None or message.from_user is None:
        return Lane()
    whole = (message.chat_id, message.from_user.id)
    here = (*whole, "topic", thread_of(message))
    return Lane(
        joins=frozenset({whole, here}),
        behind=frozenset() if is_command(message) else frozenset({here, (*whole, "left")}),
        together=album_of(update),
    )


def is_command(message: Message) -> bool:
    """Whether it begins with a command, for whichever bot."""
    return any(
        entity.type == entity.BOT_COMMAND and entity.offset == 0 for entity in message.entities
    )


def album_of(update: Update) -> Hashable:
    """The album that a new message is a part of; None: of none."""
    message = update.message
    if message is None or message.media_group_id is None:
        return None
    return (message.chat_id, message.media_group_id)


def leaver_of(update: Update) -> User | None:
    """The person who left a group, or was thrown out of it; None: nobody did.

    Groups say so in a message; large ones do not, but tell a bot that is an administrator.
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
    """Whether they are no member: one who is restricted may be in the group or out of it."""
    if isinstance(member, ChatMemberRestricted):
        return not member.is_member
    return member.status in _OUT
