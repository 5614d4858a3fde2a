"""Defines the command `siliconfriend migrate`."""

import asyncio
from contextlib import AsyncExitStack

import click

from bots.opening import open_embedder, open_store
from bots.settings.addresses import SQLITE, sqlite_path
from bots.terminal.options import StoreAddress, debug_option
from bots.terminal.progress import progress_bar
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import Session, open_session
from brain.errors import BadInput
from brain.ports import Embedder, MemoryStore
from brain.transfer.migration import Difference, MigrationReceipt, adopt_embedder, compare, migrate
from brain.transfer.values_migration import can_list_values

SHOWN = 8
"""Characters of a checksum that are shown."""


class NoSuchStore(BadInput):
    """The store to copy from does not exist. Values: `path`."""

    key = "error-no-such-store"


@click.command("migrate")
@click.argument("source", metavar="FROM", type=StoreAddress())
@click.argument("target", metavar="[TO]", type=StoreAddress(), required=False)
@debug_option
@click.pass_context
def command(ctx: click.Context, *, source: str, target: str | None) -> None:
    """Copy all people and memories, with their vectors, FROM one store TO another.

    Both are addresses as in SILICONFRIEND_STORE, such as sqlite:/path/to/memories.db or
    redis://user:password@host:6379/0. Without TO, memories go to the store of the settings, which
    keeps its password off the command line. FROM is only read. If the command is interrupted, run
    it again to continue. In the end both are compared; the exit code is 1 if they differ.

    People's pauses and preferences are copied too. From SQLite, so is all else that is stored, such
    as the settings of servers and groups; Redis cannot list those, and they are not copied.
    """
    session = open_session()
    if source.startswith(SQLITE) and not sqlite_path(source).exists():
        # Opening a store that does not exist would create an empty one.
        raise NoSuchStore(path=str(sqlite_path(source)))
    copied, differences, whole = asyncio.run(_migrate(session, source, target))
    click.echo(
        session.say("migrate-copied", people=copied.people, added=copied.added, known=copied.known)
    )
    if copied.values:
        click.echo(session.say("migrate-noted", count=copied.values))
    if not whole:
        click.echo(session.say("migrate-notes-left"), err=True)
    for difference in differences:
        click.echo(_line(session, difference), err=True)
    if differences:
        click.echo(session.say("migrate-different", people=len(differences)), err=True)
        ctx.exit(1)
    click.echo(session.say("migrate-same"))


async def _migrate(
    session: Session, source: str, target: str | None
) -> tuple[MigrationReceipt, list[Difference], bool]:
    """Copy and compare; return what was copied, what differs, and whether all values were."""
    curve = session.settings.memory.curve
    async with (
        open_store(session.settings, address=source) as here,
        open_store(session.settings, address=target) as there,
        AsyncExitStack() as stack,
    ):
        embedder = await _embedder(session, here, there, stack)
        with progress_bar(session.say("migrate-progress")) as progress:
            copied = await migrate(here, there, curve=curve, embedder=embedder, progress=progress)
        with progress_bar(session.say("migrate-compare")) as progress:
            differences = [each async for each in compare(here, there, progress=progress)]
        return copied, differences, can_list_values(here)


async def _embedder(
    session: Session, source: MemoryStore, target: MemoryStore, stack: AsyncExitStack
) -> Embedder | None:
    """Return the embedder that embeds memories again, or None if their vectors are copied."""
    curve = session.settings.memory.curve
    if await adopt_embedder(source, target, curve=curve):
        return None
    embedder = await stack.enter_async_context(open_embedder(session.settings.embedder))
    await target.check_embedder(curve=curve, embedder=embedder.name, dimensions=embedder.dimensions)
    return embedder


def _line(session: Session, difference: Difference) -> str:
    return session.say(
        "migrate-differs",
        person=strip_control_characters(difference.person),
        source=difference.source.memories,
        target=difference.target.memories,
        left=difference.source.checksum[:SHOWN],
        right=difference.target.checksum[:SHOWN],
    )
