"""Defines the command `siliconfriend telegram`."""

import asyncio

import click

from bots.terminal.options import debug_option
from bots.terminal.run import health_option, serve_platforms
from bots.terminal.session import open_session


@click.command("telegram")
@health_option
@debug_option
def command(*, health_port: int | None) -> None:
    """Run the Telegram bot.

    Get its token from @BotFather, and set it in SILICONFRIEND_TELEGRAM__TOKEN. The bot polls and
    needs no public address, unless you set a webhook. Ctrl-C or SIGTERM stops the bot after it has
    finished its replies.
    """
    asyncio.run(serve_platforms(open_session(serving=True), ["telegram"], health_port=health_port))
