"""`siliconfriend telegram`."""

import asyncio

import click

from bots.terminal.options import debug_option
from bots.terminal.run import health_option, serve_platforms
from bots.terminal.session import open_session


@click.command("telegram")
@health_option
@debug_option
def command(*, health_port: int | None) -> None:
    """Serve Telegram.

    The token comes from @BotFather (SILICONFRIEND_TELEGRAM__TOKEN). Needs no server of its own: it
    polls, unless a webhook is set. Ctrl-C, or SIGTERM, stops it; replies under way end first.
    """
    asyncio.run(serve_platforms(open_session(serving=True), ["telegram"], health_port=health_port))
