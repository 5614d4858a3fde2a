"""`siliconfriend consolidate`."""

import asyncio
from datetime import timedelta

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from bots.bootstrap import consolidates, open_companion, uses_demonstration_model
from bots.error_texts import error_text
from bots.terminal.options import debug_option, person_option
from bots.terminal.session import Session, notices, open_session
from brain.consolidation.consolidator import Report
from brain.ids import PersonId
from brain.ports.derivations import StaleDay


@click.command("consolidate")
@person_option
@click.option("--everybody", is_flag=True, help="Not one person, but all of them.")
@debug_option
@click.pass_context
def command(ctx: click.Context, *, person: str | None, everybody: bool) -> None:
    """Summarise the days whose words are new or changed, now: events, facts and the portrait.

    A chat does this by itself when a conversation has been quiet for a while. The exit code is 1
    when the model did not answer, or not usably.
    """
    if person and everybody:
        raise click.UsageError("Either --person or --everybody.")
    session = open_session(person=person)
    if uses_demonstration_model(session.settings) and not consolidates(session.settings):
        # It would take minutes for answers that cannot be used.
        click.echo(session.say("doctor-no-summaries"), err=True)
        ctx.exit(1)
    whom = None if everybody else session.person.id
    report = asyncio.run(_consolidate(session, whom))
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
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    async with open_companion(session.settings, clock=session.clock) as companion:
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as bar:
            task = bar.add_task(session.say("consolidate-progress"), total=None)

            def show(day: StaleDay, answers: int) -> None:
                name = day.day.isoformat()
                bar.update(
                    task,
                    description=session.say("consolidate-day-requests", day=name, requests=answers)
                    if answers
                    else session.say("consolidate-day", day=name),
                )

            return await companion.consolidator.run(
                person_id=None if person is None else PersonId(person),
                quiet=timedelta(0),
                progress=show,
            )
