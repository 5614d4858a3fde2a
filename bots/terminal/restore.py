"""Defines the command `siliconfriend restore`, which `forget --undo` uses too."""

import asyncio

import click

from bots.opening import open_store
from bots.terminal.options import debug_option, person_option
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.selection import restored_lines
from bots.terminal.session import Session, open_session


@click.command("restore")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@person_option
@click.option(
    "--all", "everything", is_flag=True, help="Restore the whole archive, faded memories too."
)
@debug_option
def command(*, ids: tuple[str, ...], person: str | None, everything: bool) -> None:
    """Restore what was forgotten last, the memories with the given IDs, or with --all everything.

    To see what can be restored: siliconfriend memories --archived
    """
    if ids and everything:
        raise click.UsageError("Use either IDs or --all.")
    session = open_session(person=person)
    asyncio.run(undo(session, ids, everything=everything))


async def undo(session: Session, ids: tuple[str, ...], *, everything: bool) -> None:
    """Restore memories, and list them. Raises UnknownMemory, StoreError."""
    async with open_store(session.settings) as store:
        restored = await session.person_memories(store).undo(ids, everything=everything)
    for line in restored_lines(session, restored):
        click.echo(strip_control_characters(line))
