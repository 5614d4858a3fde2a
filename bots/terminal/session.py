"""Opens the session of a command: the settings, the person, the clock and the log."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from bots.desk.person_corrections import PersonCorrections
from bots.desk.person_memories import PersonMemories
from bots.settings.loading import interface_language, load, zone_of
from bots.settings.root import Settings
from bots.terminal.failures import DEBUG
from brain.clock import SystemClock
from brain.companion import Companion
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place, Scope
from brain.ports import MemoryStore
from brain.texts import as_told, say

NAMELESS = "me"
"""The default name, which the person is not called by."""
LOG_BYTES = 1_000_000
"""Size of the log at which it is rotated."""
PIPE_COLUMNS = 160
"""Width of tables that are written to a pipe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one run of a command works with."""

    settings: Settings
    language: str
    name: str
    person: Person
    place: Place
    clock: SystemClock
    days_later: float

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the person."""
        return self.person.zone

    @property
    def scope(self) -> Scope:
        """The memories that may be shown, which are all of the person's: a terminal is private."""
        return Scope.of(self.person, self.place)

    def person_memories(self, store: MemoryStore) -> PersonMemories:
        """Return the person's memories in a store."""
        return PersonMemories(
            store=store, scope=self.scope, clock=self.clock, curve=self.settings.memory.curve
        )

    def corrections(self, companion: Companion) -> PersonCorrections:
        """Return the corrections that the person may make."""
        return PersonCorrections(
            person_memories=self.person_memories(companion.store), correcting=companion.correcting
        )

    def say(self, key: str, /, **values: str | float) -> str:
        """Return a text of the catalogue in the interface's language."""
        return say(self.language, key, **values)

    def as_told(self, text: str, replaced_at: datetime | None) -> str:
        """Return the text of a memory, marked if the person said otherwise since then."""
        return as_told(self.language, text, replaced_at, self.zone)


def open_session(
    *, person: str | None = None, days_later: float = 0.0, serving: bool = False
) -> Session:
    """Read the settings and start the log.

    Args:
        person: the name of the person; None: the one in the settings.
        days_later: days that the clock is set ahead.
        serving: whether this is a bot, which logs to standard error as well as to the file.

    Raises:
        BadSettings: the settings cannot be read.
    """
    settings = load().settings
    name = person or settings.person
    _start_log(settings, to_stderr=serving)
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
    """Return the person of a name at this terminal."""
    return Person(PersonId(f"terminal:{name}"), "" if name == NAMELESS else name, zone)


def output() -> Console:
    """Return the console for results; a pipe is wide, so that texts are not shortened in it."""
    console = Console(highlight=False, markup=False, emoji=False)
    if console.width < 1 or (not console.is_terminal and "COLUMNS" not in os.environ):
        console.width = PIPE_COLUMNS
    return console


def notices() -> Console:
    """Return the console for everything that is not a result."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


class _OptionalFileHandler(RotatingFileHandler):
    """Writes a log file, and ignores it if that is not possible."""

    def _open(self) -> TextIOWrapper:
        # With the memories in Redis, nothing else may have created the folder.
        Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 logging's name
        """Ignore the error."""


def _start_log(settings: Settings, *, to_stderr: bool) -> None:
    """Log warnings to a file beside the memories, until the command ends.

    Only this program and asyncio are logged, since what SDKs log may hold messages. With
    `to_stderr` warnings go to standard error as well, which is all that a container shows.
    """
    context = click.get_current_context()
    is_debugged = bool(context.meta.get(DEBUG))
    file = _OptionalFileHandler(
        settings.data_dir / "siliconfriend.log",
        maxBytes=LOG_BYTES,
        backupCount=1,
        encoding="utf-8",
        delay=True,
    )
    handlers: list[logging.Handler] = [] if is_debugged else [file]
    if is_debugged or to_stderr:
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
