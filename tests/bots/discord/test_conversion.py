"""Messages of a server of which discord.py knows nothing yet."""

from typing import Any

import discord
import pytest

from bots.discord.callers import Callers
from bots.discord.connection import Connection
from bots.discord.conversion import guild_of, incoming_of, is_addressed
from bots.discord.outgoing_rate_limits import OutgoingLimits
from bots.discord.timing import Timing
from bots.discord.user_languages import UserLanguages

ME, ANN, CHANNEL, GUILD = 1, 9, 77, 99


@pytest.fixture
def connection() -> Connection:
    found = Connection(
        timing=Timing(), outgoing_limits=OutgoingLimits(None, window_s=None), members=False
    )
    user: Any = {"id": str(ME), "username": "bot", "discriminator": "0", "avatar": None}
    found._connection.user = discord.ClientUser(state=found._connection, data=user)
    return found


def heard(connection: Connection, text: str, *, guild: int | None) -> discord.Message:
    """As the gateway tells it."""
    author = {"id": str(ANN), "username": "ann", "discriminator": "0", "avatar": None}
    data: Any = {
        "id": "5",
        "channel_id": str(CHANNEL),
        "author": author,
        "content": text,
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "type": 0,
        **dict.fromkeys(("tts", "mention_everyone", "pinned"), False),
        **{name: [] for name in ("mentions", "mention_roles", "attachments", "embeds")},
        "components": [],
    }
    if guild is not None:
        data["guild_id"] = str(guild)
    told: list[discord.Message] = []
    connection._connection.dispatch = lambda _, *args: told.extend(args)
    connection._connection.parse_message_create(data)
    return told[0]


@pytest.mark.parametrize("guild", [GUILD, None])
def test_only_a_dm_is_private(connection: Connection, guild: int | None) -> None:
    message = heard(connection, "hello", guild=guild)
    caller = Callers(connection, UserLanguages("en")).of(message)

    assert message.guild is None
    assert guild_of(message) == guild
    assert incoming_of(message, "hello").place.private == (guild is None)
    assert caller.place.private == (guild is None)
    assert caller.community == (f"discord:guild:{GUILD}" if guild else None)


@pytest.mark.parametrize("text", ["hello", f"hello <@{ME}>", "hello @everyone"])
def test_there_too_the_bot_is_meant_only_when_it_is_called(
    connection: Connection, text: str
) -> None:
    message = heard(connection, text, guild=GUILD)

    meant = is_addressed(message, me=ME, free_places=(), pings=True)

    assert meant == (f"<@{ME}>" in text)
