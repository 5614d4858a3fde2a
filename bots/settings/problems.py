"""Says in a person's language what is wrong with a setting.

The library that checks the settings describes a mistake in English and in its own terms; only its
kinds of mistakes are used here, each with a text of the catalogue.
"""

import re
from collections.abc import Mapping
from typing import Any

from brain.languages import DEFAULT_LANGUAGE
from brain.texts import say

_KINDS = {
    "int": "settings-wrong-integer",
    "float": "settings-wrong-number",
    "finite": "settings-wrong-number",
    "bool": "settings-wrong-boolean",
    "literal": "settings-wrong-choice",
    "string": "settings-wrong-text",
    "path": "settings-wrong-text",
    "model": "settings-wrong-table",
    "dict": "settings-wrong-table",
    "tuple": "settings-wrong-list",
    "list": "settings-wrong-list",
    "missing": "settings-missing",
    "extra": "settings-extra",
}
"""Texts by the first word of a kind, such as `int_parsing` and `int_from_float`."""
_BOUNDS = {"greater": "settings-wrong-least", "less": "settings-wrong-most"}
MOST_NUMBER = 10**9
"""From which on a number is not shown: it may be the ID of an account."""
_PLAIN = re.compile(r"[^\W\d_]{1,12}(?:[ _][^\W\d_]{1,12})?|[+-]?\d{1,6}(?:\.\d{1,6})?")
_QUOTED = re.compile(r"'([^']*)'|\b(\d+)\b")


class SettingProblem(ValueError):
    """A setting has a value that cannot be used; raised by the validators of the settings."""

    def __init__(self, key: str, **values: str | float) -> None:
        """Takes the key of the text that says what is wrong, and its values."""
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return self.text(DEFAULT_LANGUAGE)

    def text(self, language: str) -> str:
        """Return what is wrong."""
        return say(language, self.key, **self.values)


def problem_text(language: str, error: Mapping[str, Any]) -> str:
    """Return what is expected of a setting, and what was given.

    Args:
        language: the code of the person's language.
        error: one of `ValidationError.errors()`.
    """
    problem, value = _expectation(language, error), error.get("input")
    is_about_several = isinstance(value, Mapping) and error["type"] == "value_error"
    if is_about_several or error["type"] in {"missing", "extra_forbidden"}:
        return problem
    given, length = _described(value)
    told = say(language, "settings-given", given=given, length=length)
    sentence = problem.rstrip(".。")
    return f"{sentence} ({told}){problem[len(sentence) :]}"


def _expectation(language: str, error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if isinstance(problem := context.get("error"), SettingProblem):
        return problem.text(language)
    kind = error["type"].partition("_")[0]
    if error["type"] == "string_too_short":
        return say(language, "settings-wrong-empty")
    if error["type"] == "string_pattern_mismatch":
        return say(language, "settings-wrong-name")
    if key := _BOUNDS.get(kind):
        name = next(name for name in ("ge", "gt", "le", "lt") if name in context)
        return say(language, key, limit=f"{context[name]:g}", within=str(name in {"ge", "le"}))
    choices = ", ".join(
        quoted or number for quoted, number in _QUOTED.findall(str(context.get("expected", "")))
    )
    return say(language, _KINDS.get(kind, "settings-wrong"), choices=choices)


def _described(value: object) -> tuple[str, int]:
    """Return a value as it may be shown, or what kind of value it is, and the length of a text.

    Texts are shown if they are a number or plain words: any other may be a key or a password that
    was set in a wrong place.
    """
    if isinstance(value, bool):
        return str(value).lower(), 0
    if isinstance(value, int | float) and abs(value) < MOST_NUMBER:
        return str(value), 0
    if isinstance(value, str):
        return (f"“{value}”" if _PLAIN.fullmatch(value) else "text"), len(value)
    kinds = {Mapping: "table", list: "list", tuple: "list", int: "number", float: "number"}
    return next((name for kind, name in kinds.items() if isinstance(value, kind)), "other"), 0
