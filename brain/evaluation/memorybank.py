"""Reads MemoryBank's data and probing questions.

The data does not say which turns hold each answer; this project's labels in `labels/` do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from brain.evaluation.errors import BadBenchmark
from brain.evaluation.json_files import read_json, read_json_lines
from brain.messages import printable

LABELS = Path(__file__).parent / "labels"
FOLDERS = {"en": "en", "zh": "cn"}
"""Names of the folders in the data, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A probing question about one person."""

    person: str
    text: str
    answer: str
    evidence: frozenset[tuple[str, str]]
    """The turns that hold the answer, each as its day (ISO 8601) and what the person said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedBank:
    """The people and probing questions of one language."""

    language: str
    people: Mapping[str, Any]
    """The people by name, in the file's own form, which `brain.transfer` imports."""
    probes: tuple[Probe, ...]

    def last_day(self, zone: ZoneInfo) -> datetime:
        """Returns noon, in that time zone, of the last day in anybody's history, in UTC."""
        days = [day for person in self.people.values() for day in person["history"]]
        return datetime.combine(date.fromisoformat(max(days)), time(12), zone).astimezone(UTC)


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
    questions = folder / f"probing_questions_{name}.jsonl"
    data: Any = read_json(file)
    rows: list[Any] = read_json_lines(questions)
    labels: list[Any] = read_json_lines(LABELS / f"memorybank_{language}.jsonl")
    try:
        bank = {key.strip(): data[key] for key in list(data)[:limit]}
        asked = {key.strip(): texts for row in rows for key, texts in row.items()}
        probes = tuple(_probe(label, bank, asked) for label in labels if label["person"] in bank)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadBenchmark(path=str(file), reason="not-memorybank") from error
    return ProbedBank(language=language, people=bank, probes=probes)


def _probe(
    label: Mapping[str, Any], bank: Mapping[str, Any], asked: Mapping[str, list[str]]
) -> Probe:
    person = label["person"]
    history = bank[person]["history"]
    return Probe(
        person=person,
        text=printable(asked[person][label["question"]]),
        answer=label["answer"],
        # The import stores texts in this printable form.
        evidence=frozenset(
            (day, printable(history[day][index]["query"])) for day, index in label["evidence"]
        ),
    )
