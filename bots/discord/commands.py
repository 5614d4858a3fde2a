"""Builds the JSON by which the desk's commands are registered with Discord. Pure."""

from collections.abc import Sequence
from typing import Any

import discord

from bots.screens import Command, Option
from brain.languages import DEFAULT_LANGUAGE, known, languages
from brain.texts import say

Payload = dict[str, Any]
"""A JSON object for Discord."""

LONGEST = 100
"""Of a description, of a choice's name and of its value, in characters."""
_TEXT_OPTION = 3
_SLASH_COMMAND = 1
_EVERYWHERE = [0, 1, 2]
"""In servers, in the bot's own DM, in DMs and groups of others."""
_INSTALLED = [0, 1]
"""For a server, and by a person for themselves."""


def command_payloads(commands: Sequence[Command]) -> list[Payload]:
    """What is sent for all of them: names are English, everything else as people read it."""
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
        # In servers it is not even listed for others; who may call it, the desk decides.
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
    """By Discord's own locales: `zh-CN` and `zh-TW` both read `zh`."""
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
