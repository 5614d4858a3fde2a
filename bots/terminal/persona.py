"""Defines the command `siliconfriend persona`."""

import os
import sys
from pathlib import Path

import click

from bots.settings.persona import default_text, own_file, own_text
from bots.terminal.exporting import FileUnwritable
from bots.terminal.options import debug_option
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import open_session


@click.command("persona")
@click.option(
    "--edit", is_flag=True, help="Edit your own, which begins as a copy of the bundled one."
)
@debug_option
def command(*, edit: bool) -> None:
    """Show who the companion is, and which file holds your own text for that."""
    session = open_session()
    path = own_file(session.settings)
    if edit:
        _create_unless_present(path, default_text(session.language))
        click.echo(str(path))
        if sys.stdin.isatty() and sys.stdout.isatty() and _editor():
            click.edit(filename=str(path))
        return
    own = own_text(session.settings, language=session.language)
    click.echo(strip_control_characters(own or default_text(session.language)))
    click.echo(session.say("persona-own" if own else "persona-default", path=str(path)), err=True)


def _create_unless_present(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(f"{text}\n")
    except FileExistsError:
        if not path.is_file():
            raise FileUnwritable(path=str(path), reason="it is not a file") from None
    except OSError as exc:
        raise FileUnwritable(path=str(path), reason=exc.strerror or type(exc).__name__) from exc


def _editor() -> str | None:
    return os.environ.get("VISUAL") or os.environ.get("EDITOR")
