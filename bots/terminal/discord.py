"""Defines the command `siliconfriend discord`."""

import asyncio

import click

from bots.terminal.options import debug_option
from bots.terminal.run import health_option, serve_platforms
from bots.terminal.session import open_session


@click.command("discord")
@health_option
@debug_option
def command(*, health_port: int | None) -> None:
    """Run the Discord bot.

    Set its token in SILICONFRIEND_DISCORD__TOKEN; `siliconfriend doctor --discord` checks it and
    the rest of the setup. Ctrl-C or SIGTERM stops the bot after it has finished its replies.
    """
    asyncio.run(serve_platforms(open_session(serving=True), ["discord"], health_port=health_port))
