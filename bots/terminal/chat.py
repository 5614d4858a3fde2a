"""Defines the command `siliconfriend chat`."""

import asyncio
import sys
from dataclasses import replace

import click

from bots.settings.local_model_choice import with_adapter
from bots.terminal.conversation import converse
from bots.terminal.options import days_later_option, debug_option, person_option
from bots.terminal.pipe import answer_lines
from bots.terminal.session import open_session


@click.command("chat")
@person_option
@days_later_option
@click.option("--show-recall", is_flag=True, help="Show the memories that each reply was given.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object for each message.")
@click.option("--adapter", help="Answer through this LoRA adapter: a folder, or a configured name.")
@debug_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    person: str | None,
    days_later: float,
    show_recall: bool,
    as_json: bool,
    adapter: str | None,
) -> None:
    """Talk with the companion.

    At a terminal, write a message and press Enter; /help lists the commands. From a pipe or a file,
    each line is a message. Replies go to standard output and everything else to standard error; the
    exit code is 1 if a message could not be answered.
    """
    session = open_session(person=person, days_later=days_later)
    if adapter is not None:
        session = replace(session, settings=with_adapter(session.settings, adapter))
    if sys.stdin.isatty() and not as_json:
        asyncio.run(converse(session, show_recall=show_recall))
    elif not asyncio.run(answer_lines(session, show_recall=show_recall, as_json=as_json)):
        ctx.exit(1)
