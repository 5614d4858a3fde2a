"""Asks on which platforms the companion is to talk, and tries each token at once."""

import asyncio
from collections.abc import AsyncIterator

from bots.doctor_checks import Check, CheckStatus
from bots.error_texts import error_text
from bots.settings.config_file import ConfigFile
from bots.settings.root import Settings
from bots.terminal.doctor import show_check
from bots.terminal.wizard.questions import Questions
from brain.errors import MissingPart

PLATFORMS = {"discord": "Discord", "telegram": "Telegram"}
"""The sections of the settings, and the names of the platforms."""


def ask_platforms(questions: Questions, config: ConfigFile, settings: Settings) -> None:
    """Ask for the token of each platform, and write those that work into the settings."""
    for section, name in PLATFORMS.items():
        questions.tell_environment([f"{section}.token"])
        present = getattr(settings, section).token
        kinds = ("keep", "change", "without") if present else ("without", "add")
        chosen = questions.choose(
            questions.say("setup-platform", name=name),
            [(kind, questions.say(f"setup-platform-{kind}")) for kind in kinds],
        )
        if chosen == "without":
            config.set(f"{section}.token", None)
        elif chosen != "keep":
            token = _ask_token(questions, settings, section)
            if token:
                config.set(f"{section}.token", token)


def _ask_token(questions: Questions, settings: Settings, section: str) -> str | None:
    """Return a token that works or is kept nevertheless; None for none."""
    questions.tell(questions.say(f"setup-token-{section}"))
    while token := questions.secret(questions.say("setup-token")):
        checks = asyncio.run(_checks(questions, settings, section, token))
        for check in checks:
            show_check(check)
        if all(check.status is not CheckStatus.FAILED for check in checks):
            return token
        names = ("again", "anyway", "back")
        chosen = questions.choose(
            questions.say("setup-what-now"),
            [(name, questions.say(f"setup-token-{name}")) for name in names],
        )
        if chosen == "anyway":
            return token
        if chosen == "back":
            return None
    return None


async def _checks(
    questions: Questions, settings: Settings, section: str, token: str
) -> list[Check]:
    """Return what the doctor would say of a token."""
    values = getattr(settings, section).model_dump() | {"token": token}
    changed = type(getattr(settings, section)).model_validate(values)
    try:
        return [check async for check in _examine(section, changed, questions.language)]
    except ImportError:
        error = MissingPart(part=section, command=f"pip install 'siliconfriend[{section}]'")
        detail = error_text(error, questions.language)
        return [Check(title=PLATFORMS[section], status=CheckStatus.FAILED, detail=detail)]


async def _examine(section: str, settings: object, language: str) -> AsyncIterator[Check]:
    if section == "discord":
        from bots.discord.checks import check_discord  # noqa: PLC0415

        async for check in check_discord(settings, language=language):  # type: ignore[arg-type]
            yield check
    else:
        from bots.telegram.checks import check_telegram  # noqa: PLC0415

        yield await check_telegram(settings, language=language)  # type: ignore[arg-type]
