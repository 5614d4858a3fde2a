"""The person at the terminal, the settings and the clock that every command starts from."""

import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from bots.desk.shelf import Shelf
from bots.settings.loading import interface_language, load, zone_of
from bots.settings.root import Settings
from bots.terminal.failures import DEBUG
from brain.clock import SystemClock
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place, Scope
from brain.ports import MemoryStore
from brain.texts import say

NAMELESS = "me"
"""The name that is no name: nobody is told “you are talking with me”."""
LOG_BYTES = 1_000_000
PIPE_COLUMNS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of the command."""

    settings: Settings
    language: str
    name: str
    person: Person
    place: Place
    clock: SystemClock
    days_later: float

    @property
    def zone(self) -> ZoneInfo:
        """Whose days are meant."""
        return self.person.zone

    @property
    def scope(self) -> Scope:
        """A terminal is private."""
        return Scope.of(self.person, self.place)

    def shelf(self, store: MemoryStore) -> Shelf:
        """This person's memories in that store."""
        return Shelf(
            store=store, scope=self.scope, clock=self.clock, curve=self.settings.memory.curve
        )

    def say(self, key: str, /, **values: str | float) -> str:
        """A text of the interface."""
        return say(self.language, key, **values)


def open_session(
    *, person: str | None = None, days_later: float = 0.0, serving: bool = False
) -> Session:
    """Read the settings and start the log, for a bot on the standard error as well.

    Raises BadSettings.
    """
    settings = load().settings
    name = person or settings.person
    _log(settings, aloud=serving)
    return Session(
        settings=settings,
        language=interface_language(settings),
        name=name,
        person=person_named(name, zone_of(settings)),
        place=Place(PlaceId(f"terminal:{name}"), private=True),
        clock=SystemClock(offset=timedelta(days=days_later)),
        days_later=days_later,
    )


def person_named(name: str, zone: ZoneInfo) -> Person:
    """The person of that name at this terminal."""
    return Person(PersonId(f"terminal:{name}"), "" if name == NAMELESS else name, zone)


def output() -> Console:
    """Where results go. A pipe is as wide as a screen can be: what reads it wants the words."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_COLUMNS
    return console


def notices() -> Console:
    """Where everything goes that is no result."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


class _QuietFile(RotatingFileHandler):
    """A log that cannot be written must not get in the way of what it would be about."""

    def _open(self) -> TextIOWrapper:
        # The folder may not be there: with memories in Redis, nothing else needs it.
        Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 logging's name
        """Nothing to do, and nobody to tell."""


def _log(settings: Settings, *, aloud: bool) -> None:
    """Warnings go to a file beside the memories: a chat is no place for them.

    Ours and asyncio's alone: what SDKs log may hold messages. `aloud`: to the standard error too,
    which is all that a container shows.
    """
    context = click.get_current_context()
    is_debugged = bool(context.meta.get(DEBUG))
    file = _QuietFile(
        settings.data_dir / "siliconfriend.log",
        maxBytes=LOG_BYTES,
        backupCount=1,
        encoding="utf-8",
        delay=True,
    )
    handlers: list[logging.Handler] = [] if is_debugged else [file]
    if is_debugged or aloud:
        handlers.append(logging.StreamHandler())
    loggers = [logging.getLogger(name) for name in ("bots", "brain", "storage", "asyncio")]
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in handlers:
        handler.setFormatter(form)
    for logger in loggers:
        for handler in handlers:
            logger.addHandler(handler)
        logger.setLevel(logging.DEBUG if is_debugged else logging.WARNING)
        logger.propagate = False

    def close() -> None:
        for logger in loggers:
            for handler in handlers:
                logger.removeHandler(handler)
            logger.propagate = True
        for handler in handlers:
            handler.close()

    context.call_on_close(close)
