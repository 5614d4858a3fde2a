"""Whom a message pings: what it names, as far as its `allowed_mentions` let it. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from tests.platforms.discord.records import EVERYONE, Channel, Message

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


def pinged(
    content: str,
    channel: Channel,
    *,
    allowed: Mapping[str, Any] | None = None,
    reply_to: Message | None = None,
) -> frozenset[int]:
    """The ids of users and roles, and EVERYONE. Without `allowed`, all that is named is pinged."""
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
