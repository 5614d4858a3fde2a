"""Options that several commands share."""

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
    """Any name with a visible character and no control characters."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name without outer white space."""
        try:
            return person_name(value)
        except ValueError:
            self.fail(say(locale_language(), "person-name-wrong"), param, ctx)


class Days(click.ParamType[float]):
    """A number of days, fractions allowed."""

    name = "days"

    def convert(
        self, value: str | float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """From 0 to a thousand years."""
        try:
            days = float(value)
        except ValueError:
            days = math.nan
        if not 0 <= days <= MOST_DAYS:
            self.fail(f"{value!r} is no number of days from 0 to {MOST_DAYS:.0f}.", param, ctx)
        return days


class StoreAddress(click.ParamType[str]):
    """`sqlite:` and a path, or a Redis."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address, never repeated where it is wrong: it may hold a password."""
        try:
            return store_address(value)
        except ValueError:
            self.fail(say(locale_language(), "store-address-wrong"), param, ctx)


def debug_option(command: Command) -> Command:
    """`--debug`, after the name of the command as well as before it."""
    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        callback=store_debug_flag,
        help="Show logs, and tracebacks of unexpected errors.",
    )(command)


def person_option(command: Command) -> Command:
    """`--person NAME`."""
    return click.option(
        "--person",
        type=PersonName(),
        help="Whose memories; default: the setting `person`, else “me”.",
    )(command)


def days_later_option(command: Command) -> Command:
    """`--days-later N`."""
    return click.option(
        "--days-later",
        type=Days(),
        default=0.0,
        help="Pretend that N days have passed, to see what will have faded by then.",
    )(command)
