"""Reads the memory files of the first SiliconFriend (`memory_bank_en.json`, `memory_bank_cn.json`).

Such a file has, for each name, turns by date and the notes made from them: a summary and a
personality for each day, a history and a personality for the whole. Its forgetting mode adds a
strength (from 1, plus 1 with each recall) and the date of the last recall. Files that were edited
by hand or by scripts also have names with stray spaces, dates in other forms, and pairs in place of
objects. What can be understood is read; the rest is skipped and counted.

`meta_information` describes the test persons of an evaluation, and is not read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date

from brain.messages import printable

_PERSON_KEYS = ("history", "summary", "personality", "overall_history", "overall_personality")
_STRONGEST = 1_000_000.0
_DATE = re.compile(
    r"\s*(\d{4})(?:\s*[-/._年]\s*(\d{1,2})\s*[-/._月]\s*(\d{1,2})\s*日?|(\d\d)(\d\d))(?:[T\s].*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A turn, or a note about a day."""

    day: date
    index: int
    """Position of a turn within its day, counting unreadable entries too; 0 for a note."""
    text: str
    reply: str | None
    """None for a note and for a turn without a reply."""
    strength: float | None
    """The file's own strength: 1, plus 1 with each recall; None where the file has none."""
    repeated: int = 0
    """How many turns before this one have its words on its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPerson:
    """All that a file holds under one name."""

    name: str
    turns: tuple[Entry, ...]
    summaries: tuple[Entry, ...]
    """Notes on what happened, at most one a day."""
    insights: tuple[Entry, ...] = ()
    """Notes on how the person was, at most one a day."""
    history: str = ""
    """A note on all that happened; empty where the file has none."""
    portrait: str = ""
    """A note on who the person is; empty where the file has none."""

    @property
    def total(self) -> int:
        """The number of memories that come of it."""
        days = len(self.turns) + len(self.summaries) + len(self.insights)
        return days + bool(self.history) + bool(self.portrait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What could be understood of a file."""

    people: tuple[BankPerson, ...]
    """The people with at least one entry."""
    junk: int
    """Number of entries that could not be understood."""
    ignored: tuple[str, ...] = ()
    """Names of the parts that are not read, such as `meta_information`, sorted."""


def is_bank(data: object) -> bool:
    """Returns whether parsed JSON has the form of such a file; an empty object has."""
    return isinstance(data, dict) and (
        not data
        or any(isinstance(v, dict) and any(k in v for k in _PERSON_KEYS) for v in data.values())
    )


def read_bank(data: Mapping[str, object]) -> Bank:
    """Returns all that can be understood of a parsed file."""
    reader = _Reader()
    read = [reader.person(key, value) for key, value in reader.items(data)]
    people = tuple(person for person in read if person and person.total)
    return Bank(people=people, junk=reader.junk, ignored=tuple(sorted(reader.ignored)))


class _Reader:
    """Reads the parts of one file, and counts the entries that cannot be understood."""

    def __init__(self) -> None:
        self.junk = 0
        self.ignored: set[str] = set()

    def person(self, key: str, data: object) -> BankPerson | None:
        if not isinstance(data, dict):
            self.junk += 1
            return None
        self.ignored.update(key for key in data if key not in {"name", *_PERSON_KEYS})
        person = BankPerson(
            name=" ".join((_text(key) or _text(data.get("name"))).split()),
            turns=tuple(self._turns(data.get("history"))),
            summaries=tuple(self._by_day(data.get("summary"))),
            insights=tuple(self._by_day(data.get("personality"))),
            history=self._whole(data.get("overall_history")),
            portrait=self._whole(data.get("overall_personality")),
        )
        if not person.name:
            self.junk += person.total
            return None
        return person

    def items(self, value: object) -> list[tuple[str, object]]:
        """Return the items of an object whose values are not empty."""
        if isinstance(value, dict):
            return [(key, item) for key, item in value.items() if item]
        self.junk += bool(value)
        return []

    def _turns(self, history: object) -> Iterator[Entry]:
        # Two spellings of a date are one day, whose turns are numbered together.
        counts: Counter[date] = Counter()
        same: Counter[tuple[date, str]] = Counter()
        for key, entries in self.items(history):
            day = _date(key)
            if day is None or not isinstance(entries, list):
                self.junk += len(entries) if isinstance(entries, list) else 1
                continue
            for raw in entries:
                index = counts[day]
                # Unreadable entries are counted too, so that mending them changes no other time.
                counts[day] += 1
                if isinstance(raw, list) and len(raw) == 2:  # noqa: PLR2004 an older form of a turn
                    fields: object = {"query": raw[0], "response": raw[1]}
                else:
                    fields = raw
                if turn := self._entry(day, index, fields, "query"):
                    yield replace(turn, repeated=same[day, turn.text])
                    same[day, turn.text] += 1

    def _by_day(self, texts: object) -> Iterator[Entry]:
        seen: set[date] = set()
        for key, raw in self.items(texts):
            fields = {"content": raw} if isinstance(raw, str) else raw
            day = _date(key)
            if isinstance(fields, dict) and not fields.get("content"):
                continue
            if day is None or day in seen:
                self.junk += 1
            elif entry := self._entry(day, 0, fields, "content"):
                seen.add(day)
                yield entry

    def _whole(self, value: object) -> str:
        text = value.get("content") if isinstance(value, dict) else value
        self.junk += bool(text) and not isinstance(text, str)
        return _text(text)

    def _entry(self, day: date, index: int, fields: object, key: str) -> Entry | None:
        data = fields if isinstance(fields, dict) else {}
        text, reply = _text(data.get(key)), data.get("response") or ""
        if not text or not isinstance(reply, str):
            self.junk += 1
            return None
        return Entry(
            day=day,
            index=index,
            text=text,
            reply=_text(reply) or None,
            strength=_strength(data.get("memory_strength")),
        )


def _text(value: object) -> str:
    return printable(value) if isinstance(value, str) else ""


def _strength(value: object) -> float | None:
    if isinstance(value, int | float) and 1.0 <= value <= _STRONGEST:
        return float(value)
    return None


def _date(value: object) -> date | None:
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    year, *rest = (int(part) for part in found.groups() if part)
    # In the first and last year of the calendar, noon in a time zone may have no time in UTC.
    if not MINYEAR < year < MAXYEAR:
        return None
    try:
        return date(year, *rest)
    except ValueError:
        return None
