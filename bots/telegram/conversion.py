"""Converts objects of the Bot API to those of the brain and of the desk.

A topic is a place of its own. A group that became a supergroup stays the same place.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Chat, Message, MessageEntity, User
from telegram.constants import ChatType

from bots.screens import Caller
from bots.telegram.message_parts import describe, linked_text
from brain.ids import MessageId, PersonId, PlaceId
from brain.languages import DEFAULT_LANGUAGE, known
from brain.messages import Image, Incoming, Part, Person, Place

PLATFORM = "telegram"
_CALLS = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
_RICH = "rich_message"
_LETTER = "[0-9a-z_@\u00c0-\u024f]"
"""Letters of languages that separate words by spaces; a name in Chinese has none around it."""
_PAUSE = "[,!?:;，！？：；、]"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """How the bot is addressed: its id, its user name, and its names in groups."""

    id: int
    username: str
    names: tuple[str, ...] = ()
    """Names that it answers to in groups."""


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A command with its arguments, as a message contains it."""

    name: str
    arguments: str
    names_this_bot: bool
    """Whether it names this bot, as in `/help@friend_bot`."""


def caller_of(
    user: User,
    chat: Chat,
    *,
    thread: int | None,
    original: int,
    language: str | None = None,
) -> Caller:
    """Return the caller for a user in a chat.

    Args:
        user: the user.
        chat: the chat.
        thread: the id of the topic; None outside of topics.
        original: the first id of the chat, from before it became a supergroup.
        language: code of the interface's language; None: that of the user's app, if the catalogue
            has it.
    """
    private = chat.type == ChatType.PRIVATE
    group = PlaceId(f"{PLATFORM}:{original}")
    place = group if thread is None else PlaceId(f"{group}/{thread}")
    account = PersonId(f"{PLATFORM}:{user.id}")
    return Caller(
        account=account,
        person=Person(account, user.first_name),
        place=Place(place, private=private),
        language=language or known(user.language_code or "") or DEFAULT_LANGUAGE,
        community=None if private else group,
        around=frozenset() if thread is None or private else frozenset({group}),
    )


def place_name(message: Message) -> str:
    """Return what people call the group or topic of a message; empty in a private chat."""
    chat, opened = message.chat, message.reply_to_message
    if chat.type == ChatType.PRIVATE:
        return ""
    # In a topic, a message that replies to no other replies to the one that opened the topic.
    topic = opened.forum_topic_created if opened is not None else None
    return " › ".join(filter(None, (chat.title, topic.name if topic is not None else None)))


def thread_of(message: Message) -> int | None:
    """Return the id of a message's topic; elsewhere, a thread is only a chain of replies."""
    return message.message_thread_id if message.is_topic_message else None


def incoming_of(
    message: Message,
    caller: Caller,
    text: str,
    images: Sequence[Image] = (),
    *,
    parts: tuple[Part, ...] = (),
    number: int | None = None,
) -> Incoming:
    """Return a message as the companion needs it.

    Args:
        message: the message, or any part of an album.
        caller: who said it, and where.
        text: what its sender says.
        images: the pictures that it shows.
        parts: what it quotes and forwards.
        number: the id of the first part of an album; None: that of the message.
    """
    return Incoming(
        # The id includes the chat, since message ids begin again in a supergroup.
        id=MessageId(f"{message.chat_id}.{message.message_id if number is None else number}"),
        person=caller.person,
        place=caller.place,
        text=text,
        parts=parts,
        said_at=message.date,
        images=tuple(images),
    )


def is_addressed(message: Message, me: BotIdentity) -> bool:
    """Whether a message is addressed to the bot: in private, by mention, as a reply, or by name."""
    if message.chat.type == ChatType.PRIVATE:
        return True
    earlier = message.reply_to_message
    # In a topic, every message is a reply to the one that opened the topic.
    if (
        earlier is not None
        and earlier.from_user is not None
        and earlier.from_user.id == me.id
        and earlier.forum_topic_created is None
    ):
        return True
    text = message.text or message.caption or ""
    return any(_mentions_of(message, me)) or any(_calls(name, text) for name in me.names)


def words_of(message: Message, me: BotIdentity) -> str:
    """Return what a message says, without the mentions that only call the bot."""
    if not (message.entities or message.caption_entities):
        return (message.text or message.caption or "").strip()
    text = stripped = linked_text(message)
    for mention in set(_mentions_of(message, me)):
        edges = rf"^\s*{re.escape(mention)}[\s,:，：]*|[\s,，]*{re.escape(mention)}\s*$"
        stripped = re.sub(edges, "", stripped)
    # A mention alone is kept: the person called the bot and said nothing else.
    return (stripped if stripped.strip() else text).strip()


def own_words_of(message: Message, me: BotIdentity, language: str) -> str:
    """Return what the sender of a message says, and a line for what else it contains.

    A forwarded message says nothing of theirs.
    """
    if message.forward_origin is not None:
        return ""
    words = words_of(message, me)
    if has_attachment(message):
        return "\n".join(filter(None, (words, describe(message, language))))
    return words


def has_attachment(message: Message) -> bool:
    """Whether a message contains more than words, even of a kind that the library does not know."""
    return bool(message.effective_attachment or message.checklist or _RICH in message.api_kwargs)


def parse_command(message: Message, me: BotIdentity) -> ParsedCommand | None:
    """Return the command that a text or caption begins with, or None if none is for this bot."""
    text = message.text or message.caption or ""
    parse = message.parse_entities if message.text else message.parse_caption_entities
    for entity, spoken in parse([MessageEntity.BOT_COMMAND]).items():
        if entity.offset == 0:
            name, _, bot = spoken[1:].partition("@")
            if bot and bot.casefold() != me.username.casefold():
                return None
            arguments = text[len(spoken) :].strip()
            return ParsedCommand(name.casefold(), arguments, bool(bot))
    return None


def _mentions_of(message: Message, me: BotIdentity) -> list[str]:
    """Return the mentions of the bot as they are written in a message."""
    parse = message.parse_entities if message.text else message.parse_caption_entities
    called = f"@{me.username}".casefold()
    return [
        text
        for entity, text in parse(list(_CALLS)).items()
        if (entity.user.id == me.id if entity.user else text.casefold() == called)
    ]


def _calls(name: str, text: str) -> bool:
    """Whether a text calls somebody by a name, and does not only speak of them.

    The name begins or ends the text, or has a comma or similar mark beside it.
    """
    whole = rf"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})"
    called = rf"^\W*{whole}|{whole}\W*$|{whole}\s*{_PAUSE}|{_PAUSE}\s*{whole}"
    return bool(re.search(called, text, re.IGNORECASE))
