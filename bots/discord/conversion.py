"""Translates objects of discord.py into those of the brain and of the desk. Pure."""

from collections.abc import Collection
from datetime import UTC

import discord

from bots.screens import Caller
from brain.ids import MessageId, PersonId, PlaceId
from brain.languages import known
from brain.messages import Image, Incoming, Person, Place

User = discord.User | discord.Member
_WRITTEN_BY_PEOPLE = {discord.MessageType.default, discord.MessageType.reply}


def person_id(user: int) -> PersonId:
    """As the brain names an account."""
    return PersonId(f"discord:{user}")


def place_id(channel: int) -> PlaceId:
    """As the brain names a channel, a thread or a DM."""
    return PlaceId(f"discord:{channel}")


def community_id(guild: int) -> str:
    """As the rules name a server."""
    return f"discord:guild:{guild}"


def person_of(user: User) -> Person:
    """The account. Their language is not told: replies follow what they write."""
    return Person(person_id(user.id), user.global_name or user.name)


def roles_of(user: User) -> frozenset[str]:
    """Their roles where they speak; with the platform's name before it, too, as people write it."""
    if not isinstance(user, discord.Member):
        return frozenset()
    ids = [str(role.id) for role in user.roles]
    return frozenset([*ids, *(f"discord:{role}" for role in ids)])


def places_around(channel: object) -> frozenset[PlaceId]:
    """The channel of a thread, and the category of that: rules for those hold for it too."""
    parent = channel.parent if isinstance(channel, discord.Thread) else None
    category = getattr(parent or channel, "category_id", None)
    found = [getattr(parent, "id", None), category]
    if parent is None and isinstance(channel, discord.Thread):
        found.append(channel.parent_id)
    return frozenset(place_id(each) for each in found if each is not None)


def guild_of(message: discord.Message) -> int | None:
    """The server that it was written in, also one of which nothing is known yet; None: none."""
    if message.guild is not None:
        return message.guild.id
    return getattr(message.channel, "guild_id", None)


def is_private(channel: object) -> bool:
    """Whether nobody but the two of them reads there: only where that is certain."""
    return isinstance(channel, discord.DMChannel)


def language_of(locale: discord.Locale | str | None) -> str | None:
    """The catalogue's language for Discord's locale, such as `zh` for `zh-CN`; None: none."""
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
    """Who asks, and where.

    Args:
        user: as a member where they are one, with their roles.
        channel: or thread.
        guild: None outside of servers.
        language: of the interface.
        private: nobody but the two of them reads there.
        owners: who runs this bot.
        may_manage: they may change the settings of the server.
        sees_leavers: Discord tells the bot who leaves it.
    """
    return Caller(
        person=person_of(user),
        place=Place(place_id(channel.id), private=private),
        language=language,
        community=community_id(guild.id) if guild else None,
        roles=roles_of(user),
        around=places_around(channel),
        is_owner=user.id in owners,
        may_manage=may_manage,
        sees_leavers=sees_leavers,
    )


def incoming_of(message: discord.Message, text: str, *, images: tuple[Image, ...] = ()) -> Incoming:
    """The message with what it says. Its own id makes a redelivered one the same turn."""
    return Incoming(
        id=MessageId(str(message.id)),
        person=person_of(message.author),
        place=Place(place_id(message.channel.id), private=is_private(message.channel)),
        text=text,
        said_at=message.created_at.astimezone(UTC),
        images=images,
    )


def is_spoken(message: discord.Message) -> bool:
    """Whether a human said it: no bot, no webhook, and no “Ann has joined”."""
    return (
        not message.author.bot and message.webhook_id is None and message.type in _WRITTEN_BY_PEOPLE
    )


def is_addressed(
    message: discord.Message, *, me: int, free_places: Collection[str], pings: bool
) -> bool:
    """Whether the bot is meant.

    In a DM it always is. In a server it is where it is mentioned by its own name, where somebody
    replies to it (with or without a ping), in free channels and their threads, and in threads that
    are its own.

    Args:
        message: spoken by a human.
        me: id of the bot.
        free_places: where it needs no mention, nor in the threads of these.
        pings: whether @everyone and its roles mean it too.
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
    """With everybody, or with a role of the bot."""
    own = guild.self_role
    return message.mention_everyone or (own is not None and own in message.role_mentions)
