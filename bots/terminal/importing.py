"""Defines the command `siliconfriend import`."""

import asyncio
import sys
from pathlib import Path

import click

from bots.bootstrap import open_companion
from bots.settings.answering_model import answers_locally, consolidates
from bots.terminal.options import debug_option, person_option
from bots.terminal.progress import progress_bar
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import Session, open_session, person_named
from brain.memory.record import Kind
from brain.texts import answers
from brain.transfer.file_contents import FileContents, read_contents
from brain.transfer.importing import ImportReceipt, import_file


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@person_option
@click.option(
    "--summaries/--no-summaries",
    default=None,
    help="Let the model summarise days without a summary, or not; by default you are asked.",
)
@debug_option
def command(*, file: Path, person: str | None, summaries: bool | None) -> None:
    """Load FILE: an export of siliconfriend, or a MemoryBank file of the first SiliconFriend.

    The file says whose memories they are; the names in a MemoryBank file become people of this
    terminal (chat --person NAME). With --person, all memories become that person's. Importing a
    file twice adds nothing.
    """
    session = open_session(person=person)
    contents = read_contents(file)
    _show_contents(session, contents)
    if summaries is None:
        summaries = _is_to_summarise(session, contents)
    receipt = asyncio.run(_import(session, file, own=person is not None, summarising=summaries))
    people = ", ".join(p.name or p.id for p in receipt.people)
    added = session.say(
        "import-receipt",
        people=strip_control_characters(people),
        added=receipt.added,
        known=receipt.known,
    )
    click.echo(added)


def _show_contents(session: Session, contents: FileContents) -> None:
    """Tell what is taken of the file and what is not."""
    people = strip_control_characters(", ".join(contents.people))
    kinds = [
        session.say(f"import-{kind.value}", count=contents.kinds[kind])
        for kind in Kind
        if contents.kinds[kind]
    ]
    parts = session.say("import-between").join(kinds)
    click.echo(session.say("import-takes", people=people, parts=parts), err=True)
    if contents.skipped:
        click.echo(session.say("import-skipped", count=contents.skipped), err=True)
    if contents.ignored:
        names = strip_control_characters(", ".join(contents.ignored))
        click.echo(session.say("import-ignores", names=names), err=True)


def _is_to_summarise(session: Session, contents: FileContents) -> bool:
    """Ask whether a model is to summarise the days that come without a summary.

    Nobody is asked where it costs no money, or where nobody is there; then it is told.
    """
    if not contents.unsummarised_days or not consolidates(session.settings):
        return True
    cost = session.say("import-cost", days=contents.unsummarised_days, requests=contents.requests)
    click.echo(cost, err=True)
    if answers_locally(session.settings) or not sys.stdin.isatty():
        click.echo(session.say("import-cost-later"), err=True)
        return True
    question = session.say("import-ask")
    answer = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
    return answer.strip().casefold() in answers("answer-yes")


async def _import(session: Session, file: Path, *, own: bool, summarising: bool) -> ImportReceipt:
    async with open_companion(session.settings, clock=session.clock, speaking=False) as companion:
        with progress_bar(session.say("import-progress")) as progress:
            return await import_file(
                file,
                store=companion.store,
                embedder=companion.embedder,
                clock=session.clock,
                curve=companion.curve,
                zone=session.zone,
                person_for=lambda name: person_named(name, session.zone),
                progress=progress,
                person=session.person if own else None,
                summarising=summarising,
            )
