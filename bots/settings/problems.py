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
    """Return what is wrong, without the value, which may be a key that was set in a wrong place.

    Args:
        language: the code of the person's language.
        error: one of `ValidationError.errors()`.
    """
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
