"""Defines the command `siliconfriend memories`."""

import asyncio
import json
from collections.abc import Sequence

import click

from bots.bootstrap import open_companion
from bots.desk.memory_views import MemoryView, PageView
from bots.desk.person_memories import PersonMemories
from bots.opening import open_store
from bots.terminal.memory_tables import memory_page, memory_table
from bots.terminal.options import days_later_option, debug_option, person_option
from bots.terminal.session import Session, open_session, output
from brain.memory_iteration import STEP
from brain.messages import clean


@click.command("memories")
@click.argument("memory", nargs=-1, metavar="[[show] ID]")
@person_option
@days_later_option
@click.option("--search", metavar="WORDS", help="List what is nearest to these words, best first.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N")
@click.option("--archived", is_flag=True, help="List what can still be restored.")
@click.option("--pin", "pin_id", metavar="ID", help="Keep a memory from fading.")
@click.option("--unpin", "unpin_id", metavar="ID", help="Let a memory fade again.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per line.")
@debug_option
def command(
    *,
    memory: tuple[str, ...],
    person: str | None,
    days_later: float,
    search: str | None,
    limit: int,
    archived: bool,
    pin_id: str | None,
    unpin_id: str | None,
    as_json: bool,
) -> None:
    """List memories, newest first. With an ID or its beginning, show that memory in full."""
    handles = memory[1:] if memory[:1] == ("show",) else memory
    if len(handles) > 1 or (memory and not handles):
        raise click.UsageError("Give one ID: siliconfriend memories show ID")
    asked = [handles, search is not None, pin_id, unpin_id, archived]
    if sum(map(bool, asked)) > 1:
        raise click.UsageError("Use only one of an ID, --search, --archived, --pin and --unpin.")
    session = open_session(person=person, days_later=days_later)
    if handles:
        asyncio.run(_show(session, handles[0], as_json=as_json))
    elif pin_id or unpin_id:
        asyncio.run(_pin(session, pin_id or unpin_id or "", pinned=bool(pin_id)))
    elif search is not None:
        asyncio.run(_search(session, search, limit=limit, as_json=as_json))
    else:
        asyncio.run(_list(session, limit=limit, archived=archived, as_json=as_json))


async def _show(session: Session, handle: str, *, as_json: bool) -> None:
    async with open_store(session.settings) as store:
        memory = await session.person_memories(store).show(handle)
    if as_json:
        _print_json([memory])
        return
    console = output()
    for line in memory_page(memory, session):
        console.print(line, soft_wrap=True)


async def _pin(session: Session, handle: str, *, pinned: bool) -> None:
    async with open_store(session.settings) as store:
        memory = await session.person_memories(store).pin(handle, pinned=pinned)
    click.echo(session.say("pinned" if pinned else "unpinned", id=memory.short_id))


async def _search(session: Session, words: str, *, limit: int, as_json: bool) -> None:
    words = clean(words, limit=session.settings.chat.message_characters)
    async with open_companion(session.settings, clock=session.clock, speaking=False) as companion:
        found = await session.person_memories(companion.store).search(companion, words, limit=limit)
    if as_json:
        _print_json(found)
    elif found:
        _print_table(session, found)
    else:
        click.echo(session.say("memories-none-found"), err=True)


async def _list(session: Session, *, limit: int, archived: bool, as_json: bool) -> None:
    async with open_store(session.settings) as store:
        page = await _pages(session.person_memories(store), limit=limit, archived=archived)
    if as_json:
        _print_json(page.memories)
        return
    if not page.memories:
        key = "memories-no-archive" if archived else "memories-none"
        click.echo(session.say(key, name=session.name), err=True)
        return
    _print_table(session, page.memories)
    if page.after is not None:
        shown = len(page.memories)
        key = "memories-more-archived" if archived else "memories-more"
        click.echo(session.say(key, shown=shown, total=page.total), err=True)


async def _pages(person_memories: PersonMemories, *, limit: int, archived: bool) -> PageView:
    found: list[MemoryView] = []
    after: str | None = None
    while True:
        step = min(STEP, limit - len(found))
        page = await person_memories.page(limit=step, after=after, archived=archived)
        found += page.memories
        after = page.after
        if after is None or len(found) >= limit:
            return PageView(tuple(found), after, page.total)


def _print_table(session: Session, memories: Sequence[MemoryView]) -> None:
    output().print(memory_table(memories, session))


def _print_json(memories: Sequence[MemoryView]) -> None:
    for memory in memories:
        click.echo(json.dumps(memory.as_json(), ensure_ascii=False))
