"""Encodes a memory as JSON and decodes it: every field exactly, and nothing that is not a field.

Times are written as ISO 8601 in UTC with milliseconds (`2026-11-20T09:30:00.000Z`), with
microseconds only where there are any. Reading is strict: a field that is missing, unknown or of
another type is an error that names it, never a guess.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from brain.memory.record import Kind, Memory

VERSION = 2
"""The version of the fields below, written as `v`. A change of fields needs a new number."""
_SINCE_2 = {"period": "", "ended_at": None, "ended_by": None}
"""The fields that a memory of version 1 lacks, with the values that they get."""


class BadRecord(ValueError):
    """The data cannot be decoded as a memory."""

    def __init__(self, field: str, problem: str) -> None:
        """Say what is wrong, and with which field.

        Args:
            field: the path of the field, such as `sources.0`; empty for the data as a whole.
            problem: what is wrong with it, in English.
        """
        super().__init__(f"{field}: {problem}" if field else problem)
        self.field = field
        self.problem = problem

    @classmethod
    def of(cls, error: ValidationError) -> "BadRecord":
        """Build the error from the first problem that pydantic found."""
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return cls(".".join(str(part) for part in first["loc"]), first["msg"])


def format_time(moment: datetime) -> str:
    """Format an aware time as ISO 8601 in UTC, such as `2026-11-20T09:30:00.000Z`."""
    utc = moment.astimezone(UTC)
    whole = utc.microsecond % 1_000 == 0
    text = utc.isoformat(timespec="milliseconds" if whole else "microseconds")
    return text.removesuffix("+00:00") + "Z"


def parse_time(text: object) -> datetime:
    """Parse a time as `format_time` writes it, or with another offset from UTC.

    Raises:
        ValueError: it is no time, has no offset, or lies outside the years 1 to 9999.
    """
    if not isinstance(text, str):
        raise ValueError("a time should be text")  # noqa: TRY004 pydantic passes on ValueError alone
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time should name its offset from UTC, such as Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time lies outside the years 1 to 9999") from None


def _whole(text: str) -> str:
    # JSON can spell half of a surrogate pair, which no database or file accepts.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("should be whole Unicode characters") from None
    return text


Text = Annotated[str, AfterValidator(_whole)]
"""The type of text that can be written as UTF-8, for pydantic."""

Moment = Annotated[datetime, BeforeValidator(parse_time)]
"""The type of a time that `parse_time` can parse, for pydantic."""


class _Fields(BaseModel):
    """Validates the fields of `Memory`; a test checks that it has all of them."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    id: Text = Field(min_length=1)
    person: Text = Field(min_length=1)
    place: Text
    private: bool
    # JSON has neither enumerations nor tuples: only these two are converted, from text and a list.
    kind: Annotated[Kind, Field(strict=False)]
    text: Text
    reply: Text | None
    said_at: Moment
    zone: Text
    language: Text
    importance: float = Field(ge=0.0, le=1.0)
    strength: float = Field(gt=0.0)
    last_recalled: Moment
    recalls: int = Field(ge=0, lt=2**63)
    pinned: bool
    fades_at: Moment
    forgotten_at: Moment
    archived_at: Moment | None
    sources: Annotated[tuple[Text, ...], Field(strict=False)]
    period: Text
    ended_at: Moment | None
    ended_by: Text | None


def encode(memory: Memory) -> dict[str, object]:
    """Return the memory as an object that `json` can write."""
    return {
        "v": VERSION,
        "id": memory.id,
        "person": memory.person,
        "place": memory.place,
        "private": memory.private,
        "kind": memory.kind.value,
        "text": memory.text,
        "reply": memory.reply,
        "said_at": format_time(memory.said_at),
        "zone": memory.zone,
        "language": memory.language,
        "importance": memory.importance,
        "strength": memory.strength,
        "last_recalled": format_time(memory.last_recalled),
        "recalls": memory.recalls,
        "pinned": memory.pinned,
        "fades_at": format_time(memory.fades_at),
        "forgotten_at": format_time(memory.forgotten_at),
        "archived_at": None if memory.archived_at is None else format_time(memory.archived_at),
        "sources": list(memory.sources),
        "period": memory.period,
        "ended_at": None if memory.ended_at is None else format_time(memory.ended_at),
        "ended_by": memory.ended_by,
    }


def decode(data: object) -> Memory:
    """Return the memory that `encode` turned into this object.

    Raises:
        BadRecord: a field is missing, unknown or of another type, or the version is unknown.
    """
    if not isinstance(data, Mapping):
        raise BadRecord("", "a memory should be an object")
    fields = dict(data)
    version = fields.pop("v", None)
    if version not in (1, VERSION) or isinstance(version, bool):
        raise BadRecord("v", f"should be 1 or {VERSION}, the versions known here")
    if version == 1:
        fields = _SINCE_2 | fields
    try:
        return Memory(**dict(_Fields.model_validate(fields)))
    except ValidationError as error:
        raise BadRecord.of(error) from error


def to_line(memory: Memory) -> str:
    """Return the memory as a line of JSON Lines, without the line end."""
    return json.dumps(encode(memory), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
