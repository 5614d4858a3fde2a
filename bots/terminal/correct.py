"""Defines the command `siliconfriend correct`."""

import asyncio
import sys

import click

from bots.bootstrap import open_companion
from bots.desk.memory_views import CorrectionView
from bots.terminal.options import debug_option, person_option
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.selection import correction_lines
from bots.terminal.session import Session, open_session
from brain.texts import answers


@click.command("correct")
@click.argument("memory", metavar="ID")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@person_option
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--yes", "sure", is_flag=True, help="Do not ask, whatever else changes.")
@debug_option
def command(
    *, memory: str, words: tuple[str, ...], person: str | None, dry_run: bool, sure: bool
) -> None:
    """Give a memory other WORDS: something said, a fact, or a day's summary.

    What was made of it is made anew. `siliconfriend restore ID` puts it back for a time of grace.
    """
    session, text = open_session(person=person), " ".join(words)
    # In separate runs of the loop: asking would hold up whatever else is on it, Ctrl-C included.
    preview = asyncio.run(_correct(session, memory, text, dry_run=True))
    if dry_run or not (sure or preview.is_plain):
        _print(session, preview, "would")
    if dry_run:
        click.echo(session.say("correct-dry-run"), err=True)
        return
    if not (sure or preview.is_plain):
        if not sys.stdin.isatty():
            raise click.UsageError("Nobody is there to ask: add --yes, or --dry-run to see first.")
        question = session.say("correct-sure")
        typed = click.prompt(question, default="", show_default=False, prompt_suffix=" ")
        if typed.strip().casefold() not in answers("answer-yes"):
            click.echo(session.say("correct-none"))
            return
    done = asyncio.run(_correct(session, memory, text, dry_run=False))
    _print(session, done, "did")
    click.echo(session.say("correct-undo-hint", id=done.after.short_id), err=True)


async def _correct(session: Session, memory: str, text: str, *, dry_run: bool) -> CorrectionView:
    async with open_companion(session.settings, clock=session.clock, speaking=False) as companion:
        corrections = session.corrections(companion)
        work = corrections.preview if dry_run else corrections.correct
        return await work(memory, text)


def _print(session: Session, correction: CorrectionView, tense: str) -> None:
    for line in correction_lines(session, correction, tense):
        click.echo(strip_control_characters(line))
