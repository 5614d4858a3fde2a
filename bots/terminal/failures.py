"""Turns errors of a command into one sentence and an exit code.

`--help` imports this module, so that it imports what only an error needs when there is one.
"""

import os
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from brain.errors import BadSettings, SiliconfriendError

FAILED = 1
USAGE = 2
UNEXPECTED = 70
"""EX_SOFTWARE of sysexits.h, for a bug."""
INTERRUPTED = 130
"""128 + SIGINT, as in shells."""
PIPE_CLOSED = 141
"""128 + SIGPIPE."""

DEBUG = "siliconfriend.debug"
"""Key of the flag in the context that the commands of one invocation share."""


def store_debug_flag(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    """Store the flag `--debug` in the context; this is click's callback of the option."""
    if value:
        ctx.meta[DEBUG] = True


class Cli(click.Group):
    """A group that imports a command when it is called, and handles the command's errors."""

    def __init__(self, *, modules: Mapping[str, tuple[str, str]], **rest: Any) -> None:  # noqa: ANN401
        """Create the group.

        Args:
            modules: by name of a command, the module whose `command` it is and its line of help.
            rest: the arguments of `click.Group`.
        """
        super().__init__(**rest)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 as click has it
        """Return the names of the commands in the order of `modules`."""
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command, and return it; None if there is none of that name."""
        if cmd_name not in self._modules:
            return None
        command: click.Command = import_module(self._modules[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._modules.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 as click has it
        """Run the command, and exit with one of the exit codes above if it fails."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            close_stdout()
            ctx.exit(PIPE_CLOSED)
        except SiliconfriendError as error:
            from bots.error_texts import error_text  # noqa: PLC0415

            click.echo(error_text(error, language_in_force()), err=True)
            ctx.exit(USAGE if isinstance(error, BadSettings) else FAILED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:  # noqa: BLE001 any other error is reported as unexpected
            if ctx.meta.get(DEBUG):
                traceback.print_exc()
            click.echo(_unexpected_error_text(type(error).__name__), err=True)
            ctx.exit(UNEXPECTED)


def language_in_force() -> str:
    """Return the interface's language, even if the settings cannot be read."""
    from bots.settings.loading import interface_language, load, locale_language  # noqa: PLC0415

    try:
        return interface_language(load().settings)
    except BadSettings:
        return locale_language()


def _unexpected_error_text(kind: str) -> str:
    try:
        from brain.texts import say  # noqa: PLC0415

        return say(language_in_force(), "error-unexpected", kind=kind)
    except Exception:  # noqa: BLE001 an installation so broken that not even texts load
        return f"Something went wrong ({kind}). Run it again with --debug for the traceback."


def close_stdout() -> None:
    """Discard what is left in the buffer of standard output, after its reader has closed it."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
