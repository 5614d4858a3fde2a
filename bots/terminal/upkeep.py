"""Defines the command `siliconfriend upkeep`."""

import asyncio

import click

from bots.bootstrap import open_companion
from bots.opening import open_store
from bots.terminal.options import days_later_option, debug_option
from bots.terminal.session import Session, open_session
from brain.ports import Due


@click.command("upkeep")
@days_later_option
@click.option("--dry-run", is_flag=True, help="Only count what is due.")
@debug_option
def command(*, days_later: float, dry_run: bool) -> None:
    """Archive memories that have been forgotten, and erase those archived long enough.

    This is for all people; a chat does it by itself at its start and every hour.
    """
    if days_later and not dry_run:
        raise click.UsageError("--days-later only works with --dry-run.")
    session = open_session(days_later=days_later)
    due = asyncio.run(_count(session) if dry_run else _keep(session))
    key = "upkeep-would" if dry_run else "upkeep-did"
    click.echo(session.say(key, archived=due.archived, erased=due.erased))


async def _count(session: Session) -> Due:
    async with open_store(session.settings) as store:
        return await store.count_due(now=session.clock.now(), curve=session.settings.memory.curve)


async def _keep(session: Session) -> Due:
    async with open_companion(session.settings, clock=session.clock, speaking=False) as companion:
        return await companion.upkeep()
