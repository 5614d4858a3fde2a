"""What a platform shows of memories: plain, frozen, ready to be put into words or pages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from brain.ids import MemoryId
from brain.memory.ranking import current_retention
from brain.memory.record import FOREVER, Kind, Memory
from brain.memory.retention import Curve

SHORT_ID = 8
"""Characters of an id that are shown in lists; commands take them for the whole id."""


class State(StrEnum):
    """Where a memory is between said and gone."""

    ALIVE = "alive"
    FADED = "faded"
    """It is kept, but recall passes it over."""
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryView:
    """One memory at one moment. Times are UTC; None stands for never, or not yet."""

    id: MemoryId
    kind: Kind
    state: State
    text: str
    reply: str | None
    said_at: datetime
    last_recalled: datetime
    recalls: int
    importance: float
    """0 to 1."""
    strength: float
    """S in days."""
    retention: float
    """R now, 0 to 1."""
    pinned: bool
    fades_at: datetime | None
    archived_at: datetime | None
    """When it was, or will be if nothing recalls it before."""
    erased_at: datetime | None
    zone: str
    language: str
    place: str
    sources: tuple[str, ...] = ()
    replaced_at: datetime | None = None
    """When the person said otherwise, or a fact ceased to be true."""

    @property
    def short_id(self) -> str:
        """The beginning of the id, for people."""
        return self.id[:SHORT_ID]

    def as_json(self) -> dict[str, object]:
        """For machines: times in ISO 8601."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class PageView:
    """Some memories, newest first, and the cursor of the next page (None: it was the last)."""

    memories: tuple[MemoryView, ...]
    after: str | None
    total: int
    """Memories alive, over all pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetPreview:
    """What a forget would take; nothing has happened yet."""

    meant: tuple[MemoryView, ...]
    """What was asked for: by id, by day, or because a request surely means it."""
    similar: tuple[MemoryView, ...] = ()
    """What a request may mean: to be chosen one by one."""
    rests: Mapping[MemoryId, str] = field(default_factory=dict)
    """By id of a turn that is meant: what would stay of it if only the clauses that the request
    means were forgotten. Turns that cannot be cut are missing."""
    notes: tuple[MemoryView, ...] = ()
    """What was made of what was asked for: erased, and made anew from what is left."""
    echoes: tuple[MemoryView, ...] = ()
    """Turns whose replies repeat it, and would lose them."""
    restorable_until: datetime | None = None
    """Until when what was said can be brought back; None: all of it would be gone for good."""

    @property
    def lasting(self) -> tuple[MemoryView, ...]:
        """What was asked for and would be gone for good though other things could be restored."""
        return tuple(memory for memory in self.meant if memory.kind is not Kind.TURN)

    @property
    def all(self) -> tuple[MemoryView, ...]:
        """Both, in the order in which a platform numbers them."""
        return self.meant + self.similar


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a forget did."""

    forgotten: tuple[MemoryView, ...]
    """What was asked for, as it was before: all of it either restorable or gone for good."""
    restorable_until: datetime | None
    """Until when those can be brought back; None: they are gone for good."""
    notes: tuple[MemoryView, ...] = ()
    """Summaries, facts and portraits beside those: gone for good. What is left is summarised."""
    echoes: tuple[MemoryView, ...] = ()
    """Turns whose replies repeated it, and lost them: restorable as what was asked for is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """What a correction would do, or did."""

    before: MemoryView
    after: MemoryView
    restorable_until: datetime
    """Until when the memory can be made what it was."""
    notes: tuple[MemoryView, ...] = ()
    """What was made of it: erased, and made anew."""
    echoes: tuple[MemoryView, ...] = ()
    """Turns whose replies repeat what it no longer says, and lose them."""
    spreads: bool = False
    """Whether the words are given in private and will be used in a shared place."""

    @property
    def loses_reply(self) -> bool:
        """Whether the reply of the memory itself repeats what is taken back, and goes."""
        return self.before.reply is not None and self.after.reply is None

    @property
    def is_plain(self) -> bool:
        """Whether nothing else changes, so that nobody has to be asked first."""
        return not (self.notes or self.echoes or self.loses_reply or self.spreads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How much is kept of one person."""

    alive: int
    archived: int


def view(memory: Memory, *, now: datetime, curve: Curve, newer: Memory | None = None) -> MemoryView:
    """See a memory at that moment; `newer` is the turn that says otherwise."""
    archived_at = memory.archived_at or _ever(memory.forgotten_at)
    if memory.archived_at is not None:
        state = State.ARCHIVED
    else:
        state = State.FADED if memory.fades_at <= now else State.ALIVE
    return MemoryView(
        id=memory.id,
        kind=memory.kind,
        state=state,
        text=memory.text,
        reply=memory.reply,
        said_at=memory.said_at,
        last_recalled=memory.last_recalled,
        recalls=memory.recalls,
        importance=memory.importance,
        strength=memory.strength,
        retention=current_retention(memory, now),
        pinned=memory.pinned,
        fades_at=_ever(memory.fades_at),
        archived_at=archived_at,
        erased_at=_ever(curve.erased_at(archived_at)) if archived_at else None,
        zone=memory.zone,
        language=memory.language,
        place=memory.place,
        sources=memory.sources,
        replaced_at=memory.ended_at if newer is None else newer.said_at,
    )


def _ever(moment: datetime) -> datetime | None:
    return None if moment >= FOREVER else moment
