"""Creates memories: judges their importance and their use, and computes when they fade."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from brain.ids import MemoryId
from brain.memory.importance import HEARD, judge_importance, predict_use
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
    recent: Sequence[Memory] = (),
    strength: float | None = None,
    last_recalled: datetime | None = None,
    sources: tuple[MemoryId, ...] = (),
    period: str = "",
) -> Memory:
    """Return a memory that has not been recalled yet.

    Args:
        id: its id, unique in the store.
        person: the person it is about, and their time zone.
        place: the place where it was said.
        kind: what it is made of.
        text: what the person said, or what was concluded.
        said_at: when it was said, in UTC.
        language: the language of the text.
        curve: the constants of forgetting.
        reply: the answer to a turn.
        recent: the turns just before in the conversation, oldest first, by which the use of a turn
            is predicted.
        strength: S in days where it is known already (an import); None computes it: of a turn from
            its predicted use, of a note from its importance.
        last_recalled: when it was last recalled, in UTC, where that is known; None for `said_at`.
        sources: ids of the memories that it was derived from.
        period: the period that a summary tells of (`brain.memory.periods`).
    """
    weight = judge_importance(text, language=language)
    if strength is None:
        heard = heard_before(recent)
        strength = first_strength(text, kind=kind, importance=weight, curve=curve, heard=heard)
    last_recalled = last_recalled or said_at
    # Recall cannot keep alive what it does not search, so those kinds do not fade: newer ones
    # replace them, or they are forgotten at the person's wish.
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


def first_strength(
    text: str, *, kind: Kind, importance: float, curve: Curve, heard: Sequence[str] = ()
) -> float:
    """Return S of a new memory, in days: by the predicted use of a turn, a note's importance.

    Args:
        text: what the person said, or what was concluded.
        kind: what it is made of.
        importance: how much it matters.
        curve: the constants of forgetting.
        heard: what was said just before in the conversation (`heard_before`).
    """
    if kind is Kind.TURN:
        return curve.strength_of(predict_use(text, importance=importance, heard=heard))
    return curve.strength_of(importance)


def heard_before(recent: Sequence[Memory]) -> list[str]:
    """Return the messages and replies of the last turns of a conversation, oldest first."""
    return [said for turn in recent[-HEARD:] for said in (turn.text, turn.reply) if said]


def recompute_times(memory: Memory, curve: Curve) -> Memory:
    """Return the memory with the times that follow from its strength, last recall and pin.

    Notes that recall does not search do not fade, and stay as they are. Archived memories keep
    their times, which tell whether the person or time archived them; restoring computes them anew.
    """
    if memory.kind not in RECALLED or memory.archived_at is not None:
        return memory
    since, strength, pinned = memory.last_recalled, memory.strength, memory.pinned
    return replace(
        memory,
        fades_at=curve.fades_at(since, strength, pinned=pinned),
        forgotten_at=curve.forgotten_at(since, strength, pinned=pinned),
    )
