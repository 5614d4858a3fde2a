"""How this server says no: the status and the words that Telegram uses."""

from typing import Any


class Refused(Exception):
    """A call that is refused; `parameters` are Telegram's ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            said["parameters"] = self.parameters
        return said


def bad(description: str, **parameters: int) -> Refused:
    """400, in Telegram's words."""
    return Refused(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refused:
    """403, in Telegram's words."""
    return Refused(403, f"Forbidden: {description}")
