"""Helpers for the content of messages: text, commands and mentions, and a member's rights."""

import re
from typing import Any

from tests.platforms.telegram.message_text import Entity, units
from tests.platforms.telegram.records import Json

NAMES = re.compile(r"(?<!\S)(?P<bot_command>/\w+(?:@\w+)?)|(?<!\w)(?P<mention>@\w+)")


def administrator(said: Json) -> Json:
    """Returns a ChatMember with all rights of an administrator but anonymity."""
    rights = (
        "can_be_edited can_manage_chat can_delete_messages can_manage_video_chats "
        "can_restrict_members can_promote_members can_change_info can_invite_users "
        "can_post_stories can_edit_stories can_delete_stories"
    )
    return {**said, "is_anonymous": False, **dict.fromkeys(rights.split(), True)}


def shown(content: Json) -> str:
    """Returns the text or the caption of a message; empty without one."""
    return str(content.get("text", content.get("caption", "")))


def named(text: str) -> list[Entity]:
    """Returns the commands and mentions in a text as entities, with offsets in UTF-16 units."""
    found: list[dict[str, Any]] = []
    for match in NAMES.finditer(text):
        kind = str(match.lastgroup)
        offset = units(text[: match.start()])
        found.append({"type": kind, "offset": offset, "length": units(match.group())})
    return found
