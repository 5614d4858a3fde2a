"""Checks calls against the published description of the Bot API.

A call must have no missing or unknown field and no value of a wrong type, at any depth.
"""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tests.shared import SHARED

PATH = SHARED / "specs" / "telegram-api.json"
ARRAY = "Array of "


class Schema:
    """Checks calls against a description of the API, and reports violations in sentences."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._methods: dict[str, Any] = described["methods"]
        self._types: dict[str, Any] = described["types"]

    @classmethod
    def load(cls, path: Path = PATH) -> "Schema | None":
        """Loads the description; None if it is not beside the project, and nothing is checked."""
        return cls(json.loads(path.read_text("utf-8"))) if path.exists() else None

    def faults(
        self, method: str, params: Mapping[str, Any], files: Collection[str] = ()
    ) -> list[str]:
        """Returns the violations of a call.

        Args:
            method: the method of the Bot API.
            params: the parameters as they were sent, as text or JSON.
            files: names of the parts of the body that are files.
        """
        if method not in self._methods:
            return [f"{method}: there is no such method"]
        # A file that a parameter refers to with attach:// is no parameter itself.
        attached = {name for name in files if f"attach://{name}" in json.dumps(params)}
        given = {**params, **{name: ... for name in files if name not in attached}}
        fields = self._methods[method].get("fields", [])
        return self._fields(method, fields, given, loose=True)

    def _fields(
        self, where: str, fields: list[Any], given: Mapping[str, Any], *, loose: bool
    ) -> list[str]:
        known = {field["name"]: field for field in fields}
        faults = [f"{where}: {name} is unknown" for name in given if name not in known]
        for name, field in known.items():
            if name in given:
                types = field["types"]
                faults += self._value(f"{where}.{name}", types, given[name], loose=loose)
            elif field["required"]:
                faults.append(f"{where}: {name} is missing")
        return faults

    def _value(self, where: str, types: list[str], value: object, *, loose: bool) -> list[str]:
        """Return no violations if any of the types fits, else those of the closest type."""
        all_faults = [self._as(where, one, value, loose=loose) for one in types]
        return min(all_faults, key=len)

    def _as(self, where: str, kind: str, value: Any, *, loose: bool) -> list[str]:  # noqa: ANN401
        wrong = [f"{where}: {value!r} is no {kind}"]
        if kind in PLAIN:
            return [] if PLAIN[kind](value, loose) else wrong
        if loose and isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return wrong
        if kind.startswith(ARRAY) and isinstance(value, list):
            inner = kind.removeprefix(ARRAY)
            return [
                fault
                for index, item in enumerate(value)
                for fault in self._as(f"{where}[{index}]", inner, item, loose=False)
            ]
        if kind.startswith(ARRAY) or not isinstance(value, dict):
            return wrong
        described = self._types[kind]
        if subtypes := described.get("subtypes"):
            return self._value(where, subtypes, value, loose=False)
        return self._fields(where, described.get("fields", []), value, loose=False)


def _is_integer(value: object, loose: bool) -> bool:  # noqa: FBT001 one of a table of checks
    if loose and isinstance(value, str):
        return re.fullmatch(r"-?\d+", value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def _is_float(value: object, loose: bool) -> bool:  # noqa: FBT001 one of a table of checks
    if loose and isinstance(value, str):
        return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boolean(value: object, loose: bool) -> bool:  # noqa: FBT001 one of a table of checks
    return isinstance(value, bool) or (loose and value in ("true", "false"))


def _is_string(value: object, loose: bool) -> bool:  # noqa: FBT001, ARG001 one of a table
    return isinstance(value, str)


def _is_file(value: object, loose: bool) -> bool:  # noqa: FBT001, ARG001 one of a table
    return value is ... or (isinstance(value, str) and value.startswith("attach://"))


PLAIN = {
    "Integer": _is_integer,
    "Float": _is_float,
    "Boolean": _is_boolean,
    "String": _is_string,
    "InputFile": _is_file,
}
