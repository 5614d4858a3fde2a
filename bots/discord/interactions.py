"""Answers slash commands, buttons and completions on Discord with the screens of the desk.

Discord waits three seconds for a first answer, so that each interaction is deferred before
anything else is done. Only a button that asks for a text is answered by a modal, which cannot be
deferred.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import discord
from aiohttp import ClientError
from discord import app_commands

from bots.discord.connection import Connection
from bots.discord.conversion import caller_of, language_of
from bots.discord.screen_rendering import (
    LARGEST_FILE,
    answer_in,
    form,
    message_options,
    response_options,
)
from bots.discord.sending import with_retries
from bots.discord.user_languages import UserLanguages
from bots.screens import CHOICES, Caller, Screen
from bots.services import Services
from bots.transport.files import compress_to_fit
from brain.messages import Place
from brain.texts import say

log = logging.getLogger(__name__)

LONGEST_CHOICE = 100
FORM_S = 2.0
"""Seconds that the question of a modal may take: Discord waits three for the modal."""
CLOSED = 50007
"""Discord's error code for a person who accepts no direct messages from the bot."""
_LOST = (discord.HTTPException, ClientError, OSError)

Interaction = discord.Interaction[Any]


class Interactions:
    """Answers the interactions of one bot."""

    def __init__(
        self, services: Services, connection: Connection, user_languages: UserLanguages
    ) -> None:
        self._desk = services.desk
        self._connection = connection
        self._user_languages = user_languages
        services.notices.connect("discord", self._send)

    async def answer(self, interaction: Interaction) -> None:
        """Answer an interaction, unless it is too late or another process answered it."""
        data: Mapping[str, Any] = interaction.data or {}
        caller = self._caller(interaction)
        match interaction.type:
            case discord.InteractionType.autocomplete:
                await self._complete(interaction, caller, data)
            case discord.InteractionType.application_command:
                options = {
                    each["name"]: str(each["value"])
                    for each in data.get("options", ())
                    if "value" in each
                }
                await self._serve(
                    interaction,
                    caller,
                    lambda: self._desk.command(caller, data["name"], options),
                )
            case discord.InteractionType.component:
                await self._press(interaction, caller, data["custom_id"])
            case discord.InteractionType.modal_submit:
                text = answer_in(data.get("components", ()))
                await self._serve(
                    interaction, caller, lambda: self._desk.answer(caller, data["custom_id"], text)
                )

    async def _press(self, interaction: Interaction, caller: Caller, action: str) -> None:
        """Answer a button, with a modal if it only asks a question."""
        screen: Screen | None = None
        if self._desk.asks(action):
            # A modal has to be the first answer, so that there is no time for a slow store.
            with suppress(TimeoutError):
                async with asyncio.timeout(FORM_S):
                    screen = await self._desk.press(caller, action)
        if screen is None or screen.question is None:
            found = screen
            await self._serve(interaction, caller, lambda: self._pressed(caller, action, found))
            return
        try:
            await interaction.response.send_modal(form(screen.question))
        except _LOST as error:
            log.warning("A question could not be asked: %s", type(error).__name__)

    async def _pressed(self, caller: Caller, action: str, screen: Screen | None) -> Screen:
        return screen or await self._desk.press(caller, action)

    async def _serve(
        self, interaction: Interaction, caller: Caller, ask: Callable[[], Awaitable[Screen]]
    ) -> None:
        has_screen = interaction.type is not discord.InteractionType.application_command
        try:
            if has_screen:
                await interaction.response.defer()
            else:
                # In a DM the answer may be permanent; elsewhere only the caller may see memories.
                await interaction.response.defer(ephemeral=not caller.place.private, thinking=True)
        except _LOST as error:
            # Nobody would see the result, so that nothing is done.
            log.warning("An interaction was not answered in time: %s", type(error).__name__)
            return
        screen = await _fitting(await ask(), caller)
        try:
            if not screen.text:
                # A button's screen stays as it is; of a command, only "thinking" is shown.
                if not has_screen:
                    await interaction.delete_original_response()
                return
            if screen.direct and not caller.place.private:
                screen = await self._sent_directly(interaction, caller, screen)
            await self._show(interaction, screen)
        except _LOST as error:
            log.warning("An answer could not be shown: %s", type(error).__name__)

    async def _show(self, interaction: Interaction, screen: Screen) -> None:
        await with_retries(
            # The options are built for each try, since a file that was sent is at its end.
            lambda: interaction.edit_original_response(**response_options(screen)),
            pause_s=self._connection.timing.retry_after_s,
        )

    async def _sent_directly(
        self, interaction: Interaction, caller: Caller, screen: Screen
    ) -> Screen:
        """Send a screen by direct message, and return the screen to show in its place."""
        language = caller.language
        pause_s = self._connection.timing.retry_after_s
        try:
            channel = await with_retries(interaction.user.create_dm, pause_s=pause_s)
            nonce = str(interaction.id)
            await with_retries(
                lambda: channel.send(nonce=nonce, **message_options(screen)), pause_s=pause_s
            )
        except discord.Forbidden as error:
            if error.code != CLOSED:
                raise
            return Screen(text=say(language, "discord-direct-closed"))
        return Screen(text=say(language, "discord-sent-directly"))

    async def _send(self, place: Place, screen: Screen) -> None:
        """Send a screen that nobody asked for. Raises discord.HTTPException, ClientError."""
        channel = await self._connection.channel(int(place.id.partition(":")[2]))
        if channel is not None:
            await channel.send(**message_options(screen))

    async def _complete(
        self, interaction: Interaction, caller: Caller, data: Mapping[str, Any]
    ) -> None:
        focused = next((each for each in data.get("options", ()) if each.get("focused")), None)
        if focused is None:
            return
        found = await self._desk.suggest(
            caller, data["name"], focused["name"], str(focused["value"])
        )
        choices = [
            app_commands.Choice(name=each.label[:LONGEST_CHOICE], value=each.value)
            for each in found[:CHOICES]
            if each.label and 0 < len(each.value) <= LONGEST_CHOICE
        ]
        try:
            await interaction.response.autocomplete(choices)
        except _LOST:
            log.info("A completion came too late.")

    def _caller(self, interaction: Interaction) -> Caller:
        channel = interaction.channel or discord.Object(interaction.channel_id or 0)
        guild = discord.Object(interaction.guild_id) if interaction.guild_id else None
        return caller_of(
            interaction.user,
            channel,
            guild,
            language=self._user_languages.record(
                interaction.user.id, language_of(interaction.locale)
            ),
            private=interaction.context.dm_channel,
            owners=self._connection.owners,
            may_manage=guild is not None and interaction.permissions.manage_guild,
            sees_leavers=self._connection.intents.members,
        )


async def _fitting(screen: Screen, caller: Caller) -> Screen:
    """Return a screen with its file compressed if needed, or one that tells how to get the file."""
    if screen.file is None:
        return screen
    file = await compress_to_fit(screen.file, most_bytes=LARGEST_FILE)
    if file is None:
        line = say(caller.language, "discord-file-too-large", account=caller.person.id)
        return Screen(text=line)
    return replace(screen, file=file)
