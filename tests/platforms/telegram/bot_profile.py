"""The methods for a bot's profile: its commands, name and descriptions in each language."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.platforms.telegram.errors import bad
from tests.platforms.telegram.params import Params
from tests.platforms.telegram.records import Json

MOST_COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION_CHARACTERS = 256
TEXTS = {"Name": ("name", 64), "Description": ("description", 512)}
TEXTS["ShortDescription"] = ("short_description", 120)


class Profile:
    """Stores the profile of the bot, and answers the methods that read and change it."""

    def __init__(self) -> None:
        self._commands: dict[tuple[str, str], list[Json]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self.methods: dict[str, Callable[[Params], Any]] = {
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda params: self._commands.get(_place(params), []),
            "deleteMyCommands": self._delete_commands,
        }
        for name, (field, most) in TEXTS.items():
            self.methods[f"setMy{name}"] = self._setter(field, most)
            self.methods[f"getMy{name}"] = self._getter(field)

    def _set_commands(self, params: Params) -> bool:
        commands: list[Json] = params.json("commands") or []
        if len(commands) > MOST_COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not COMMAND.fullmatch(one["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= DESCRIPTION_CHARACTERS:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[_place(params)] = commands
        return True

    def _delete_commands(self, params: Params) -> bool:
        self._commands.pop(_place(params), None)
        return True

    def _setter(self, field: str, most: int) -> Callable[[Params], bool]:
        def set_text(params: Params) -> bool:
            text = params.text(field)
            if len(text) > most:
                raise bad(f"{field} is too long")
            self._texts[field, _language(params)] = text
            return True

        return set_text

    def _getter(self, field: str) -> Callable[[Params], Json]:
        def get_text(params: Params) -> Json:
            anybody = self._texts.get((field, ""), "")
            return {field: self._texts.get((field, _language(params)), anybody)}

        return get_text


def _place(params: Params) -> tuple[str, str]:
    scope = params.json("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), _language(params)


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("LANG_CODE_INVALID")
    return language
