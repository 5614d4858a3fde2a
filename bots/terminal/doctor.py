"""Defines the command `siliconfriend doctor`."""

import asyncio

import click
from rich.table import Table
from rich.text import Text

from bots.doctor import Doctor, settings_in_force
from bots.doctor_checks import Check, CheckStatus
from bots.settings.loading import Loaded
from bots.terminal.options import debug_option
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import output
from brain.texts import say

_MARKS = {
    CheckStatus.OK: Text("✓", style="green"),
    CheckStatus.NOTE: Text("!", style="yellow"),
    CheckStatus.FAILED: Text("✗", style="red"),
}


@click.command("doctor")
@click.option(
    "--discord", "platforms", flag_value="discord", multiple=True, help="Check Discord too."
)
@click.option(
    "--telegram", "platforms", flag_value="telegram", multiple=True, help="Check Telegram too."
)
@debug_option
@click.pass_context
def command(ctx: click.Context, *, platforms: tuple[str, ...]) -> None:
    """Check everything that a chat needs, and say how to mend what is missing.

    Platforms with a token are checked as well. The exit code is 0 if a chat would work, else 1.
    Keys are never printed.
    """
    doctor = Doctor(platforms)
    checks = asyncio.run(_examine(doctor))
    console = output()
    if doctor.loaded:
        console.print(_settings(doctor.loaded, doctor.language))
    failed = sum(check.status is CheckStatus.FAILED for check in checks)
    console.print(say(doctor.language, "doctor-verdict", failed=failed), soft_wrap=True)
    ctx.exit(1 if failed else 0)


async def _examine(doctor: Doctor) -> list[Check]:
    console = output()
    checks = []
    async for check in doctor.examine():
        checks.append(check)
        title = Text(f" {check.title}: ", style="bold")
        console.print(
            Text.assemble(_MARKS[check.status], title, strip_control_characters(check.detail)),
            soft_wrap=True,
        )
    return checks


def _settings(loaded: Loaded, language: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for key in ("setting", "value", "origin"):
        table.add_column(say(language, f"column-{key}"), overflow="fold")
    for row in settings_in_force(loaded):
        style = "" if row.origin else "dim"
        origin = row.origin or say(language, "doctor-default")
        table.add_row(
            *(
                Text(strip_control_characters(cell), style=style)
                for cell in (row.variable, row.value, origin)
            )
        )
    return table
