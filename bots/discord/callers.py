"""Builds the `Caller` that the services are given from Discord's users and channels."""

import logging

import discord

from bots.discord.connection import Connection
from bots.discord.conversion import (
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
    """Builds callers, with the owners of the bot and the languages of people."""

    def __init__(self, connection: Connection, user_languages: UserLanguages) -> None:
        self._connection = connection
        self._user_languages = user_languages

    def of(self, message: discord.Message) -> Caller:
        """Return the caller for the author of a message, in its channel."""
        guild = guild_of(message)
        return caller_of(
            message.author,
            message.channel,
            None if guild is None else discord.Object(guild),
            language=self._user_languages.of(message.author.id, message.content),
            private=is_private(message.channel),
            owners=self._connection.owners,
        )

    def of_absent(self, user: int, channel: int, guild: int | None) -> Caller:
        """Return the caller for a person who is known by ids alone, without name and roles."""
        return Caller(
            account=person_id(user),
            person=Person(person_id(user)),
            place=Place(place_id(channel), private=guild is None),
            language=self._user_languages.of(user, ""),
            community=community_id(guild) if guild is not None else None,
            is_owner=user in self._connection.owners,
        )

    async def with_member(self, message: discord.Message) -> discord.Message:
        """Replace a message's author by the member with their roles, which the history lacks."""
        guild = message.guild
        if guild is not None and not isinstance(message.author, discord.Member):
            try:
                message.author = await guild.fetch_member(message.author.id)
            except discord.HTTPException:
                log.info("Somebody who wrote is no member any more.")
        return message
