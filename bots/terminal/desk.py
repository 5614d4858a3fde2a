"""Gives the terminal the commands of the chat platforms."""

import os
from pathlib import Path

from bots.screens import Caller, Desk, File
from bots.services import build_services
from bots.settings.persona import persona
from bots.terminal.exporting import FileUnwritable
from bots.terminal.session import Session
from brain.companion import Companion


def terminal_desk(companion: Companion, session: Session) -> Desk:
    """Return the desk that answers the commands of the chat platforms. Raises BadSettings."""
    settings = session.settings
    return build_services(
        companion,
        settings=settings,
        persona=persona(settings, language=session.language),
        zone=session.zone,
    ).desk


def terminal_caller(session: Session) -> Caller:
    """Return the person at the terminal, who runs the installation."""
    return Caller(
        account=session.person.id,
        person=session.person,
        place=session.place,
        language=session.language,
        is_owner=True,
    )


def save_file(file: File, folder: Path) -> Path:
    """Write a file into a folder, readable by its owner alone, and return its path.

    It gets a number where there is one of that name. Raises FileUnwritable.
    """
    named, number = folder / file.name, 1
    path = named
    while True:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(file.content)
        except FileExistsError:
            number += 1
            path = named.with_stem(f"{named.stem}-{number}")
        except OSError as exc:
            raise FileUnwritable(path=str(path), reason=exc.strerror or type(exc).__name__) from exc
        else:
            return path
