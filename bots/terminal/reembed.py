"""Defines the command `siliconfriend reembed`."""

import asyncio

import click

from bots.bootstrap import check_embedder
from bots.opening import open_embedder, open_store
from bots.terminal.options import debug_option
from bots.terminal.progress import progress_bar
from bots.terminal.session import Session, open_session
from brain.ports import Embedder, MemoryStore
from brain.reembedding import embed_missing


@click.command("reembed")
@debug_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """Compute the vectors of all memories again, after the embedder was changed.

    Bots with the new embedder do this by themselves while they answer, and both may run at once.
    Stop bots that still run with the old embedder first. Until a memory has its new vector, only
    its words find it. If the command is interrupted, run it again to continue. The exit code is 1
    if the embedder refused some memories.
    """
    session = open_session()
    if asyncio.run(_reembed(session)):
        ctx.exit(1)


async def _reembed(session: Session) -> int:
    settings = session.settings
    async with open_store(settings) as store, open_embedder(settings.embedder) as embedder:
        await check_embedder(store, embedder, curve=settings.memory.curve, replacing=True)
        name, dimensions = embedder.name, embedder.dimensions
        # Memories without a vector may also be left from an interrupted run or another process.
        waiting = await store.replace_embedder(embedder=name, dimensions=dimensions)
        if not waiting:
            click.echo(session.say("reembed-nothing", name=name, dimensions=dimensions))
            return 0
        refused = await _embed(session, store, embedder, waiting)
        click.echo(
            session.say("reembed-done", count=waiting - refused, name=name, dimensions=dimensions)
        )
        if refused:
            click.echo(session.say("reembed-refused", count=refused), err=True)
        return refused


async def _embed(session: Session, store: MemoryStore, embedder: Embedder, waiting: int) -> int:
    """Embed all memories without a vector, and return how many the embedder refused."""
    with progress_bar(session.say("reembed-progress")) as show:
        return await embed_missing(store, embedder, progress=lambda done: show(done, waiting))
