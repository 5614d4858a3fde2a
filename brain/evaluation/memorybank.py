"""Reads MemoryBank's data and probing questions.

The data does not say which turns hold each answer; this project's labels in `labels/` do. The turns
of a day have no time: they begin at noon, a minute apart. All questions are asked the day after the
last turn of anybody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from brain.evaluation.errors import BadBenchmark
from brain.evaluation.json_files import read_json, read_json_lines
from brain.evaluation.lives import Life, Question, RecordedTurn
from brain.ids import MemoryId, PersonId
from brain.messages import printable
from brain.transfer.memorybank import BankPerson, read_bank

LABELS = Path(__file__).parent / "labels"
FOLDERS = {"en": "en", "zh": "cn"}
"""Names of the folders in the data, by language."""
_NOON = time(12, tzinfo=UTC)
_A_MINUTE = timedelta(minutes=1)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ProbedBank:
    """The people and probing questions of one language."""

    language: str
    lives: list[Life]
    unanswered: int
    """Number of questions that are left out because no turn holds their answer."""


def read_memorybank(path: Path, *, limit: int | None = None) -> list[ProbedBank]:
    """Returns the bank of each language in a folder.

    Args:
        path: a folder that holds `en/`, `cn/` or both, or one of these folders itself.
        limit: how many people to read of each bank; all of them without it.

    Raises:
        BadBenchmark: the folder or its files cannot be read, or do not hold MemoryBank's data.
    """
    if not path.exists():
        raise BadBenchmark(path=str(path), reason="missing")
    found = [
        _bank(folder, language, limit)
        for language, name in FOLDERS.items()
        for folder in (path, path / name)
        if (folder / f"memory_bank_{name}.json").is_file()
    ]
    if not found:
        raise BadBenchmark(path=str(path), reason="not-memorybank")
    return found


def _bank(folder: Path, language: str, limit: int | None) -> ProbedBank:
    name = FOLDERS[language]
    file = folder / f"memory_bank_{name}.json"
    data: Any = read_json(file)
    rows: list[Any] = read_json_lines(folder / f"probing_questions_{name}.jsonl")
    labels: list[Any] = read_json_lines(LABELS / f"memorybank_{language}.jsonl")
    try:
        people = read_bank(data).people[:limit]
        said = {person.name: _turns(person, language) for person in people}
        asked_at = max(turn.said_at for turns in said.values() for turn in turns) + _A_DAY
        texts = {key.strip(): asked for row in rows for key, asked in row.items()}
        asked = [
            Question(
                person=PersonId(label["person"]),
                text=printable(texts[label["person"]][label["question"]]),
                asked_at=asked_at,
                evidence=frozenset(_id(label["person"], *place) for place in label["evidence"]),
                kind=language,
                language=language,
                answer=label["answer"],
            )
            for label in labels
            if label["person"] in said
        ]
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise BadBenchmark(path=str(file), reason="not-memorybank") from error
    answered = [question for question in asked if question.evidence]
    lives = [
        Life(PersonId(name), (*turns, *(one for one in answered if one.person == name)))
        for name, turns in said.items()
    ]
    return ProbedBank(language, lives, len(asked) - len(answered))


def _turns(person: BankPerson, language: str) -> list[RecordedTurn]:
    turns = [
        RecordedTurn(
            id=_id(person.name, turn.day.isoformat(), turn.index),
            person=PersonId(person.name),
            text=turn.text,
            reply=turn.reply,
            said_at=datetime.combine(turn.day, _NOON) + turn.index * _A_MINUTE,
            session=turn.day.isoformat(),
            language=language,
        )
        for turn in person.turns
    ]
    return sorted(turns, key=lambda turn: turn.said_at)


def _id(person: str, day: str, index: int) -> MemoryId:
    return MemoryId(f"{person}:{day}:{index}")
