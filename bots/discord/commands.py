"""Builds the JSON with which the desk's commands are registered with Discord."""

from collections.abc import Sequence
from typing import Any

import discord

from bots.screens import Command, Option
from brain.languages import DEFAULT_LANGUAGE, known, languages
from brain.texts import say

Payload = dict[str, Any]
"""A JSON object for Discord."""

LONGEST = 100
"""Most characters of a description, and of the name and the value of a choice."""
_TEXT_OPTION = 3
_SLASH_COMMAND = 1
_EVERYWHERE = [0, 1, 2]
"""Contexts of a command: servers, DMs with the bot, and DMs and groups without it."""
_INSTALLED = [0, 1]
"""Ways to install the bot: for a server, and by a person for themselves."""


def command_payloads(commands: Sequence[Command]) -> list[Payload]:
    """Return the JSON of all commands; their names are English, descriptions are translated."""
    return [_command(command) for command in commands]


def _command(command: Command) -> Payload:
    payload: Payload = {
        "type": _SLASH_COMMAND,
        "name": command.name,
        **_described(f"command-{command.name}"),
        "options": [_option(command, option) for option in _required_first(command.options)],
        "contexts": _EVERYWHERE,
        "integration_types": _INSTALLED,
    }
    if command.for_owner:
        # Servers do not list it for others; the desk decides who may call it.
        payload["default_member_permissions"] = 0
    elif command.for_managers:
        payload["default_member_permissions"] = discord.Permissions(manage_guild=True).value
    return payload


def _required_first(options: Sequence[Option]) -> list[Option]:
    return sorted(options, key=lambda option: not option.required)


def _option(command: Command, option: Option) -> Payload:
    payload: Payload = {
        "type": _TEXT_OPTION,
        "name": option.name,
        **_described(f"command-{command.name}-{option.name}"),
        "required": option.required,
    }
    if option.choices:
        payload["choices"] = [_choice(value) for value in option.choices]
    elif option.suggests:
        payload["autocomplete"] = True
    return payload


def _choice(value: str) -> Payload:
    key = f"choice-{value}"
    names = {locale: text for locale, text in _localised(key).items() if text}
    return {"name": _short(DEFAULT_LANGUAGE, key), "value": value, "name_localizations": names}


def _described(key: str) -> Payload:
    return {
        "description": _short(DEFAULT_LANGUAGE, key),
        "description_localizations": _localised(key),
    }


def _localised(key: str) -> dict[str, str]:
    """Return the text in each of Discord's locales; `zh-CN` and `zh-TW` both get `zh`."""
    return {
        locale.value: _short(language, key)
        for language in languages()
        if language != DEFAULT_LANGUAGE
        for locale in discord.Locale
        if known(locale.value) == language
    }


def _short(language: str, key: str) -> str:
    text = " ".join(say(language, key).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
