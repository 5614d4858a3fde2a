"""Which stale days are left alone for a while, and what is written of them already. Pure.

A day that failed is tried again after some hours; a part of a day that is written is not made
twice. Both are kept in memory only: another process, or this one after a restart, tries at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from brain.ids import MemoryId, PersonId, PlaceId
from brain.ports.derivations import StaleDay

AGAIN_AFTER = timedelta(hours=6)
"""How long a day is left alone of which the model's answers were unusable."""
MOST_ATTEMPTS = 3
"""After so many unusable answers the day counts as done, with what there is, until it changes."""


class Part(Enum):
    """What a day is made into, each asked for by itself."""

    EVENTS = auto()
    INSIGHT = auto()
    FACTS = auto()


ALL_PARTS = frozenset(Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProgress:
    """What is written of a stale day, and what is missing."""

    day: StaleDay
    notes: frozenset[MemoryId]
    """Ids of the notes that were made anew, while what is above them is not."""
    missing: frozenset[Part]
    """Parts for which the model's answers were unusable."""
    said_in: PlaceId
    """The place of its last turn; empty where it has none."""


@dataclass(slots=True)
class _Attempts:
    change: int
    since: datetime
    unusable: int


class Cooldowns:
    """The days of one process that were tried: when, how often, and what is written of them."""

    def __init__(self) -> None:
        self._attempts: dict[tuple[PersonId, str, PlaceId | None], _Attempts] = {}
        self._progress: dict[tuple[PersonId, str, PlaceId | None], DayProgress] = {}

    def __len__(self) -> int:
        return len(self._attempts)

    def is_cooling_down(self, day: StaleDay, *, now: datetime) -> bool:
        """Whether the day is still to be left alone. A day that changed since is new."""
        attempts = self._attempts.get(_key(day))
        return (
            attempts is not None
            and attempts.change == day.change
            and now - attempts.since < AGAIN_AFTER
        )

    def record_failure(self, days: Iterable[StaleDay], *, now: datetime, is_unusable: bool) -> bool:
        """Leave the days alone from now on. True: all of them failed often enough to be given up.

        Args:
            days: that failed together.
            now: when.
            is_unusable: the model answered, and the answer was unusable. A refusal does not count:
                it may be about everything, as that of a wrong key is.
        """
        enough = True
        for day in days:
            attempts = self._attempts.get(_key(day))
            if attempts is None or attempts.change != day.change:
                attempts = _Attempts(day.change, now, 0)
            attempts.since = now
            attempts.unusable += is_unusable
            self._attempts[_key(day)] = attempts
            enough = enough and attempts.unusable >= MOST_ATTEMPTS
        return enough

    def record_progress(self, progress: DayProgress) -> None:
        """Keep what is written of a day."""
        self._progress[_key(progress.day)] = progress

    def progress(self, day: StaleDay) -> DayProgress | None:
        """What is written of the day as it is now; None: nothing, or the day changed since."""
        progress = self._progress.get(_key(day))
        return progress if progress is not None and progress.day.change == day.change else None

    def clear(self, days: Iterable[StaleDay]) -> None:
        """Forget days of which nothing is left to do."""
        for day in days:
            self._attempts.pop(_key(day), None)
            self._progress.pop(_key(day), None)


def _key(day: StaleDay) -> tuple[PersonId, str, PlaceId | None]:
    return (day.person, day.day.isoformat(), day.place)
