"""Defines options and types of arguments that several commands share."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bots.settings.addresses import store_address
from bots.settings.loading import locale_language
from bots.settings.root import person_name
from bots.terminal.failures import store_debug_flag
from brain.texts import say

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_DAYS = 365_000.0


class PersonName(click.ParamType[str]):
    """A name with a visible character and without control characters."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name without the spaces around it, or fail."""
        try:
            return person_name(value)
        except ValueError:
            self.fail(say(locale_language(), "person-name-wrong"), param, ctx)


class Days(click.ParamType[float]):
    """A number of days, which may be fractional."""

    name = "days"

    def convert(
        self, value: str | float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number if it is from 0 to `MOST_DAYS`, or fail."""
        try:
            days = float(value)
        except ValueError:
            days = math.nan
        if not 0 <= days <= MOST_DAYS:
            self.fail(f"{value!r} is not a number of days from 0 to {MOST_DAYS:.0f}.", param, ctx)
        return days


class StoreAddress(click.ParamType[str]):
    """The address of a store: `sqlite:` and a path, or that of a Redis."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address, or fail without quoting it, since it may hold a password."""
        try:
            return store_address(value)
        except ValueError:
            self.fail(say(locale_language(), "store-address-wrong"), param, ctx)


def debug_option(command: Command) -> Command:
    """Add `--debug`, which may also stand before the name of the command."""
    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        callback=store_debug_flag,
        help="Show logs, and tracebacks of unexpected errors.",
    )(command)


def person_option(command: Command) -> Command:
    """Add `--person NAME`."""
    return click.option(
        "--person",
        type=PersonName(),
        help="Person whose memories to use; default: the setting `person`, else “me”.",
    )(command)


def days_later_option(command: Command) -> Command:
    """Add `--days-later N`."""
    return click.option(
        "--days-later",
        type=Days(),
        default=0.0,
        help="Pretend that N days have passed, to see what will have faded by then.",
    )(command)
