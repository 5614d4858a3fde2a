"""`siliconfriend restore`, which is also `forget --undo`."""

import asyncio

import click

from bots.bootstrap import open_store
from bots.terminal.options import debug_option, person_option
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.selection import restored_lines
from bots.terminal.session import Session, open_session


@click.command("restore")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@person_option
@click.option("--all", "everything", is_flag=True, help="The whole archive, faded memories too.")
@debug_option
def command(*, ids: tuple[str, ...], person: str | None, everything: bool) -> None:
    """Bring back what was forgotten last; or those with these IDs; or, with --all, everything.

    What can be brought back: siliconfriend memories --archived
    """
    if ids and everything:
        raise click.UsageError("IDs or --all, not both.")
    session = open_session(person=person)
    asyncio.run(undo(session, ids, everything=everything))


async def undo(session: Session, ids: tuple[str, ...], *, everything: bool) -> None:
    """Restore and say what came back."""
    async with open_store(session.settings) as store:
        restored = await session.shelf(store).undo(ids, everything=everything)
    for line in restored_lines(session, restored):
        click.echo(strip_control_characters(line))
