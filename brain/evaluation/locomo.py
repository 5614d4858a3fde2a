"""Reads LoCoMo (Maharana et al., 2024): long conversations of two people, with questions.

Each utterance becomes a turn without a reply, `Speaker: words [shares CAPTION]`; all turns of a
conversation belong to one person and one place. A session is as many minutes long as it has
utterances. The turns never fade, because only recall is measured.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from brain.evaluation.cases import Case, Question
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.json_files import read_json
from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.creation import new_memory
from brain.memory.record import FOREVER, Kind, Memory
from brain.memory.retention import COMPANION
from brain.messages import Person, Place, printable

CATEGORIES = {
    1: "multi-hop",
    2: "temporal",
    3: "open-domain",
    4: "single-hop",
    5: "adversarial",
}
"""The names of the paper for the categories of questions, by their number in the data."""
_SESSION = re.compile(r"session_(\d+)")
_EVIDENCE = re.compile(r"D(\d+):(\d+)")
_DATE = "%I:%M %p on %d %B, %Y"
_A_MINUTE = timedelta(minutes=1)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The memories of one conversation, and the questions asked the day after its last turn."""

    memories: tuple[Memory, ...]
    case: Case


def read_locomo(path: Path, *, limit: int | None = None) -> list[Conversation]:
    """Returns the first `limit` conversations of a file such as `locomo10.json`, or all of them.

    Raises:
        BadBenchmark: the file cannot be read, or does not hold LoCoMo's data.
    """
    data = read_json(path)
    if not isinstance(data, list) or not data:
        raise BadBenchmark(path=str(path), reason="not-locomo")
    try:
        return [_conversation(raw) for raw in data[:limit]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadBenchmark(path=str(path), reason="not-locomo") from error


def _conversation(raw: Mapping[str, object]) -> Conversation:
    person = Person(PersonId(f"locomo:{raw['sample_id']}"))
    place = Place(PlaceId(person.id), private=True)
    sessions, asked = raw["conversation"], raw["qa"]
    if not isinstance(sessions, dict) or not isinstance(asked, list):
        raise TypeError
    utterances = list(_utterances(sessions))
    now = max(said_at for _, _, said_at in utterances) + _A_DAY
    memories = [
        new_memory(
            id=MemoryId(f"{person.id}:{name}"),
            person=person,
            place=place,
            kind=Kind.TURN,
            text=text,
            said_at=said_at,
            language="en",
            curve=COMPANION,
            last_recalled=now,
        )
        for name, text, said_at in utterances
    ]
    lasting = [replace(one, fades_at=FOREVER, forgotten_at=FOREVER) for one in memories]
    known = {memory.id for memory in memories}
    questions = tuple(_question(one, person, known) for one in asked)
    return Conversation(tuple(lasting), Case(person=person, now=now, questions=questions))


def _utterances(sessions: Mapping[str, object]) -> Iterator[tuple[str, str, datetime]]:
    """Yield the id, the text and the time of each utterance."""
    for key, session in sessions.items():
        found = _SESSION.fullmatch(key)
        if found is None or not isinstance(session, list):
            continue
        begun = datetime.strptime(str(sessions[f"{key}_date_time"]), _DATE).replace(tzinfo=UTC)
        for minute, said in enumerate(session):
            caption = said.get("blip_caption")
            shared = f" [shares {caption}]" if caption else ""
            text = printable(f"{said['speaker']}: {said['text']}{shared}")
            yield said["dia_id"], text, begun + minute * _A_MINUTE


def _question(raw: Mapping[str, object], person: Person, known: set[MemoryId]) -> Question:
    # Some evidence strings hold several ids, and some an id that does not exist.
    named = _EVIDENCE.findall(str(raw.get("evidence") or ""))
    evidence = {f"{person.id}:D{int(session)}:{int(turn)}" for session, turn in named}
    category = raw["category"]
    if not isinstance(category, int):
        raise TypeError
    return Question(
        text=str(raw["question"]),
        category=CATEGORIES.get(category, str(category)),
        evidence=frozenset(evidence & known),
        answer=str(raw.get("answer", raw.get("adversarial_answer", ""))),
    )
