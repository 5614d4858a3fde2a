"""The requests, routes, answers and errors of the simulated REST API."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord.limits import Group
from tests.platforms.discord.records import Attachment, Draft, Payload

LONGEST_CONTENT = 2_000
"""The longest content of a bot's message, in characters."""
COMPONENTS_V2 = 1 << 15

Answer = Payload | Sequence[Payload] | None
"""JSON to send with status 200; None is an empty answer with status 204."""


class Refused(Exception):
    """A request is refused, with an HTTP status and Discord's own code and message."""

    def __init__(self, status: int, code: int, message: str, **errors: Any) -> None:  # noqa: ANN401
        super().__init__(message)
        self.status = status
        self.body: Payload = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One parsed request with its files."""

    method: str
    path: str
    """The path without `/api/v10`."""
    where: Mapping[str, str] = field(default_factory=dict)
    """The parameters of the path."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    files: Sequence[Attachment] = ()

    def id(self, name: str) -> int:
        """Returns a parameter of the path as a snowflake; raises `Refused` if it is none."""
        if not self.where[name].isdecimal():
            raise invalid_form(name, "NUMBER_TYPE_COERCE", "Value is not snowflake.")
        return int(self.where[name])

    def draft(self, body: Mapping[str, Any] | None = None) -> Draft:
        """Returns the message to be written; raises `Refused` if it is too long."""
        said = (self.body or {}) if body is None else body
        content = said.get("content") or ""
        if len(content) > LONGEST_CONTENT:
            sentence = f"Must be {LONGEST_CONTENT} or fewer in length."
            raise invalid_form("content", "BASE_TYPE_MAX_LENGTH", sentence)
        return Draft(content=content, attachments=self.files, body=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method and path, with the function that answers it and its group of rate limits."""

    method: str
    template: str
    do: Callable[[Call], Answer]
    group: Group = Group.OTHERS
    open: bool = False
    """Whether the route needs no authorisation but the token in its path."""


def invalid_form(field_name: str, code: str, sentence: str) -> Refused:
    """Returns the error 50035 that Discord gives for a field."""
    errors = {field_name: {"_errors": [{"code": code, "message": sentence}]}}
    return Refused(400, 50035, "Invalid Form Body", **errors)


def not_empty(draft: Draft) -> None:
    """Raises `Refused` for a message without any content."""
    parts = ("embeds", "components", "sticker_ids", "poll")
    if draft.content.strip() or draft.attachments or any(draft.body.get(part) for part in parts):
        return
    raise Refused(400, 50006, "Cannot send an empty message")
