"""`siliconfriend discord`."""

import asyncio

import click

from bots.terminal.options import debug_option
from bots.terminal.run import health_option, serve_platforms
from bots.terminal.session import open_session


@click.command("discord")
@health_option
@debug_option
def command(*, health_port: int | None) -> None:
    """Serve Discord.

    The token is in SILICONFRIEND_DISCORD__TOKEN; `siliconfriend doctor --discord` checks it, and
    all else that there is to set up. Ctrl-C, or SIGTERM, stops it; replies under way end first.
    """
    asyncio.run(serve_platforms(open_session(serving=True), ["discord"], health_port=health_port))
