"""Reads the parameters of a call, which come as form fields, JSON or a multipart body."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.telegram.errors import bad
from tests.platforms.telegram.records import Json, Upload


@dataclass(slots=True, frozen=True)
class Params:
    """The parameters and files of a call; values that cannot be read are refused with 400."""

    raw: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        return str(self.raw.get(name, default))

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.raw.get(name, default))
        except (TypeError, ValueError):
            raise bad(f"{name} is not specified") from None

    def flag(self, name: str) -> bool:
        return self.raw.get(name) in (True, "true", "True", "1")

    def json(self, name: str) -> Any:  # noqa: ANN401 JSON is anything
        """Returns the decoded value of a parameter; None without one."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """Returns the file of a parameter, which is given directly or by `attach://`."""
        attached = self.text(name).removeprefix("attach://")
        return self.files.get(name) or self.files.get(attached)


def keyboard(params: Params) -> Json | None:
    """Returns the inline keyboard of a call: of other markup, a message shows nothing afterwards.

    Raises `Refused` for buttons that are not allowed.
    """
    markup: Json | None = params.json("reply_markup")
    if markup and "inline_keyboard" not in markup:
        return None
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text"):
                raise bad("can't parse inline keyboard button: text buttons must not be empty")
            data = button.get("callback_data")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")
            if data is None and len(button) == 1:
                raise bad("can't parse inline keyboard button: text buttons are unallowed")
    return markup
