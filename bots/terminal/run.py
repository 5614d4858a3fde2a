"""Defines the command `siliconfriend run`, and serves platforms for the other bots' commands."""

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, TypeVar

import click

from bots.bootstrap import open_services
from bots.error_texts import error_text
from bots.opening import open_store
from bots.platform import Platform, PlatformError
from bots.services import Services
from bots.settings.answering_model import uses_demonstration_model
from bots.settings.root import Settings
from bots.terminal.options import debug_option
from bots.terminal.session import Session, open_session
from brain.errors import MissingPart, StoreUnavailable

Command = TypeVar("Command", bound=Callable[..., Any])

PLATFORMS = {
    "discord": ("bots.discord.platform", "DiscordPlatform"),
    "telegram": ("bots.telegram.platform", "TelegramPlatform"),
}
"""By name of a platform, its module and class; only platforms that are served are imported."""
RETRY_AFTER_S = 2.0
"""Seconds between two attempts to reach the store at the start."""


class NothingToServe(PlatformError):
    """There is no platform with a token."""

    key = "serving-nothing"


def health_option(command: Command) -> Command:
    """Add `--health-port N`."""
    return click.option(
        "--health-port",
        type=click.IntRange(0, 65_535),
        help="Answer GET /healthz on this port of loopback: 200 if the bots are healthy, else 503.",
    )(command)


@click.command("run")
@health_option
@debug_option
def command(*, health_port: int | None) -> None:
    """Run the bot of every platform that has a token, all with the same memories.

    Ctrl-C or SIGTERM stops the bots after they have finished their replies; what takes too long is
    answered after the next start.
    """
    session = open_session(serving=True)
    names = configured_platforms(session.settings)
    if not names:
        raise NothingToServe
    asyncio.run(serve_platforms(session, names, health_port=health_port))


def configured_platforms(settings: Settings) -> list[str]:
    """Return the names of the platforms that have a token."""
    tokens = {"discord": settings.discord.token, "telegram": settings.telegram.token}
    return [name for name in PLATFORMS if tokens[name] is not None]


async def serve_platforms(
    session: Session, names: Sequence[str], *, health_port: int | None
) -> None:
    """Serve platforms until a signal comes. Raises PlatformError, and as `open_services` does."""
    # A missing package is reported before a model is loaded.
    makers = [_import_platform(name) for name in names]
    # aiohttp comes with the platforms' packages.
    from bots.serving import serve  # noqa: PLC0415

    click.echo(session.say("chat-starting"), err=True)
    if uses_demonstration_model(session.settings):
        click.echo(session.say("chat-demonstration"), err=True)
    await _wait_for_store(session)
    async with open_services(session.settings, clock=session.clock) as services:
        platforms = [make(services) for make in makers]
        click.echo(session.say("serving-started", names=", ".join(names)), err=True)
        await serve(services, platforms, health_port=health_port)
    click.echo(session.say("serving-stopped"), err=True)


async def _wait_for_store(session: Session) -> None:
    """Wait until the store can be reached: after a restart of the machine it may come up later."""
    is_told = False
    while True:
        try:
            async with open_store(session.settings):
                return
        except StoreUnavailable as error:
            if not is_told:
                told = error_text(error, session.language)
                click.echo(session.say("serving-waits", error=told), err=True)
                is_told = True
        await asyncio.sleep(RETRY_AFTER_S)


def _import_platform(name: str) -> Callable[[Services], Platform]:
    module, attribute = PLATFORMS[name]
    try:
        maker: Callable[[Services], Platform] = getattr(import_module(module), attribute)
    except ImportError as exc:
        raise MissingPart(part=name, command=f"pip install 'siliconfriend[{name}]'") from exc
    return maker
