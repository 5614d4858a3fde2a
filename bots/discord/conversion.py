"""Converts objects of discord.py to those of the brain and of the desk."""

from collections.abc import Collection
from datetime import UTC

import discord

from bots.screens import Caller
from brain.ids import MessageId, PersonId, PlaceId
from brain.languages import known
from brain.messages import Image, Incoming, Part, Person, Place

User = discord.User | discord.Member
_WRITTEN_BY_PEOPLE = {discord.MessageType.default, discord.MessageType.reply}


def person_id(user: int) -> PersonId:
    """Return the id of a user's account."""
    return PersonId(f"discord:{user}")


def place_id(channel: int) -> PlaceId:
    """Return the id of a channel, a thread or a DM as a place."""
    return PlaceId(f"discord:{channel}")


def community_id(guild: int) -> str:
    """Return the id of a server as a community."""
    return f"discord:guild:{guild}"


def person_of(user: User) -> Person:
    """Return the account of a user; Discord does not tell its language."""
    return Person(person_id(user.id), user.global_name or user.name)


def roles_of(user: User) -> frozenset[str]:
    """Return the ids of a member's roles, with and without `discord:` before them."""
    if not isinstance(user, discord.Member):
        return frozenset()
    ids = [str(role.id) for role in user.roles]
    return frozenset([*ids, *(f"discord:{role}" for role in ids)])


def places_around(channel: object) -> frozenset[PlaceId]:
    """Return the places around a channel: the channel of a thread, and the channel's category."""
    parent = channel.parent if isinstance(channel, discord.Thread) else None
    category = getattr(parent or channel, "category_id", None)
    found = [getattr(parent, "id", None), category]
    if parent is None and isinstance(channel, discord.Thread):
        found.append(channel.parent_id)
    return frozenset(place_id(each) for each in found if each is not None)


def guild_of(message: discord.Message) -> int | None:
    """Return the id of a message's server, even if the server is not known yet; None for a DM."""
    if message.guild is not None:
        return message.guild.id
    return getattr(message.channel, "guild_id", None)


def is_private(channel: object) -> bool:
    """Whether only the person and the bot read a channel, as far as that is certain."""
    return isinstance(channel, discord.DMChannel)


def language_of(locale: discord.Locale | str | None) -> str | None:
    """Return the catalogue's language for a locale of Discord, or None if there is none."""
    return known(str(locale or ""))


def caller_of(
    user: User,
    channel: discord.abc.Snowflake,
    guild: discord.abc.Snowflake | None,
    *,
    language: str,
    private: bool,
    owners: Collection[int] = (),
    may_manage: bool = False,
    sees_leavers: bool = True,
) -> Caller:
    """Return the caller for a user in a channel.

    Args:
        user: the user, as a member with their roles if they are one.
        channel: the channel or thread.
        guild: the server; None for a DM.
        language: the code of the interface's language.
        private: whether only the person and the bot read the channel.
        owners: user ids of the bot's owners.
        may_manage: whether the user may change the settings of the server.
        sees_leavers: whether Discord tells the bot who leaves the server.
    """
    person = person_of(user)
    return Caller(
        account=person.id,
        person=person,
        place=Place(place_id(channel.id), private=private),
        language=language,
        community=community_id(guild.id) if guild else None,
        roles=roles_of(user),
        around=places_around(channel),
        is_owner=user.id in owners,
        may_manage=may_manage,
        sees_leavers=sees_leavers,
    )


def incoming_of(
    message: discord.Message,
    text: str,
    *,
    parts: tuple[Part, ...] = (),
    images: tuple[Image, ...] = (),
) -> Incoming:
    """Return a message with its text; its id makes a message that comes twice the same turn."""
    return Incoming(
        id=MessageId(str(message.id)),
        person=person_of(message.author),
        place=Place(place_id(message.channel.id), private=is_private(message.channel)),
        text=text,
        parts=parts,
        said_at=message.created_at.astimezone(UTC),
        images=images,
    )


def is_spoken(message: discord.Message) -> bool:
    """Whether a person wrote a message, and no bot, no webhook and not Discord itself."""
    return (
        not message.author.bot and message.webhook_id is None and message.type in _WRITTEN_BY_PEOPLE
    )


def is_addressed(
    message: discord.Message, *, me: int, free_places: Collection[str], pings: bool
) -> bool:
    """Whether a message is addressed to the bot.

    A DM always is. In a server, a message is addressed to the bot if it mentions the bot, replies
    to it (with or without a ping), or is in a free place or in a thread of the bot's own.

    Args:
        message: a message of a person.
        me: the user id of the bot.
        free_places: ids of places where the bot needs no mention, including places within them.
        pings: whether mentions of @everyone and of the bot's roles count too.
    """
    guild, channel = message.guild, message.channel
    if is_private(channel):
        return True
    replied = message.reference.resolved if message.reference else None
    return bool(
        ({place_id(channel.id)} | places_around(channel)) & set(free_places)
        or (isinstance(channel, discord.Thread) and channel.owner_id == me)
        or f"<@{me}>" in message.content
        or f"<@!{me}>" in message.content
        or (isinstance(replied, discord.Message) and replied.author.id == me)
        or (pings and guild is not None and _is_pinged(message, guild))
    )


def _is_pinged(message: discord.Message, guild: discord.Guild) -> bool:
    """Whether a message mentions everybody or a role of the bot."""
    own = guild.self_role
    return message.mention_everyone or (own is not None and own in message.role_mentions)
