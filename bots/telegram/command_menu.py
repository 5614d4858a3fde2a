"""Sets the menu of commands that Telegram shows, in every language of the catalogue."""

import logging
from collections.abc import Iterable, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden, TelegramError

from bots.screens import Command
from bots.telegram.conversion import PLATFORM
from bots.telegram.sending import AnswerLost, with_retries
from brain.languages import DEFAULT_LANGUAGE, languages
from brain.texts import say

log = logging.getLogger(__name__)

LONGEST = 256
"""Most characters of a description."""


async def set_menus(bot: Bot, commands: Sequence[Command], *, owners: Iterable[str]) -> None:
    """Set the menus of commands for everybody, administrators and owners; errors are logged.

    Args:
        bot: the bot whose menus are set.
        commands: the commands of the desk.
        owners: accounts of the owners, such as `telegram:1`; other platforms' are ignored.
    """
    managers = [command for command in commands if not command.for_owner]
    everybody = [command for command in managers if not command.for_managers]
    try:
        await _set(bot, everybody, BotCommandScopeDefault())
        await _set(bot, managers, BotCommandScopeAllChatAdministrators())
        for owner in owners:
            platform, _, number = owner.partition(":")
            if platform == PLATFORM and number.isdecimal():
                try:
                    await _set(bot, commands, BotCommandScopeChat(int(number)))
                except (BadRequest, Forbidden):
                    log.info("An owner never wrote to the bot: their menu is that of everybody.")
    except (TelegramError, AnswerLost) as error:
        log.warning("The menu of commands could not be set: %s", type(error).__name__)


async def _set(bot: Bot, commands: Sequence[Command], scope: BotCommandScope) -> None:
    for language in languages():
        menu = [
            BotCommand(command.name, say(language, f"command-{command.name}")[:LONGEST])
            for command in commands
        ]
        # A menu without a language code is for everybody whose language has no menu.
        code = None if language == DEFAULT_LANGUAGE else language
        await with_retries(
            lambda menu=menu, code=code: bot.set_my_commands(  # type: ignore[misc]
                menu, scope=scope, language_code=code
            ),
            repeatable=True,
        )
