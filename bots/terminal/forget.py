"""Defines the command `siliconfriend forget`."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import click

from bots.bootstrap import open_companion
from bots.desk.day_parsing import read_days
from bots.desk.memory_views import Account, ForgetPreview, MemoryView, Receipt
from bots.opening import open_store
from bots.terminal.options import debug_option, person_option
from bots.terminal.restore import undo
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.selection import (
    parse_selection,
    preview_lines,
    receipt_lines,
    wants_parts,
)
from bots.terminal.session import Session, open_session
from brain.ids import MemoryId
from brain.messages import clean

DAY = click.DateTime(formats=["%Y-%m-%d"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _ForgetOptions:
    ids: tuple[str, ...]
    words: str | None
    first: date | None
    last: date | None
    at_once: bool
    dry_run: bool
    sure: bool
    parts: bool


@click.command("forget")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@person_option
@click.option("--search", "words", metavar="WORDS", help="What those words ask to forget.")
@click.option("--on", "day", metavar="DATE", help="Said on that day, or in a time: 'last week'.")
@click.option("--from", "first", metavar="DATE", help="Said since that day, or since 'last week'.")
@click.option("--until", "last", metavar="DATE", help="Said up to that day or time, included.")
@click.option("--everything", is_flag=True, help="All of this person, for good.")
@click.option("--now", "at_once", is_flag=True, help="Erase at once: no archive, no way back.")
@click.option("--dry-run", is_flag=True, help="Only show what would be forgotten.")
@click.option(
    "--yes",
    "sure",
    is_flag=True,
    help="Do not ask. With --search: only what is surely meant.",
)
@click.option(
    "--part", "parts", is_flag=True, help="With --search: leave of what was said what can stay."
)
@click.option(
    "--undo", "back", is_flag=True, help="Bring back what was forgotten last, or the IDs."
)
@debug_option
def command(
    *,
    ids: tuple[str, ...],
    person: str | None,
    words: str | None,
    day: str | None,
    first: str | None,
    last: str | None,
    everything: bool,
    at_once: bool,
    dry_run: bool,
    sure: bool,
    parts: bool,
    back: bool,
) -> None:
    """Forget memories by ID, words or days. What was made of them goes too.

    They leave at once, and can be restored for a time of grace (30 days, as set).
    """
    session = open_session(person=person)
    ways = [
        bool(ids),
        bool(words and words.strip()),
        day is not None,
        bool(first or last),
        everything,
    ]
    if back:
        if any(ways[1:]) or at_once or dry_run:
            raise click.UsageError("--undo takes IDs or nothing.")
        asyncio.run(undo(session, ids, everything=False))
        return
    if sum(ways) != 1:
        raise click.UsageError("Say what: IDs, --search, --on, --from/--until, or --everything.")
    if not (sure or dry_run or sys.stdin.isatty()):
        raise click.UsageError("Nobody is there to ask: add --yes, or --dry-run to see first.")
    if everything:
        _forget_everything(session, dry_run=dry_run, sure=sure)
        return
    start, end = _days(session, "--on", day)
    if day is None:
        start, _ = _days(session, "--from", first)
        _, end = _days(session, "--until", last)
    if start and end and start > end:
        raise click.UsageError("--from lies after --until.")
    options = _ForgetOptions(
        ids=ids,
        words=words,
        first=start,
        last=end,
        at_once=at_once,
        dry_run=dry_run,
        sure=sure,
        parts=parts,
    )
    _forget(session, options)


def _forget(session: Session, options: _ForgetOptions) -> None:
    # In separate runs of the loop: asking would hold up whatever else is on it, Ctrl-C included.
    preview = asyncio.run(_preview(session, options))
    if not preview.all:
        click.echo(session.say("forget-none-found"))
        return
    if options.dry_run or not options.sure:
        _print(preview_lines(session, preview))
    if options.dry_run:
        click.echo(session.say("forget-dry-run"), err=True)
        return
    picked, parts = (preview.meant, False) if options.sure else _ask(session, preview)
    if not picked:
        click.echo(session.say("forget-none-chosen"))
        return
    rests = preview.rests if parts or options.parts else {}
    receipt = asyncio.run(_carry_out(session, picked, at_once=options.at_once, rests=rests))
    _print(receipt_lines(session, receipt))
    if receipt.restorable_until and receipt.forgotten:
        click.echo(session.say("forget-undo-hint"), err=True)


async def _preview(session: Session, options: _ForgetOptions) -> ForgetPreview:
    if options.words is not None:
        words = clean(options.words, limit=session.settings.chat.message_characters)
        days = read_days(
            words, now=session.clock.now(), zone=session.zone, language=session.language
        )
        if days is not None:
            async with open_store(session.settings) as store:
                return await session.person_memories(store).preview_days(
                    *days, zone=session.zone, archived=options.at_once
                )
        if not options.sure:
            async with open_companion(
                session.settings, clock=session.clock, speaking=False
            ) as companion:
                person_memories = session.person_memories(companion.store)
                return await person_memories.preview_words(
                    companion, words, archived=options.at_once
                )
        async with open_store(session.settings) as store:
            return await session.person_memories(store).preview_words(
                None, words, archived=options.at_once
            )
    async with open_store(session.settings) as store:
        person_memories = session.person_memories(store)
        if options.ids:
            return await person_memories.preview_ids(options.ids, archived=options.at_once)
        return await person_memories.preview_days(
            options.first, options.last, zone=session.zone, archived=options.at_once
        )


def _days(session: Session, option: str, text: str | None) -> tuple[date | None, date | None]:
    """The first and the last day of an option, either of them None where it is not given."""
    if text is None:
        return None, None
    days = read_days(text, now=session.clock.now(), zone=session.zone, language=session.language)
    if days is None:
        raise click.BadParameter(session.say("forget-no-time", text=text), param_hint=option)
    return days


def _ask(session: Session, preview: ForgetPreview) -> tuple[tuple[MemoryView, ...], bool]:
    """The memories that the person picks, and whether only parts of them."""
    while True:
        answer = click.prompt(
            session.say("forget-ask"), default="", show_default=False, prompt_suffix=" "
        )
        picked = parse_selection(preview, answer)
        if picked is not None:
            return picked, wants_parts(answer)
        click.echo(session.say("forget-not-understood"))


async def _carry_out(
    session: Session, picked: Sequence[MemoryView], *, at_once: bool, rests: Mapping[MemoryId, str]
) -> Receipt:
    async with open_store(session.settings) as store:
        return await session.person_memories(store).forget(picked, at_once=at_once, rests=rests)


def _forget_everything(session: Session, *, dry_run: bool, sure: bool) -> None:
    account = asyncio.run(_account(session))
    click.echo(
        session.say(
            "everything-account",
            name=session.name,
            alive=account.alive,
            archived=account.archived,
        )
    )
    if dry_run:
        return
    if not sure:
        question = session.say("everything-ask", name=session.name)
        typed = click.prompt(question, default="", show_default=False, prompt_suffix=" ")
        if typed.strip() != session.name:
            click.echo(session.say("forget-none-chosen"))
            return
    erased = asyncio.run(_erase_everything(session))
    click.echo(session.say("everything-receipt", name=session.name, count=erased))


async def _account(session: Session) -> Account:
    async with open_store(session.settings) as store:
        return await session.person_memories(store).account()


async def _erase_everything(session: Session) -> int:
    async with open_store(session.settings) as store:
        return await store.erase_person(session.person.id)


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(strip_control_characters(line))
