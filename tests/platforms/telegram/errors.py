"""The error for calls that are refused, with the status codes and texts of Telegram."""

from typing import Any


class Refused(Exception):
    """A call is refused; `parameters` become Telegram's ResponseParameters."""

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
    """Returns an error 400 in Telegram's form."""
    return Refused(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refused:
    """Returns an error 403 in Telegram's form."""
    return Refused(403, f"Forbidden: {description}")
