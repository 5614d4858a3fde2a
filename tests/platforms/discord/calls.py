"""A request to REST, understood, and what a route answers to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord.limits import Group
from tests.platforms.discord.records import Attachment, Draft, Payload

LONGEST_CONTENT = 2_000
"""Of a message of a bot, in characters."""
COMPONENTS_V2 = 1 << 15

Answer = Payload | Sequence[Payload] | None
"""JSON with status 200; None: 204, nothing."""


class Refused(Exception):
    """A status, and Discord's own code and sentence."""

    def __init__(self, status: int, code: int, message: str, **errors: Any) -> None:  # noqa: ANN401
        super().__init__(message)
        self.status = status
        self.body: Payload = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: where it goes, what it says, which files it brings."""

    method: str
    path: str
    """Without `/api/v10`."""
    where: Mapping[str, str] = field(default_factory=dict)
    """The parameters of the path."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    files: Sequence[Attachment] = ()

    def id(self, name: str) -> int:
        """A parameter of the path that is a snowflake. Raises Refused."""
        if not self.where[name].isdecimal():
            raise invalid_form(name, "NUMBER_TYPE_COERCE", "Value is not snowflake.")
        return int(self.where[name])

    def draft(self, body: Mapping[str, Any] | None = None) -> Draft:
        """What is to be written, after Discord's own checks. Raises Refused."""
        said = (self.body or {}) if body is None else body
        content = said.get("content") or ""
        if len(content) > LONGEST_CONTENT:
            sentence = f"Must be {LONGEST_CONTENT} or fewer in length."
            raise invalid_form("content", "BASE_TYPE_MAX_LENGTH", sentence)
        return Draft(content=content, attachments=self.files, body=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method and a path with its parameters, who does it, and how it is limited."""

    method: str
    template: str
    do: Callable[[Call], Answer]
    group: Group = Group.OTHERS
    open: bool = False
    """The token in its path is all that it asks for."""


def invalid_form(field_name: str, code: str, sentence: str) -> Refused:
    """The 50035 that Discord gives for a field."""
    errors = {field_name: {"_errors": [{"code": code, "message": sentence}]}}
    return Refused(400, 50035, "Invalid Form Body", **errors)


def not_empty(draft: Draft) -> None:
    """Raise Refused for a message that would hold nothing."""
    parts = ("embeds", "components", "sticker_ids", "poll")
    if draft.content.strip() or draft.attachments or any(draft.body.get(part) for part in parts):
        return
    raise Refused(400, 50006, "Cannot send an empty message")
