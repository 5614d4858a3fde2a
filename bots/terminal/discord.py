"""`siliconfriend discord`."""

import asyncio

import click

from bots.bootstrap import open_house
from bots.serving import serve
from bots.terminal.options import debug_option
from bots.terminal.session import Session, open_session
from brain.errors import MissingPart


@click.command("discord")
@click.option(
    "--health-port",
    type=click.IntRange(0, 65_535),
    help="Answer /healthz on this port of this machine.",
)
@debug_option
def command(*, health_port: int | None) -> None:
    """Serve the bot on Discord, until Ctrl-C or SIGTERM.

    The token is in SILICONFRIEND_DISCORD__TOKEN; `siliconfriend doctor --discord` checks it.
    """
    asyncio.run(_serve(open_session(), health_port))


async def _serve(session: Session, health_port: int | None) -> None:
    try:
        from bots.discord.platform import DiscordPlatform  # noqa: PLC0415
    except ImportError as exc:
        raise MissingPart(
            part="discord.py", command="pip install 'siliconfriend[discord]'"
        ) from exc
    async with open_house(session.settings, clock=session.clock) as house:
        platform = DiscordPlatform(house)
        await serve(house, [platform], health_port=health_port)
