"""Asks questions at the terminal. Ctrl-C or Ctrl-D at any of them raises Stopped."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click
from prompt_toolkit import prompt
from prompt_toolkit.completion import FuzzyWordCompleter
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.shortcuts import choice

from bots.settings.config_file import in_environment
from bots.settings.problems import SettingProblem
from bots.terminal.sanitizing import strip_control_characters
from brain.texts import say

Value = TypeVar("Value")
Read = Callable[[str], Value]
"""Returns what an answer means; its ValueError says what is wrong with the answer."""


class Stopped(Exception):
    """The person wants no more questions."""


class Questions:
    """Asks in one language, which the first answer may change."""

    def __init__(self, language: str) -> None:
        """Takes the code of the language."""
        self.language = language

    def say(self, key: str, /, **values: str | float) -> str:
        """Return a text of the catalogue."""
        return say(self.language, key, **values)

    def tell(self, text: str) -> None:
        """Show a text, which may hold what a server has sent."""
        click.echo(strip_control_characters(text))

    def tell_environment(self, keys: Iterable[str]) -> None:
        """Tell which variables win over answers about these settings, if any do."""
        if variables := in_environment(keys):
            self.tell(self.say("setup-environment", variables=", ".join(variables)))

    def choose(
        self, question: str, options: Sequence[tuple[Value, str]], *, default: Value | None = None
    ) -> Value:
        """Return the chosen one of some values, each with its label."""
        shown = [(value, strip_control_characters(label)) for value, label in options]
        with _stopping():
            return choice(question, options=shown, default=default, key_bindings=_leaving())

    def ask(
        self,
        question: str,
        read: Read[Value],
        *,
        present: str = "",
        words: Iterable[str] = (),
    ) -> Value:
        """Return what a typed answer means, after asking again where it means nothing.

        Args:
            question: what is asked.
            read: returns the value of an answer, which may be empty.
            present: stands there already, to be changed or sent as it is.
            words: what Tab completes.
        """
        completer = FuzzyWordCompleter(list(words)) if words else None
        while True:
            with _stopping():
                answer = prompt(
                    f"{question} ",
                    default=present,
                    completer=completer,
                    complete_while_typing=False,
                )
            try:
                return read(answer.strip())
            except SettingProblem as problem:
                self.tell(problem.text(self.language))
            except ValueError as problem:
                self.tell(str(problem))

    def secret(self, question: str) -> str:
        """Return a key or password that is shown as asterisks while it is typed."""
        with _stopping():
            return prompt(f"{question} ", is_password=True).strip()


@contextmanager
def _stopping() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, EOFError):
        raise Stopped from None


def _leaving() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-d")
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError())

    return keys
