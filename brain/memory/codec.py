"""A memory as JSON, and back: every field exactly, and nothing that is not a field.

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
"""Of the fields below; written as `v`. A change of fields needs a new number."""
_SINCE_2 = {"period": "", "ended_at": None, "ended_by": None}
"""Fields that a memory of version 1 lacks, and what they are of it."""


class BadRecord(ValueError):
    """What was read is no memory: `field` names where (empty: the whole), `problem` says why."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}" if field else problem)
        self.field = field
        self.problem = problem

    @classmethod
    def of(cls, error: ValidationError) -> "BadRecord":
        """The first thing that pydantic found wrong."""
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return cls(".".join(str(part) for part in first["loc"]), first["msg"])


def stamp(moment: datetime) -> str:
    """An aware time as text."""
    utc = moment.astimezone(UTC)
    whole = utc.microsecond % 1_000 == 0
    text = utc.isoformat(timespec="milliseconds" if whole else "microseconds")
    return text.removesuffix("+00:00") + "Z"


def moment_of(text: object) -> datetime:
    """The inverse of `stamp`; any offset is accepted, none is not. Raises ValueError."""
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
    # JSON can spell half of a surrogate pair; no database or file takes it.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("should be whole Unicode characters") from None
    return text


Text = Annotated[str, AfterValidator(_whole)]
"""Text that can be written as UTF-8, for pydantic."""

Moment = Annotated[datetime, BeforeValidator(moment_of)]
"""A time as `stamp` writes it, for pydantic."""


class _Fields(BaseModel):
    """The fields of `Memory` as they may arrive; a test keeps the two alike."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    id: Text = Field(min_length=1)
    person: Text = Field(min_length=1)
    place: Text
    private: bool
    # JSON knows neither enumerations nor tuples: only these two are taken from their likeness.
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
    """A memory as what `json` can write."""
    return {
        "v": VERSION,
        "id": memory.id,
        "person": memory.person,
        "place": memory.place,
        "private": memory.private,
        "kind": memory.kind.value,
        "text": memory.text,
        "reply": memory.reply,
        "said_at": stamp(memory.said_at),
        "zone": memory.zone,
        "language": memory.language,
        "importance": memory.importance,
        "strength": memory.strength,
        "last_recalled": stamp(memory.last_recalled),
        "recalls": memory.recalls,
        "pinned": memory.pinned,
        "fades_at": stamp(memory.fades_at),
        "forgotten_at": stamp(memory.forgotten_at),
        "archived_at": None if memory.archived_at is None else stamp(memory.archived_at),
        "sources": list(memory.sources),
        "period": memory.period,
        "ended_at": None if memory.ended_at is None else stamp(memory.ended_at),
        "ended_by": memory.ended_by,
    }


def decode(data: object) -> Memory:
    """The memory of what `encode` gave. Raises BadRecord."""
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
    """One line of JSON Lines, without its line end."""
    return json.dumps(encode(memory), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
