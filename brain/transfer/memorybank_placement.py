"""Turns the entries of a MemoryBank file into memories with times and strengths.

A turn of such a file has a date but no time. The turns of a day are placed one minute apart from
noon on, in the person's zone, so that their order and date are right. If a day has more turns than
minutes from noon to midnight, its turns are spread evenly over that time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from brain.ids import MemoryId, PlaceId
from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.memory.creation import first_strength, new_memory
from brain.memory.importance import judge_importance
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place
from brain.transfer.memorybank import BankPerson, Entry

PLACE = Place(PlaceId("import:memorybank"), private=True)
"""The place of all imported turns; it is private, as they were said to the companion alone."""

_NAMESPACE = uuid5(NAMESPACE_URL, "siliconfriend:memorybank")
_SAMPLE_CHARACTERS = 4_000
_MILLISECOND = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)
_AFTERNOON = timedelta(hours=12)


def memories_of(
    source: BankPerson, *, person: Person, zone: ZoneInfo, curve: Curve, now: datetime
) -> Iterator[Memory]:
    """Yields the memories under one name of the file as those of a person, day by day.

    Each memory counts as recalled at the import, whatever date of last recall the file has: by
    those dates, a bank of 2023 would be forgotten at once. A strength in the file is 1 plus the
    number of recalls; here each recall adds `curve.step`, in days.

    Args:
        source: the entries under the name.
        person: the person whose memories they become. The ids of turns follow from `person.id`,
            their date and words, so that one whose words were edited is another; those of notes
            are the ids of the tree of summaries (`brain.memory.periods`).
        zone: the time zone of the file's dates.
        curve: the curve of forgetting that is in force.
        now: the time of the import.
    """
    entries = (*source.turns, *source.summaries, *source.insights)
    sample = "\n".join([*(entry.text for entry in entries), source.history, source.portrait])
    maker = _MemoryMaker(
        person=Person(person.id, person.name, zone),
        language=detect(sample[:_SAMPLE_CHARACTERS], fallback=DEFAULT_LANGUAGE),
        curve=curve,
        now=now,
    )
    turns: dict[date, list[Entry]] = {}
    for turn in source.turns:
        turns.setdefault(turn.day, []).append(turn)
    notes = {
        Kind.DAY: {entry.day: entry for entry in source.summaries},
        Kind.INSIGHT: {entry.day: entry for entry in source.insights},
    }
    last = now
    for day in sorted({*turns, *notes[Kind.DAY], *notes[Kind.INSIGHT]}):
        of_day = turns.get(day, [])
        # The notes about a day are dated after its last turn.
        count = max((turn.index for turn in of_day), default=-1) + 1
        times = _times(day, zone, count=count + 1)
        last = times[count]
        # Notes come before the turns, so that a day whose turns were added has its summary.
        for kind, by_day in notes.items():
            if day in by_day:
                yield maker.day_note(kind, by_day[day], last, of_day)
        for turn in of_day:
            yield maker.turn(turn, times[turn.index])
    if source.history:
        yield maker.life_note(Kind.HISTORY, source.history, last, Kind.DAY, notes[Kind.DAY])
    if source.portrait:
        yield maker.life_note(
            Kind.PORTRAIT, source.portrait, last, Kind.INSIGHT, notes[Kind.INSIGHT]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _MemoryMaker:
    """Makes the memories of one person."""

    person: Person
    language: str
    """The language of texts that are too short for it to be detected."""
    curve: Curve
    now: datetime

    def turn(self, entry: Entry, said_at: datetime) -> Memory:
        return self._memory(
            Kind.TURN,
            entry.text,
            said_at,
            id=self._id(entry),
            reply=entry.reply,
            strength=self._strength(entry, Kind.TURN),
        )

    def day_note(
        self, kind: Kind, entry: Entry, said_at: datetime, turns: Iterable[Entry]
    ) -> Memory:
        period = entry.day.isoformat()
        return self._memory(
            kind,
            entry.text,
            said_at,
            id=self._node(kind, period),
            period=period,
            strength=self._strength(entry, kind),
            sources=tuple(self._id(turn) for turn in turns),
        )

    def life_note(
        self, kind: Kind, text: str, said_at: datetime, below: Kind, days: Iterable[date]
    ) -> Memory:
        made_from = tuple(self._node(below, day.isoformat()) for day in sorted(days))
        node = self._node(kind, LIFE)
        return self._memory(kind, text, said_at, id=node, period=LIFE, sources=made_from)

    def _memory(self, kind: Kind, text: str, said_at: datetime, **more: Any) -> Memory:  # noqa: ANN401 other fields of `new_memory`
        return new_memory(
            person=self.person,
            place=PLACE,
            kind=kind,
            text=text,
            said_at=said_at,
            language=detect(text, fallback=self.language),
            curve=self.curve,
            last_recalled=self.now,
            **more,
        )

    def _strength(self, entry: Entry, kind: Kind) -> float | None:
        if entry.strength is None:
            return None
        language = detect(entry.text, fallback=self.language)
        importance = judge_importance(entry.text, language=language)
        first = first_strength(entry.text, kind=kind, importance=importance, curve=self.curve)
        return first + (entry.strength - 1.0) * self.curve.step

    def _id(self, turn: Entry) -> str:
        name = f"{self.person.id}/{turn.day.isoformat()}/{turn.repeated}/{turn.text}"
        return MemoryId(uuid5(_NAMESPACE, name).hex)

    def _node(self, kind: Kind, period: str) -> str:
        return node_id(Group(self.person.id, None), kind, period)


def _times(day: date, zone: ZoneInfo, *, count: int) -> list[datetime]:
    """Return `count` times from noon to midnight, in whole milliseconds, as UTC."""
    step = min(_MINUTE, _AFTERNOON / count)
    noon = _noon(day, zone)
    return [noon + i * step // _MILLISECOND * _MILLISECOND for i in range(count)]


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone).astimezone(UTC)
