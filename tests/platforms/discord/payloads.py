"""Turns records into the JSON payloads of Discord's API."""

import hashlib
from collections.abc import Iterable

from tests.platforms.discord.records import (
    Attachment,
    Channel,
    Guild,
    Interaction,
    Kind,
    Message,
    Payload,
    Role,
    User,
)

ALL_PERMISSIONS = str((1 << 50) - 1)
JOINED = "2024-01-01T00:00:00+00:00"


def user(of: User) -> Payload:
    return {
        "id": str(of.id),
        "username": of.name.lower(),
        "global_name": of.name,
        "discriminator": "0",
        "avatar": None,
        "bot": of.bot,
        "public_flags": 0,
    }


def member(of: User, guild: Guild, *, with_user: bool = True) -> Payload:
    roles = [str(role.id) for role in guild.roles.values() if of.id in role.members]
    payload: Payload = {
        "roles": roles,
        "joined_at": JOINED,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": ALL_PERMISSIONS,
    }
    return {**payload, "user": user(of)} if with_user else payload


def role(of: Role, position: int) -> Payload:
    return {
        "id": str(of.id),
        "name": of.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": ALL_PERMISSIONS,
        "managed": False,
        "mentionable": True,
        "flags": 0,
    }


def channel(of: Channel, bot: User) -> Payload:
    payload: Payload = {"id": str(of.id), "type": int(of.kind), "last_message_id": None, "flags": 0}
    if of.kind in (Kind.DM, Kind.GROUP):
        others = [user(person) for person in of.people if person.id != bot.id]
        return {**payload, "recipients": others}
    assert of.guild is not None
    payload |= {"guild_id": str(of.guild.id), "name": of.name, "permissions": ALL_PERMISSIONS}
    if of.kind is Kind.TEXT:
        return payload | {"position": 0, "permission_overwrites": [], "nsfw": False, "topic": None}
    assert of.parent is not None
    return payload | {
        "parent_id": str(of.parent.id),
        "owner_id": str(of.guild.owner.id),
        "message_count": 0,
        "member_count": 2,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1_440,
            "archive_timestamp": JOINED,
            "locked": False,
        },
    }


def guild(of: Guild, channels: Iterable[Channel], bot: User) -> Payload:
    """Returns the payload of GUILD_CREATE."""
    mine = [found for found in channels if found.guild is of]
    everyone = Role(id=of.id, name="@everyone")
    return {
        "id": str(of.id),
        "name": of.name,
        "owner_id": str(of.owner.id),
        "preferred_locale": of.locale,
        "unavailable": False,
        "large": False,
        "joined_at": JOINED,
        "member_count": len(of.members),
        "members": [member(found, of) for found in of.members.values()],
        "roles": [role(found, at) for at, found in enumerate((everyone, *of.roles.values()))],
        "channels": [channel(found, bot) for found in mine if found.kind is Kind.TEXT],
        "threads": [channel(found, bot) for found in mine if found.kind is Kind.THREAD],
        "emojis": [],
        "stickers": [],
        "features": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "afk_timeout": 300,
        "system_channel_flags": 0,
    }


def attachment(of: Attachment, where: Channel, root: str) -> Payload:
    url = f"{root}/attachments/{where.id}/{of.id}/{of.filename}?ex=1&is=1&hm={_digest(of)}"
    payload = {
        "id": str(of.id),
        "filename": of.filename,
        "size": len(of.content),
        "url": url,
        "proxy_url": url,
        "content_type": of.content_type,
    }
    if of.content_type.startswith("image/"):
        payload |= {"width": 1, "height": 1}
    return payload | ({"description": of.description} if of.description else {})


def message(of: Message, root: str) -> Payload:
    """Returns the payload of a message; `root` is the server's address, for links to files."""
    guild_of = of.channel.guild
    payload: Payload = {
        "id": str(of.id),
        "channel_id": str(of.channel.id),
        "author": user(of.author),
        "content": of.content,
        "timestamp": of.at.isoformat(),
        "edited_timestamp": of.edited_at.isoformat() if of.edited_at else None,
        "tts": False,
        "mention_everyone": 0 in of.pings,
        "mentions": [user(found) for found in _mentioned(of)],
        "mention_roles": [
            str(found) for found in (guild_of.roles if guild_of else ()) if found in of.pings
        ],
        "attachments": [attachment(found, of.channel, root) for found in of.attachments],
        "embeds": list(of.embeds),
        "components": list(of.components),
        "pinned": False,
        "type": 0 if of.reply_to is None else 19,
        "flags": of.flags,
    }
    if of.reply_to is not None:
        payload["message_reference"] = {
            "type": 0,
            "message_id": str(of.reply_to.id),
            "channel_id": str(of.channel.id),
            **({"guild_id": str(guild_of.id)} if guild_of else {}),
        }
        payload["referenced_message"] = (
            None if of.reply_to.deleted else {**message(of.reply_to, root)}
        )
    if of.forwards is not None:
        payload |= _forwarding(of.forwards, root)
    if of.interaction is not None:
        payload |= _answering(of, of.interaction)
    return payload | of.extra


def event(of: Message, root: str) -> Payload:
    """Returns the payload of MESSAGE_CREATE and MESSAGE_UPDATE."""
    payload = message(of, root)
    guild_of = of.channel.guild
    if guild_of is not None:
        payload["guild_id"] = str(guild_of.id)
        payload["member"] = member(of.author, guild_of, with_user=False)
    return payload


def _forwarding(of: Message, root: str) -> Payload:
    """Returns what the payload of a forward has: who wrote the message is not among it."""
    told = message(of, root)
    names = (
        *("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags"),
        *("mentions", "mention_roles", "components"),
    )
    snapshot = {name: told[name] for name in names} | of.extra
    reference = {"type": 1, "message_id": told["id"], "channel_id": told["channel_id"]}
    return {"message_reference": reference, "message_snapshots": [{"message": snapshot}]}


def _mentioned(of: Message) -> list[User]:
    people = of.channel.guild.members.values() if of.channel.guild else of.channel.people
    return [person for person in people if person.id in of.pings]


def _answering(of: Message, asked: Interaction) -> Payload:
    """Return the fields by which a bot sees that a message answers an interaction."""
    same: Payload = {"id": str(asked.id), "type": int(asked.asked), "user": user(asked.user)}
    return {
        "application_id": str(of.author.id),
        "webhook_id": str(of.author.id),
        "interaction": {**same, "name": asked.data.get("name", "")},
        "interaction_metadata": {**same, "authorizing_integration_owners": {}},
    }


def _digest(of: Attachment) -> str:
    return hashlib.sha256(of.content).hexdigest()
