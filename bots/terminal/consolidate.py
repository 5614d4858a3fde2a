"""Defines the command `siliconfriend consolidate`."""

import asyncio
from datetime import timedelta

import click

from bots.bootstrap import open_companion
from bots.error_texts import error_text
from bots.settings.answering_model import consolidates, uses_demonstration_model
from bots.terminal.options import debug_option, person_option
from bots.terminal.session import Session, notices, open_session
from brain.consolidation.run_progress import Report
from brain.ids import PersonId
from brain.ports.derivations import StaleDay


@click.command("consolidate")
@person_option
@click.option("--everybody", is_flag=True, help="Summarise the days of all people.")
@debug_option
@click.pass_context
def command(ctx: click.Context, *, person: str | None, everybody: bool) -> None:
    """Summarise days with new or changed messages now: events, facts and the portrait.

    A chat does this by itself a while after the last message. The exit code is 1 if the model did
    not answer, or its answer was unusable.
    """
    if person and everybody:
        raise click.UsageError("Use either --person or --everybody.")
    session = open_session(person=person)
    if uses_demonstration_model(session.settings) and not consolidates(session.settings):
        # The model would write for minutes, and its answers would be unusable.
        click.echo(session.say("doctor-no-summaries"), err=True)
        ctx.exit(1)
    report = asyncio.run(_consolidate(session, None if everybody else session.person.id))
    if report.days or not (report.failed or report.waiting):
        click.echo(session.say("consolidated", days=report.days))
    if report.waiting:
        click.echo(session.say("consolidate-waiting", days=report.waiting), err=True)
    if report.failed:
        click.echo(session.say("consolidate-failed", days=report.failed), err=True)
    if report.error is not None:
        click.echo(error_text(report.error, session.language), err=True)
    ctx.exit(bool(report.failed or report.error))


async def _consolidate(session: Session, person: PersonId | None) -> Report:
    console = notices()
    async with open_companion(session.settings, clock=session.clock) as companion:
        with console.status(session.say("consolidate-progress")) as status:

            def show(day: StaleDay, answers: int) -> None:
                name = day.day.isoformat()
                if answers:
                    text = session.say("consolidate-day-requests", day=name, requests=answers)
                else:
                    text = session.say("consolidate-day", day=name)
                    if not console.is_terminal:
                        click.echo(text, err=True)
                status.update(text)

            return await companion.consolidator.run(
                person_id=None if person is None else PersonId(person),
                quiet=timedelta(0),
                progress=show,
            )
