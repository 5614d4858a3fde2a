"""Defines the command `siliconfriend setup`, which asks for what a companion needs."""

import asyncio
import sys

import click

from bots.doctor import Doctor
from bots.doctor_checks import CheckStatus
from bots.error_texts import error_text
from bots.settings.config_file import ConfigFile
from bots.settings.loading import load, locale_language
from bots.settings.root import Settings
from bots.terminal.doctor import show_checks
from bots.terminal.failures import FAILED
from bots.terminal.model import choose, downloads, fetch, save
from bots.terminal.options import debug_option
from bots.terminal.wizard.model_question import ModelQuestion
from bots.terminal.wizard.place_questions import ask_country, ask_store, ask_zone
from bots.terminal.wizard.platform_questions import ask_platforms
from bots.terminal.wizard.questions import Questions, Stopped
from brain.errors import BadInput, BadSettings
from brain.hub.chat_models import ChatModel
from brain.hub.errors import HubError
from brain.languages import languages
from brain.texts import name_of


class NoTerminal(BadInput):
    """There is nobody to ask."""

    key = "setup-no-terminal"


@click.command("setup")
@debug_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """Ask for a model, platforms, the time zone and where memories are kept, and check all of it.

    The answers go to config.toml; what stands there already is proposed, so that setup changes it
    as well. Nothing is written before the last question, and Ctrl-C leaves everything as it is.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminal
    questions = Questions(locale_language())
    config = ConfigFile(language=questions.language)
    settings = present_settings(questions)
    try:
        model = _ask(questions, config, settings)
    except (Stopped, KeyboardInterrupt):
        click.echo(questions.say("setup-stopped"))
        raise click.Abort from None
    if model is None and not config.is_changed:
        questions.tell(questions.say("setup-no-change"))
    else:
        save(config)
        questions.tell(questions.say("setup-written", path=str(config.path)))
    is_there = model is None or _download(questions, config, model)
    ctx.exit(0 if is_there and _verdict(questions) else FAILED)


def present_settings(questions: Questions) -> Settings:
    """Return the settings in force; of those that are wrong, tell it and take the defaults."""
    try:
        return load().settings
    except BadSettings as error:
        questions.tell(error_text(error, questions.language))
        try:
            return Settings()
        except ValueError:
            # The environment is wrong, which no line of the file could mend.
            raise error from None


def _ask(questions: Questions, config: ConfigFile, settings: Settings) -> ChatModel | None:
    """Ask everything; return a model that is to be downloaded."""
    _ask_language(questions, config)
    questions.tell(questions.say("setup-hello", path=str(config.path)))
    model = ModelQuestion(questions, config, settings).ask()
    ask_platforms(questions, config, settings)
    zone = ask_zone(questions, config, settings)
    ask_country(questions, config, settings, zone)
    ask_store(questions, config, settings)
    changes = config.changes()
    if model is None and not changes:
        return None
    questions.tell(questions.say("setup-changes"))
    for key, value in changes:
        shown = questions.say("setup-removed") if value is None else str(value)
        questions.tell(f"  {key} = {shown}")
    if model:
        questions.tell(f"  model.file = {model.file}")
    questions.tell_environment(key for key, _ in changes)
    options = [(True, questions.say("setup-write")), (False, questions.say("setup-discard"))]
    if not questions.choose(questions.say("setup-right"), options):
        raise Stopped
    return model


def _ask_language(questions: Questions, config: ConfigFile) -> None:
    """Ask in which language to go on; the one of the locale is not written down."""
    present = config.get("language")
    if present not in languages():
        present = questions.language
    options = [(code, name_of(code)) for code in languages()]
    chosen = questions.choose("Language · 语言 · Idioma", options, default=present)
    questions.language = chosen
    if chosen != present or config.get("language"):
        config.set("language", chosen)


def _download(questions: Questions, config: ConfigFile, model: ChatModel) -> bool:
    """Download the model and write it down. If that fails, all other answers are kept."""
    try:
        settings = load().settings
        asyncio.run(fetch(settings, questions.language, model))
    except (HubError, BadSettings) as error:
        questions.tell(error_text(error, questions.language))
    except KeyboardInterrupt:
        pass
    else:
        choose(config, model, downloads(settings))
        save(config)
        return True
    questions.tell(questions.say("setup-download-later", name=model.name))
    return False


def _verdict(questions: Questions) -> bool:
    """Show what the doctor says of it all; return whether a chat would work."""
    questions.tell(questions.say("setup-checking"))
    doctor = Doctor()
    checks = asyncio.run(show_checks(doctor))
    failed = sum(check.status is CheckStatus.FAILED for check in checks)
    questions.tell(questions.say("doctor-verdict", failed=failed))
    if doctor.loaded:
        settings = doctor.loaded.settings
        if settings.discord.token or settings.telegram.token:
            questions.tell(questions.say("setup-run"))
    return not failed
