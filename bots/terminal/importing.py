"""Defines the command `siliconfriend import`."""

import asyncio
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bots.bootstrap import open_companion
from bots.terminal.options import debug_option, person_option
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import Session, notices, open_session, person_named
from brain.transfer.importing import ImportReceipt, import_file


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@person_option
@debug_option
def command(*, file: Path, person: str | None) -> None:
    """Load FILE: an export of siliconfriend, or a MemoryBank file of the first SiliconFriend.

    The file says whose memories they are; the names in a MemoryBank file become people of this
    terminal (chat --person NAME). With --person, all memories become that person's. Importing a
    file twice adds nothing.
    """
    session = open_session(person=person)
    receipt = asyncio.run(_import(session, file, own=person is not None))
    people = ", ".join(p.name or p.id for p in receipt.people)
    added = session.say(
        "import-receipt",
        people=strip_control_characters(people),
        added=receipt.added,
        known=receipt.known,
    )
    click.echo(added)
    if receipt.skipped:
        click.echo(session.say("import-skipped", count=receipt.skipped), err=True)


async def _import(session: Session, file: Path, *, own: bool) -> ImportReceipt:
    columns = (
        TextColumn(session.say("import-progress")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    async with open_companion(session.settings, clock=session.clock, speaking=False) as companion:
        with Progress(*columns, console=notices(), transient=True) as bar:
            task = bar.add_task("", total=None)
            return await import_file(
                file,
                store=companion.store,
                embedder=companion.embedder,
                clock=session.clock,
                curve=companion.curve,
                zone=session.zone,
                person_for=lambda name: person_named(name, session.zone),
                progress=lambda done, total: bar.update(task, completed=done, total=total),
                person=session.person if own else None,
            )
