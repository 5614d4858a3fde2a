"""The record of a memory, its kinds, and the type of its vector."""

from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from brain.ids import MemoryId, PersonId, PlaceId

Vector = NDArray[np.float32]
"""One embedding: shape (dimensions,), float32, L2-normalised."""

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The `fades_at` of a memory that does not fade, so that recall can still compare one number."""


class Kind(StrEnum):
    """What a memory is made of."""

    TURN = "turn"
    DAY = "day"
    """A summary of what happened on a day."""
    FACT = "fact"
    """Something durable about the person."""
    INSIGHT = "insight"
    """An impression of the person on a day."""
    HISTORY = "history"
    """A summary of what happened in a month, a year or the whole life."""
    PORTRAIT = "portrait"
    """Who the person was in such a period, and how to answer them."""


RECALLED = frozenset({Kind.TURN, Kind.DAY, Kind.FACT})
"""The kinds that recall searches. The others are read by their ids (`brain.memory.periods`)."""

NOTES = frozenset(Kind) - {Kind.TURN}
"""The kinds that are derived from turns, or kept at a person's wish."""

CORRECTED = "corrected:"
"""How a source begins that is no memory, and marks a note that its person corrected. A digest of
the words that were wrong follows (`brain.consolidation.fact_identity.correction_mark`)."""


# A memory cannot be part of a reference cycle, so the garbage collector may skip thousands of them.
class Memory(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that can be recalled. Times are in UTC; strength is in days.

    A turn is its own memory: `text` is what the person said and `reply` what they were answered
    (None while there is no reply). Derived memories have only a `text`, and name what they were
    made from in `sources`: turns, or the notes of the days or months below them.
    """

    id: MemoryId
    person: PersonId
    place: PlaceId
    private: bool
    kind: Kind
    text: str
    reply: str | None
    said_at: datetime
    zone: str
    """The IANA name of the person's time zone when it was said."""
    language: str
    importance: float
    """From 0 (small talk) to 1 (who they are)."""
    strength: float
    """S of `R = exp(-t / S)`, in days (`brain.memory.retention`)."""
    last_recalled: datetime
    recalls: int
    pinned: bool
    fades_at: datetime
    """When recall ceases to find it."""
    forgotten_at: datetime
    """When upkeep archives it; `FOREVER` once its person has archived it."""
    archived_at: datetime | None = None
    """When it was archived, to be erased after the days of grace; None for a living memory."""
    sources: tuple[MemoryId, ...] = ()
    """The memories that it was made of; for a turn, those that its reply was given."""
    period: str = ""
    """The day, month or year of a summary in ISO 8601 (`2026-03-01`, `2026-03`, `2026`)."""
    ended_at: datetime | None = None
    """When a fact ceased to be true; None while it is true."""
    ended_by: MemoryId | None = None
    """The memory that replaced it: another fact; for an earlier version of a memory, that one; for
    a turn without `ended_at`, a later turn that says otherwise, as long as that one is there
    (`brain.turns.replacing`)."""

    @property
    def day(self) -> date:
        """The calendar day on which it was said, in the zone in which it was said."""
        return self.said_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def is_put_away(self) -> bool:
        """Whether its person archived it, and not time (`brain.ports.MemoryCollection.archive`)."""
        return self.archived_at is not None and self.archived_at < self.forgotten_at

    @property
    def is_version(self) -> bool:
        """Whether it is what a memory was before it changed: see `brain.forgetting.versions`."""
        is_ended = None not in {self.ended_at, self.ended_by}
        return is_ended and (self.kind is Kind.TURN or self.is_put_away)

    @property
    def is_corrected(self) -> bool:
        """Whether it is a note in its person's own words, which no model writes anew."""
        return any(source.startswith(CORRECTED) for source in self.sources)

    @property
    def content(self) -> str:
        """The text that is embedded and indexed: what was said, and the reply."""
        return f"{self.text}\n{self.reply}" if self.reply else self.text
