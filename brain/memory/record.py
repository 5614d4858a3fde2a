"""The record that recall finds, and the vectors beside it."""

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
"""`fades_at` of a memory that does not fade: recall still filters on one number."""


class Kind(StrEnum):
    """What a memory is made of."""

    TURN = "turn"
    DAY = "day"
    """What happened on a day."""
    FACT = "fact"
    """Something durable about the person."""
    INSIGHT = "insight"
    """How the person was on a day."""
    HISTORY = "history"
    """What happened in a month, a year, a life."""
    PORTRAIT = "portrait"
    """Who the person was in that time, and how to answer them."""


RECALLED = frozenset({Kind.TURN, Kind.DAY, Kind.FACT})
"""What recall searches. The other kinds are fetched by their ids (`brain.memory.periods`)."""

NOTES = frozenset(Kind) - {Kind.TURN}
"""What is derived from turns, or kept at a person's wish."""


# Nothing in it can lead back to it, so the collector of cycles need not look at thousands of them.
class Memory(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that can be recalled. Times are UTC; strength is in days.

    A turn is its own memory: `text` is what the person said and `reply` what they were answered
    (None while, or if, there was none). Derived memories have a `text` alone and name the turns
    that they were made from in `sources`: turns, or the days or months below them.
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
    """The person's IANA zone when it was said."""
    language: str
    importance: float
    """0 (small talk) to 1 (who they are)."""
    strength: float
    """S of `R = exp(-t / S)`, in days."""
    last_recalled: datetime
    recalls: int
    pinned: bool
    fades_at: datetime
    """From then on recall passes it over."""
    forgotten_at: datetime
    """From then on upkeep archives it."""
    archived_at: datetime | None = None
    """Since when it is out of sight, to be erased after the grace period; None: alive."""
    sources: tuple[MemoryId, ...] = ()
    """What it was made of; of a turn, the memories that its reply was given."""
    period: str = ""
    """Of a summary: the day, month or year in ISO 8601 (`2026-03-01`, `2026-03`, `2026`)."""
    ended_at: datetime | None = None
    """Since when a fact is no longer true."""
    ended_by: MemoryId | None = None
    """The fact that took its place."""

    @property
    def day(self) -> date:
        """The day in the zone in which it was said."""
        return self.said_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def is_put_away(self) -> bool:
        """Whether its person archived it, and not time: see `brain.ports.derivations`."""
        return self.archived_at is not None and self.archived_at < self.forgotten_at

    @property
    def content(self) -> str:
        """What is embedded and indexed: the words of both sides."""
        return f"{self.text}\n{self.reply}" if self.reply else self.text
