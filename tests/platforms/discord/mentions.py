"""Computes whom a message pings: those it names, as far as its `allowed_mentions` permit."""

import re
from collections.abc import Mapping
from typing import Any

from tests.platforms.discord.records import EVERYONE, Channel, Message

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


def pinged_ids(
    content: str,
    channel: Channel,
    *,
    allowed: Mapping[str, Any] | None = None,
    reply_to: Message | None = None,
) -> frozenset[int]:
    """Returns the ids of the users and roles that a message pings, and EVERYONE if it does.

    Args:
        content: the text of the message.
        channel: the channel of the message.
        allowed: the `allowed_mentions` of the request; without them all that is named is pinged.
        reply_to: the message that is replied to, if any; its author is pinged.
    """
    guild = channel.guild
    roles = {int(found) for found in _ROLE.findall(content)} & set(guild.roles if guild else ())
    users = {int(found) for found in _USER.findall(content)}
    everyone = {EVERYONE} if guild and _EVERYONE.search(content) else set()
    reply = {reply_to.author.id} if reply_to else set()
    if allowed is None:
        return frozenset(users | roles | everyone | reply)
    parse = set(allowed.get("parse") or ())
    if "users" not in parse:
        users &= {int(found) for found in allowed.get("users") or ()}
    if "roles" not in parse:
        roles &= {int(found) for found in allowed.get("roles") or ()}
    if "everyone" not in parse:
        everyone = set()
    return frozenset(users | roles | everyone | (reply if allowed.get("replied_user") else set()))
