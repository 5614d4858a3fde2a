"""Reads what people said and were asked about, in the order in which it happened (JSON Lines).

    {"turn": {"id": "1", "person": "ann", "text": "I adopted a kitten.", "reply": "Lovely!",
              "said_at": "2026-03-01T18:00:00+01:00", "session": "a", "language": "en"}}
    {"question": {"person": "ann", "text": "Which pet have I got?", "evidence": ["1"],
                  "asked_at": "2026-04-01T09:00:00+02:00", "without": [], "kind": "fact"}}

Each stands on a line of its own; docs/recall.md describes the keys. The turns before a question are
those that it can be answered from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec.structs import replace

from brain.evaluation.errors import BadBenchmark
from brain.evaluation.json_files import read_text
from brain.ids import MemoryId, PersonId, PlaceId
from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.memory.creation import new_memory
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place, printable

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Named = msgspec.Meta(min_length=1, max_length=500)


class RecordedTurn(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What a person said, and the reply to it."""

    id: Annotated[MemoryId, _Named]
    """Unique among the turns of a file."""
    person: Annotated[PersonId, _Named]
    text: str
    reply: str | None = None
    said_at: _Moment
    """In UTC."""
    session: str = ""
    """The conversation that it belongs to; recall does not read it."""
    language: str | None = None
    """The code of its language; None to detect it."""


class Question(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A question of a person, with the turns that hold its answer."""

    person: Annotated[PersonId, _Named]
    text: str
    asked_at: _Moment
    """In UTC."""
    evidence: frozenset[MemoryId]
    """Ids of turns; where there are none, nothing that is found counts as right."""
    without: frozenset[MemoryId] = frozenset()
    """Ids of turns that are not to be found, such as those that the prompt has anyway."""
    kind: str = ""
    """What sort of question it is, to be scored by itself."""
    language: str | None = None
    """The code of its language; None to detect it."""
    answer: str = ""
    """The known answer in a few words, by which a judge marks replies; empty for none."""


@dataclass(frozen=True, slots=True)
class Life:
    """The turns and questions of one person, in the order in which they happened."""

    person: PersonId
    events: tuple[RecordedTurn | Question, ...]

    @property
    def turns(self) -> tuple[RecordedTurn, ...]:
        """The turns alone, oldest first."""
        return tuple(one for one in self.events if isinstance(one, RecordedTurn))

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions alone, in the order in which they are asked."""
        return tuple(one for one in self.events if isinstance(one, Question))


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    turn: RecordedTurn | None = None
    question: Question | None = None


def read_lives(path: Path, *, limit: int | None = None) -> list[Life]:
    """Return the life of each person in a file, in the order of their first lines.

    Args:
        path: a file with one JSON object a line, which may be compressed by gzip.
        limit: how many people to return; all of them without it.

    Raises:
        BadBenchmark: the file cannot be read; a line is not as described above; an id stands twice;
            a question names a turn that its person has not said before; or a line tells of an
            earlier time than the line before it about the same person.
    """
    decoder = msgspec.json.Decoder(_Line)
    events: dict[PersonId, list[RecordedTurn | Question]] = {}
    owners: dict[MemoryId, PersonId] = {}
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            event = _event(decoder.decode(line))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise BadBenchmark(
                path=str(path), reason="bad-line", line=number, detail=str(error)
            ) from error
        before = events.setdefault(event.person, [])
        if reason := _misplaced(event, before, owners):
            raise BadBenchmark(path=str(path), line=number, **reason)
        before.append(event)
        if isinstance(event, RecordedTurn):
            owners[event.id] = event.person
    if not events:
        raise BadBenchmark(path=str(path), reason="no-lines")
    return [Life(person, tuple(of_person)) for person, of_person in list(events.items())[:limit]]


def to_memory(turn: RecordedTurn, *, curve: Curve) -> Memory:
    """Return a turn as the memory that it becomes when it is said; this may detect its language.

    All turns of a person are said in one place, which is private, and days are counted in UTC.
    """
    person = Person(turn.person)
    return new_memory(
        id=turn.id,
        person=person,
        place=Place(PlaceId(person.id), private=True),
        kind=Kind.TURN,
        text=turn.text,
        reply=turn.reply,
        said_at=turn.said_at,
        language=turn.language or detect(turn.text, fallback=DEFAULT_LANGUAGE),
        curve=curve,
    )


def _event(line: _Line) -> RecordedTurn | Question:
    turn, question = line.turn, line.question
    if turn is not None and question is None:
        turn = replace(turn, text=printable(turn.text), reply=printable(turn.reply or "") or None)
        event: RecordedTurn | Question = replace(turn, said_at=turn.said_at.astimezone(UTC))
    elif question is not None and turn is None:
        asked_at = question.asked_at.astimezone(UTC)
        event = replace(question, text=printable(question.text), asked_at=asked_at)
    else:
        raise msgspec.ValidationError("Expected one `turn` or one `question`")
    if not event.text:
        raise msgspec.ValidationError("Expected a `text` that is not empty")
    return event


def _moment(event: RecordedTurn | Question) -> datetime:
    return event.said_at if isinstance(event, RecordedTurn) else event.asked_at


def _misplaced(
    event: RecordedTurn | Question,
    before: Sequence[RecordedTurn | Question],
    owners: dict[MemoryId, PersonId],
) -> dict[str, str]:
    """Return what is wrong with the place of an event in the file, as values of `BadBenchmark`."""
    if before and _moment(event) < _moment(before[-1]):
        return {"reason": "not-in-order"}
    if isinstance(event, RecordedTurn):
        return {"reason": "repeated-id", "known": event.id} if event.id in owners else {}
    for named in sorted(event.evidence | event.without):
        if owners.get(named) != event.person:
            return {"reason": "unknown-turn", "known": named}
    return {}
