"""Defines the command `siliconfriend doctor`."""

import asyncio

import click
from rich.table import Table
from rich.text import Text

from bots.doctor import Doctor
from bots.doctor_checks import Check, CheckStatus, settings_in_force
from bots.settings.loading import Loaded
from bots.terminal.options import debug_option
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import output
from brain.texts import say

_MARKS = {
    CheckStatus.OK: ("✓", "+", "green"),
    CheckStatus.NOTE: ("!", "!", "yellow"),
    CheckStatus.FAILED: ("✗", "x", "red"),
}
"""A mark, the one in its place where the terminal cannot show it, and its color."""


@click.command("doctor")
@click.option(
    "--discord", "platforms", flag_value="discord", multiple=True, help="Check Discord too."
)
@click.option(
    "--telegram", "platforms", flag_value="telegram", multiple=True, help="Check Telegram too."
)
@click.option("--all", "shows_all", is_flag=True, help="Show the settings with their defaults too.")
@debug_option
@click.pass_context
def command(ctx: click.Context, *, platforms: tuple[str, ...], shows_all: bool) -> None:
    """Check everything that a chat needs, and say how to mend what is missing.

    Platforms with a token are checked as well. Below stand the settings that were set; keys are
    never printed. The exit code is 0 if a chat would work, else 1.
    """
    doctor = Doctor(platforms)
    checks = asyncio.run(show_checks(doctor))
    console = output()
    if doctor.loaded and (shows_all or doctor.loaded.origins):
        console.print(_settings(doctor.loaded, doctor.language, shows_all=shows_all))
    failed = sum(check.status is CheckStatus.FAILED for check in checks)
    console.print(say(doctor.language, "doctor-verdict", failed=failed), soft_wrap=True)
    ctx.exit(1 if failed else 0)


async def show_checks(doctor: Doctor) -> list[Check]:
    """Show the result of each check as soon as it is done; return all of them."""
    checks = []
    async for check in doctor.examine():
        checks.append(check)
        show_check(check)
    return checks


def show_check(check: Check) -> None:
    """Show the result of a check."""
    console = output()
    mark = _mark(check.status, console.encoding)
    title = Text(f" {check.title}: ", style="bold")
    console.print(
        Text.assemble(mark, title, strip_control_characters(check.detail)), soft_wrap=True
    )


def _mark(status: CheckStatus, encoding: str) -> Text:
    mark, plain, color = _MARKS[status]
    return Text(mark if encoding.startswith("utf") else plain, style=color)


def _settings(loaded: Loaded, language: str, *, shows_all: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for key in ("setting", "value", "origin"):
        table.add_column(say(language, f"column-{key}"), overflow="fold")
    for row in settings_in_force(loaded):
        if row.origin is None and not shows_all:
            continue
        style = "" if row.origin else "dim"
        origin = row.origin or say(language, "doctor-default")
        table.add_row(
            *(
                Text(strip_control_characters(cell), style=style)
                for cell in (row.variable, row.value, origin)
            )
        )
    return table
