"""What a MemoryBank file holds, placed in time and on the curve of forgetting. Pure.

A turn of such a file has a date but no time. The turns of a day are placed one minute apart from
noon on, in the person's zone, so that their order and their date are right, whatever the hour was.
A day with more turns than its afternoon has minutes is spread evenly over the afternoon.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.memory.creation import new_memory
from brain.memory.importance import importance
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place
from brain.transfer.memorybank import BankPerson, Entry

PLACE = Place("import:memorybank", private=True)
"""These conversations were between two: they are never recalled where others read."""

_NAMESPACE = uuid5(NAMESPACE_URL, "siliconfriend:memorybank")
_SAMPLE_CHARACTERS = 4_000
_MILLISECOND = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)
_AFTERNOON = timedelta(hours=12)


def memories_of(
    source: BankPerson, *, person: Person, zone: ZoneInfo, curve: Curve, now: datetime
) -> Iterator[Memory]:
    """The memories of one name of the file, as those of `person`, day by day.

    Importing is remembering: each memory counts as recalled now, whatever date of last recall the
    file names. By those dates, a bank of 2023 would be forgotten the moment that it arrives. A
    strength in the file is 1 and the number of recalls; here each recall is worth `curve.step`.

    Args:
        source: the name.
        person: who that is here; ids follow from `person.id`, date and index alone, and those of
            what was concluded are those of the tree of summaries (`brain.memory.periods`).
        zone: in which the file's dates are days.
        curve: of forgetting.
        now: UTC.
    """
    told = (*source.turns, *source.summaries, *source.insights)
    sample = "\n".join([*(entry.text for entry in told), source.history, source.portrait])
    maker = _Maker(
        person=Person(person.id, person.name, zone),
        language=detect(sample[:_SAMPLE_CHARACTERS], fallback=DEFAULT_LANGUAGE),
        curve=curve,
        now=now,
    )
    turns: dict[date, list[Entry]] = {}
    for turn in source.turns:
        turns.setdefault(turn.day, []).append(turn)
    concluded = {
        Kind.DAY: {entry.day: entry for entry in source.summaries},
        Kind.INSIGHT: {entry.day: entry for entry in source.insights},
    }
    last = now
    for day in sorted({*turns, *concluded[Kind.DAY], *concluded[Kind.INSIGHT]}):
        of_day = turns.get(day, [])
        # What is concluded of a day comes after its last turn.
        count = max((turn.index for turn in of_day), default=-1) + 1
        times = _times(day, zone, count=count + 1)
        last = times[count]
        # Handed out before the turns: a day whose turns are there has its summary.
        for kind, entries in concluded.items():
            if day in entries:
                yield maker.conclusion(kind, entries[day], last, of_day)
        for turn in of_day:
            yield maker.turn(turn, times[turn.index])
    if source.history:
        yield maker.life(Kind.HISTORY, source.history, last, Kind.DAY, concluded[Kind.DAY])
    if source.portrait:
        yield maker.life(
            Kind.PORTRAIT, source.portrait, last, Kind.INSIGHT, concluded[Kind.INSIGHT]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes one person's memories."""

    person: Person
    language: str
    """Of texts too short to tell."""
    curve: Curve
    now: datetime

    def turn(self, entry: Entry, said_at: datetime) -> Memory:
        return self._memory(
            Kind.TURN,
            entry.text,
            said_at,
            id=self._id(entry),
            reply=entry.reply,
            strength=self._strength(entry),
        )

    def conclusion(
        self, kind: Kind, entry: Entry, said_at: datetime, turns: Iterable[Entry]
    ) -> Memory:
        period = entry.day.isoformat()
        return self._memory(
            kind,
            entry.text,
            said_at,
            id=self._node(kind, period),
            period=period,
            strength=self._strength(entry),
            sources=tuple(self._id(turn) for turn in turns),
        )

    def life(
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

    def _strength(self, entry: Entry) -> float | None:
        if entry.strength is None:
            return None
        first = self.curve.strength_of(
            importance(entry.text, language=detect(entry.text, fallback=self.language))
        )
        return first + (entry.strength - 1.0) * self.curve.step

    def _id(self, turn: Entry) -> str:
        name = f"{self.person.id}/{turn.day.isoformat()}/{turn.index}"
        return uuid5(_NAMESPACE, name).hex

    def _node(self, kind: Kind, period: str) -> str:
        return node_id(Group(self.person.id, None), kind, period)


def _times(day: date, zone: ZoneInfo, *, count: int) -> list[datetime]:
    """`count` times from noon to midnight, in whole milliseconds."""
    step = min(_MINUTE, _AFTERNOON / count)
    noon = _noon(day, zone)
    return [noon + i * step // _MILLISECOND * _MILLISECOND for i in range(count)]


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone).astimezone(UTC)
