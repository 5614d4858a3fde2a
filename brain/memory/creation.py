"""How a memory begins: judged, and placed on the curve."""

from datetime import datetime

from msgspec.structs import replace

from brain.ids import MemoryId
from brain.memory.importance import importance as judge
from brain.memory.record import RECALLED, Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place


def new_memory(
    *,
    id: MemoryId,  # noqa: A002 the field's own name
    person: Person,
    place: Place,
    kind: Kind,
    text: str,
    said_at: datetime,
    language: str,
    curve: Curve,
    reply: str | None = None,
    strength: float | None = None,
    last_recalled: datetime | None = None,
    sources: tuple[MemoryId, ...] = (),
    period: str = "",
) -> Memory:
    """A memory that has not been recalled yet.

    Args:
        id: unique in the store.
        person: who said it, and in which zone.
        place: where.
        kind: what it is made of.
        text: what they said, or what was concluded.
        said_at: UTC.
        language: of the text.
        curve: the constants of forgetting.
        reply: the answer, of a turn.
        strength: S in days where it is known already (an import); else by importance.
        last_recalled: UTC, likewise; else `said_at`.
        sources: ids of what it was derived from.
        period: of a summary, what it tells of (`brain.memory.periods`).
    """
    weight = judge(text, language=language)
    strength = curve.strength_of(weight) if strength is None else strength
    last_recalled = last_recalled or said_at
    # What recall does not search cannot be kept alive by it: it is replaced or forgotten by hand.
    lasting = kind not in RECALLED
    return Memory(
        id=id,
        person=person.id,
        place=place.id,
        private=place.private,
        kind=kind,
        text=text,
        reply=reply,
        said_at=said_at,
        zone=person.zone.key,
        language=language,
        importance=weight,
        strength=strength,
        last_recalled=last_recalled,
        recalls=0,
        pinned=False,
        fades_at=curve.fades_at(last_recalled, strength, pinned=lasting),
        forgotten_at=curve.forgotten_at(last_recalled, strength, pinned=lasting),
        sources=sources,
        period=period,
    )


def on_curve(memory: Memory, curve: Curve) -> Memory:
    """The memory with the times that follow from its strength, last recall and pin.

    Notes that recall does not search have no times, and archived memories keep theirs: they tell
    what a person put away from what faded by itself. Restoring solves them anew.
    """
    if memory.kind not in RECALLED or memory.archived_at is not None:
        return memory
    since, strength, pinned = memory.last_recalled, memory.strength, memory.pinned
    return replace(
        memory,
        fades_at=curve.fades_at(since, strength, pinned=pinned),
        forgotten_at=curve.forgotten_at(since, strength, pinned=pinned),
    )
