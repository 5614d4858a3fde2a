"""Replaces Discord's marks for people, channels and emoji in a text by their names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import discord

_MARK = re.compile(
    r"<(?:@!?(?P<person>\d+)|@&(?P<role>\d+)|#(?P<channel>\d+)|a?:(?P<emoji>\w+):\d+"
    r"|/(?P<command>[^:>]+):\d+)>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names of the ids in one message; marks with unknown ids are not replaced."""

    people: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Callable[[int], str | None] = lambda _: None


def names_in(message: discord.Message) -> Names:
    """Return the names that a message itself contains."""
    guild = message.guild

    def channel(channel_id: int) -> str | None:
        found = guild.get_channel_or_thread(channel_id) if guild else None
        return found.name if found else None

    return Names(
        people={user.id: user.display_name for user in message.mentions},
        roles={role.id: role.name for role in message.role_mentions},
        channels=channel,
    )


def replace_mentions(content: str, names: Names, *, me: int) -> str:
    """Return a text without the mention that calls the bot, and with names in place of ids.

    Args:
        content: the text as Discord has it.
        names: the names in the message.
        me: the user id of the bot; its mentions within the text become its name.
    """
    called = re.compile(rf"^\s*<@!?{me}>[\s,:]*|\s*<@!?{me}>\s*$")
    without = called.sub("", content)

    def name(mark: re.Match[str]) -> str:
        kind, value = mark.lastgroup, mark.group(mark.lastgroup or 0)
        match kind:
            case "person":
                known = names.people.get(int(value))
                return f"@{known}" if known else mark.group()
            case "role":
                known = names.roles.get(int(value))
                return f"@{known}" if known else mark.group()
            case "channel":
                known = names.channels(int(value))
                return f"#{known}" if known else mark.group()
            case "emoji":
                return f":{value}:"
            case _:
                return f"/{value}"

    # A mention alone is kept: the person called the bot and said nothing else.
    return _MARK.sub(name, without if without.strip() else content).strip()
