"""From Discord's users and channels to the `Caller` that the services are given."""

import logging

import discord

from bots.discord.connection import Connection
from bots.discord.translate import (
    caller_of,
    community_id,
    guild_of,
    is_private,
    person_id,
    place_id,
)
from bots.discord.user_languages import UserLanguages
from bots.screens import Caller
from brain.messages import Person, Place

log = logging.getLogger(__name__)


class Callers:
    """Of one process."""

    def __init__(self, connection: Connection, user_languages: UserLanguages) -> None:
        self._connection = connection
        self._user_languages = user_languages

    def of(self, message: discord.Message) -> Caller:
        """The author, where they said it."""
        guild = guild_of(message)
        return caller_of(
            message.author,
            message.channel,
            None if guild is None else discord.Object(guild),
            language=self._user_languages.of(message.author.id, message.content),
            private=is_private(message.channel),
            owners=self._connection.owners,
        )

    def absent(self, user: int, channel: int, guild: int | None) -> Caller:
        """Somebody who did not speak just now."""
        return Caller(
            person=Person(person_id(user)),
            place=Place(place_id(channel), private=guild is None),
            language=self._user_languages.of(user, ""),
            community=community_id(guild) if guild is not None else None,
            is_owner=user in self._connection.owners,
        )

    async def whole(self, message: discord.Message) -> discord.Message:
        """With the author as a member, whose roles are known: history tells only the user."""
        guild = message.guild
        if guild is not None and not isinstance(message.author, discord.Member):
            try:
                message.author = await guild.fetch_member(message.author.id)
            except discord.HTTPException:
                log.info("Somebody who wrote is no member any more.")
        return message
