"""Defines the command `siliconfriend export`."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from bots.conversation.access import person_of
from bots.opening import open_store
from bots.terminal.options import debug_option, person_option
from bots.terminal.session import Session, open_session
from brain.errors import BadInput
from brain.ids import PersonId
from brain.messages import Person
from brain.transfer.export import export_person


class FileUnwritable(BadInput):
    """A file cannot be written. Values: `path`, `reason`."""

    key = "error-file-unwritable"


@click.command("export")
@person_option
@click.option(
    "--account",
    metavar="ID",
    help="Export the person with this account, such as telegram:123 or discord:456.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, which only you can read; default: standard output.",
)
@debug_option
def command(*, person: str | None, account: str | None, out: Path | None) -> None:
    """Write everything that is kept of one person as JSON Lines."""
    if person and account:
        raise click.UsageError("Use either --person or --account.")
    session = open_session(person=person)
    whose = Person(PersonId(account.strip())) if account else session.person
    if out is None:
        asyncio.run(_export(session, whose, lambda line: click.echo(line, nl=False)))
        return
    count = _to_file(session, whose, out)
    click.echo(session.say("export-receipt", path=str(out), count=count), err=True)


async def _export(session: Session, whose: Person, write: Callable[[str], object]) -> int:
    """Pass each line to `write`, and return the number of memories."""
    lines = 0
    async with open_store(session.settings) as store:
        person = (await person_of(store, whose)).id
        async for line in export_person(store, person, now=session.clock.now()):
            write(line)
            lines += 1
    return lines - 2  # the first names the person, the last is the end


def _to_file(session: Session, whose: Person, out: Path) -> int:
    try:
        # A file of mkstemp is readable by its owner alone from the beginning.
        descriptor, name = tempfile.mkstemp(prefix=f".{out.name[:64]}.", dir=out.parent)
    except OSError as exc:
        raise FileUnwritable(path=str(out), reason=exc.strerror or type(exc).__name__) from exc
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            count = asyncio.run(_export(session, whose, file.write))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    except OSError as exc:
        raise FileUnwritable(path=str(out), reason=exc.strerror or type(exc).__name__) from exc
    finally:
        partial.unlink(missing_ok=True)
    return count
