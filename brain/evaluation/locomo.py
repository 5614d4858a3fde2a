"""Reads LoCoMo (Maharana et al., 2024): long conversations of two people, with questions.

Each utterance becomes a turn without a reply, `Speaker: words [shares CAPTION]`; all turns of a
conversation belong to one person. A session is as many minutes long as it has utterances. All
questions are asked the day after the last turn.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from brain.evaluation.errors import BadBenchmark
from brain.evaluation.json_files import read_json
from brain.evaluation.lives import Life, Question, RecordedTurn
from brain.ids import MemoryId, PersonId
from brain.messages import printable

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


def read_locomo(path: Path, *, limit: int | None = None) -> list[Life]:
    """Returns a life for each of the first `limit` conversations of a file, or for all of them.

    Args:
        path: a file such as `locomo10.json`.
        limit: how many conversations to read.

    Raises:
        BadBenchmark: the file cannot be read, or does not hold LoCoMo's data.
    """
    data = read_json(path)
    if not isinstance(data, list) or not data:
        raise BadBenchmark(path=str(path), reason="not-locomo")
    try:
        return [_life(raw) for raw in data[:limit]]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise BadBenchmark(path=str(path), reason="not-locomo") from error


def _life(raw: Mapping[str, object]) -> Life:
    person = PersonId(f"locomo:{raw['sample_id']}")
    sessions, asked = raw["conversation"], raw["qa"]
    if not isinstance(sessions, dict) or not isinstance(asked, list):
        raise TypeError
    turns = sorted(_turns(person, sessions), key=lambda turn: turn.said_at)
    known = {turn.id for turn in turns}
    asked_at = turns[-1].said_at + _A_DAY
    return Life(person, (*turns, *(_question(one, person, known, asked_at) for one in asked)))


def _turns(person: PersonId, sessions: Mapping[str, object]) -> Iterator[RecordedTurn]:
    for key, session in sessions.items():
        found = _SESSION.fullmatch(key)
        if found is None or not isinstance(session, list):
            continue
        begun = datetime.strptime(str(sessions[f"{key}_date_time"]), _DATE).replace(tzinfo=UTC)
        for minute, said in enumerate(session):
            caption = said.get("blip_caption")
            shared = f" [shares {caption}]" if caption else ""
            yield RecordedTurn(
                id=MemoryId(f"{person}:{said['dia_id']}"),
                person=person,
                text=printable(f"{said['speaker']}: {said['text']}{shared}"),
                said_at=begun + minute * _A_MINUTE,
                session=key,
                language="en",
            )


def _question(
    raw: Mapping[str, object], person: PersonId, known: set[MemoryId], asked_at: datetime
) -> Question:
    # Some evidence strings hold several ids, and some an id that does not exist.
    named = _EVIDENCE.findall(str(raw.get("evidence") or ""))
    evidence = {MemoryId(f"{person}:D{int(session)}:{int(turn)}") for session, turn in named}
    category = raw["category"]
    if not isinstance(category, int):
        raise TypeError
    return Question(
        person=person,
        text=str(raw["question"]),
        asked_at=asked_at,
        evidence=frozenset(evidence & known),
        kind=CATEGORIES.get(category, str(category)),
        answer=str(raw.get("answer", raw.get("adversarial_answer", ""))),
    )
