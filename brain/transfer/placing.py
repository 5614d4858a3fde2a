"""What a MemoryBank file holds, placed in time and on the curve of forgetting. Pure.

A turn of such a file has a date but no time. The turns of a day are placed one minute apart from
noon on, in the person's zone, so that their order and their date are right, whatever the hour was.
A day with more turns than its afternoon has minutes is spread evenly over the afternoon.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from brain.language import detect
from brain.memory.creation import new_memory
from brain.memory.importance import importance
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place
from brain.texts import DEFAULT_LANGUAGE
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
        person: who that is here; ids follow from `person.id`, date and index alone.
        zone: in which the file's dates are days.
        curve: of forgetting.
        now: UTC.
    """
    sample = "\n".join(entry.text for entry in (*source.turns, *source.summaries))
    language = detect(sample[:_SAMPLE_CHARACTERS], fallback=DEFAULT_LANGUAGE)
    local = Person(person.id, person.name, zone)

    def memory(
        entry: Entry, part: str, said_at: datetime, sources: tuple[str, ...] | None = None
    ) -> Memory:
        strength = None
        if entry.strength is not None:
            first = curve.strength_of(importance(entry.text))
            strength = first + (entry.strength - 1.0) * curve.step
        return new_memory(
            id=uuid5(_NAMESPACE, f"{person.id}/{entry.day.isoformat()}/{part}").hex,
            person=local,
            place=PLACE,
            kind=Kind.TURN if sources is None else Kind.DAY,
            text=entry.text,
            reply=entry.reply,
            said_at=said_at,
            language=detect(entry.text, fallback=language),
            curve=curve,
            strength=strength,
            last_recalled=now,
            sources=sources or (),
        )

    days: dict[date, list[Entry]] = {}
    for turn in source.turns:
        days.setdefault(turn.day, []).append(turn)
    summaries = {summary.day: summary for summary in source.summaries}
    for day in sorted({*days, *summaries}):
        entries = days.get(day, [])
        # The summary of a day comes after its last turn.
        last = max((turn.index for turn in entries), default=-1) + 1
        times = _times(day, zone, count=last + 1)
        turns = [memory(turn, str(turn.index), times[turn.index]) for turn in entries]
        yield from turns
        if day in summaries:
            made_from = tuple(turn.id for turn in turns)
            yield memory(summaries[day], "summary", times[last], made_from)


def _times(day: date, zone: ZoneInfo, *, count: int) -> list[datetime]:
    """`count` times from noon to midnight, in whole milliseconds."""
    step = min(_MINUTE, _AFTERNOON / count)
    noon = _noon(day, zone)
    return [noon + i * step // _MILLISECOND * _MILLISECOND for i in range(count)]


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone).astimezone(UTC)
