"""Defines the command `siliconfriend model`, which lists, downloads and chooses chat models."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.table import Table

from bots.settings.config_file import ConfigFile, in_environment
from bots.settings.root import Settings
from bots.terminal.exporting import FileUnwritable
from bots.terminal.options import debug_option
from bots.terminal.progress import progress_bar
from bots.terminal.session import Session, open_session, output
from brain.errors import BadInput, BadSettings
from brain.hub.chat_models import ChatModel, chat_model, chat_models, machine_memory
from brain.hub.download import Downloads
from brain.texts import name_of, say

CHOICE = (
    "model.name",
    "model.base_url",
    "model.api_key",
    "model.file",
    "model.context_tokens",
    "model.thinking",
    "model.voices",
    "model.sees",
    "local.model",
    "local.adapter",
)
"""The settings that depend on which model answers; another choice begins without them."""

DECISIVE = set(CHOICE) - {"model.context_tokens", "model.thinking", "model.api_key"}
"""Those of them that decide which model it is."""


class NoSuchModel(BadInput):
    """The list has no such model. Values: `name`, and `known`, the names that it has."""

    key = "model-unknown"


class EnvironmentDecides(BadSettings):
    """Variables win over what would be written. Values: `variables`."""

    key = "model-environment"


@click.group("model")
@debug_option
def command() -> None:
    """List, download and choose models that run on this machine."""


@command.command("list")
@debug_option
def list_command() -> None:
    """List chat models by size, with their languages, licences, and the memory that they take."""
    session = open_session()
    click.echo(session.say("model-hint"), err=True)
    output().print(models_table(session))
    if (memory := machine_memory()) is not None:
        click.echo(session.say("model-memory", gigabytes=gigabytes(memory)), err=True)


@command.command("get")
@click.argument("name")
@debug_option
def get_command(*, name: str) -> None:
    """Download the model NAME; a download that was interrupted goes on."""
    session = open_session()
    model = _named(name)
    path = asyncio.run(fetch(session.settings, session.language, model))
    click.echo(session.say("model-there", name=model.name, path=str(path)))


@command.command("use")
@click.argument("name")
@debug_option
def use_command(*, name: str) -> None:
    """Answer with the model NAME from now on, after downloading it if it is not there."""
    session = open_session()
    model = _named(name)
    # It is known before gigabytes are downloaded for nothing.
    if variables := in_environment(DECISIVE):
        raise EnvironmentDecides(variables=", ".join(variables))
    asyncio.run(fetch(session.settings, session.language, model))
    config = ConfigFile(language=session.language)
    choose(config, model, downloads(session.settings))
    save(config)
    click.echo(session.say("model-used", name=model.name, path=str(config.path)))


def choose(config: ConfigFile, model: ChatModel, folder: Downloads) -> None:
    """Write a downloaded model into the settings, in place of the one before."""
    forget_choice(config)
    config.set("model.file", str(folder.path_of(model)))
    config.set("model.context_tokens", model.context_tokens)
    if model.thinks:
        # On a processor its thoughts would take minutes before each reply.
        config.set("model.thinking", "off")


def forget_choice(config: ConfigFile) -> None:
    """Take the model that answered until now out of the settings."""
    for key in CHOICE:
        config.set(key, None)


def save(config: ConfigFile) -> None:
    """Write the settings. Raises FileUnwritable."""
    try:
        config.save()
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise FileUnwritable(path=str(config.path), reason=reason) from exc


def downloads(settings: Settings) -> Downloads:
    """Return the folder of models that the settings name."""
    return Downloads(folder=settings.models_folder, hub_url=settings.hub.url)


async def fetch(settings: Settings, language: str, model: ChatModel) -> Path:
    """Download a model and show how far it is; returns its path. Raises HubError."""
    host = urlsplit(settings.hub.url).hostname or ""
    title = say(language, "model-downloading", name=model.name, host=host)
    with progress_bar(title, in_bytes=True) as progress:
        return await downloads(settings).fetch(model, progress=progress)


def models_table(session: Session) -> Table:
    """Return the list of models; those that speak the interface's language come first."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for column in ("name", "size", "memory", "context", "languages", "licence", "state"):
        table.add_column(session.say(f"model-column-{column}"), overflow="fold")
    folder, memory = downloads(session.settings), machine_memory()
    for model in sorted(chat_models(), key=lambda one: session.language not in one.languages):
        table.add_row(
            model.name,
            session.say("model-gigabytes", gigabytes=gigabytes(model.size)),
            session.say("model-gigabytes", gigabytes=gigabytes(model.memory_bytes)),
            str(model.context_tokens),
            " ".join(map(name_of, model.languages)),
            model.licence,
            state(session, model, folder, memory=memory),
        )
    return table


def state(session: Session, model: ChatModel, folder: Downloads, *, memory: int | None) -> str:
    """Return in words whether a model answers, is there, or is too large for this machine."""
    if folder.has(model):
        is_used = session.settings.model.file == folder.path_of(model)
        return session.say("model-state-used" if is_used else "model-state-there")
    if memory is not None and model.memory_bytes > memory:
        return session.say("model-state-large")
    return ""


def gigabytes(count: int) -> float:
    """Return bytes as gigabytes (10^9) with one decimal."""
    return round(count / 1e9, 1)


def _named(name: str) -> ChatModel:
    if model := chat_model(name):
        return model
    known = ", ".join(model.name for model in chat_models())
    raise NoSuchModel(name=name, known=known)
