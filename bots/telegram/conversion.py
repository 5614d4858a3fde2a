"""Translates objects of the Bot API into those of the brain and of the desk. Pure.

A topic is a place of its own; a group that became a supergroup stays the place that it was.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import Chat, Message, MessageEntity, User
from telegram.constants import ChatType

from bots.screens import Caller, Command
from brain.ids import MessageId, PersonId, PlaceId
from brain.languages import DEFAULT_LANGUAGE, known
from brain.messages import Image, Incoming, Person, Place

PLATFORM = "telegram"
_CALLS = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
_RICH = "rich_message"
_LETTER = "[0-9a-z_@\u00c0-\u024f]"
"""Of languages that part words by spaces; a name within Chinese has no spaces around it."""
_PAUSE = "[,!?:;，！？：；、]"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """How the bot is addressed: its id, its user name, and its names in groups."""

    id: int
    username: str
    names: tuple[str, ...] = ()
    """What it is called in groups besides."""


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A command with its arguments, as it was written in a message."""

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
    """Who asks, and where.

    Args:
        user: who.
        chat: where.
        thread: the topic; None: there is none.
        original: id of the chat when it was met first, before it became a supergroup.
        language: of the interface, where the settings name one; None: that of the person's app,
            where the catalogue has it.
    """
    private = chat.type == ChatType.PRIVATE
    group = PlaceId(f"{PLATFORM}:{original}")
    place = group if thread is None else PlaceId(f"{group}/{thread}")
    return Caller(
        person=Person(PersonId(f"{PLATFORM}:{user.id}"), user.first_name),
        place=Place(place, private=private),
        language=language or known(user.language_code or "") or DEFAULT_LANGUAGE,
        community=None if private else group,
        around=frozenset() if thread is None or private else frozenset({group}),
    )


def thread_of(message: Message) -> int | None:
    """The topic of a message. Elsewhere a thread is no more than an answer to an answer."""
    return message.message_thread_id if message.is_topic_message else None


def incoming_of(
    message: Message,
    caller: Caller,
    text: str,
    images: Sequence[Image] = (),
    *,
    number: int | None = None,
) -> Incoming:
    """The message as the brain takes it.

    Args:
        message: of an album, any part.
        caller: who said it, and where.
        text: what it says.
        images: what it shows.
        number: id of the first part of an album; None: that of the message.
    """
    return Incoming(
        # With the chat: numbers begin anew when a group becomes a supergroup.
        id=MessageId(f"{message.chat_id}.{message.message_id if number is None else number}"),
        person=caller.person,
        place=caller.place,
        text=text,
        said_at=message.date,
        images=tuple(images),
    )


def is_addressed(message: Message, me: BotIdentity) -> bool:
    """Whether it is said to the bot: in private, by a mention, as a reply to it, by its name."""
    if message.chat.type == ChatType.PRIVATE:
        return True
    earlier = message.reply_to_message
    # In a topic, every message answers the one that opened it.
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
    """What it says, without the mentions that only call the bot."""
    text = stripped = message.text or message.caption or ""
    if not (message.entities or message.caption_entities):
        return text.strip()
    for mention in set(_mentions_of(message, me)):
        edges = rf"^\s*{re.escape(mention)}[\s,:，：]*|[\s,，]*{re.escape(mention)}\s*$"
        stripped = re.sub(edges, "", stripped)
    # A mention alone is a call by name: there is nothing else to answer.
    return (stripped if stripped.strip() else text).strip()


def has_attachment(message: Message) -> bool:
    """Whether somebody sent more than words, of a kind that the library may not know yet."""
    return bool(message.effective_attachment or message.checklist or _RICH in message.api_kwargs)


def parse_command(message: Message, me: BotIdentity) -> ParsedCommand | None:
    """The command that a message begins with; None: it is none, or is for another bot."""
    for entity, spoken in message.parse_entities([MessageEntity.BOT_COMMAND]).items():
        if entity.offset == 0:
            name, _, bot = spoken[1:].partition("@")
            if bot and bot.casefold() != me.username.casefold():
                return None
            arguments = (message.text or "")[len(spoken) :].strip()
            return ParsedCommand(name.casefold(), arguments, bool(bot))
    return None


def options_of(command: Command, arguments: str) -> Mapping[str, str]:
    """The words behind a command as its options; the last one takes all that are left."""
    found: dict[str, str] = {}
    for number, option in enumerate(command.options, start=1):
        first, _, others = arguments.partition(" ")
        value = arguments if number == len(command.options) and not option.choices else first
        if option.choices and value.casefold() not in option.choices:
            continue
        if value:
            found[option.name] = value.casefold() if option.choices else value
        arguments = "" if value == arguments else others.strip()
    return found


def _mentions_of(message: Message, me: BotIdentity) -> list[str]:
    """How the bot is mentioned in the message, as it is written there."""
    parse = message.parse_entities if message.text else message.parse_caption_entities
    called = f"@{me.username}".casefold()
    return [
        text
        for entity, text in parse(list(_CALLS)).items()
        if (entity.user.id == me.id if entity.user else text.casefold() == called)
    ]


def _calls(name: str, text: str) -> bool:
    """Whether somebody is called by that name, and not only spoken of.

    It begins or ends the text, or is set off by a comma and its kin.
    """
    whole = rf"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})"
    called = rf"^\W*{whole}|{whole}\W*$|{whole}\s*{_PAUSE}|{_PAUSE}\s*{whole}"
    return bool(re.search(called, text, re.IGNORECASE))
