"""Keeps track of stale days that failed, and of what is written of them already. Pure.

A day that failed is tried again after some hours, and only its missing parts are. This is kept in
memory only: another process, or this one after a restart, tries at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from brain.ids import MemoryId, PersonId, PlaceId
from brain.ports.derivations import StaleDay

AGAIN_AFTER = timedelta(hours=6)
"""How long a day that failed has to wait."""
MOST_ATTEMPTS = 3
"""The number of unusable answers after which a day counts as done until it changes."""


class Part(Enum):
    """A part of a day's notes; the model is asked for each by itself."""

    EVENTS = auto()
    INSIGHT = auto()
    FACTS = auto()


ALL_PARTS = frozenset(Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProgress:
    """What is written of a stale day, and what is missing."""

    day: StaleDay
    notes: frozenset[MemoryId]
    """Ids of the notes that were written, as long as the notes above them are not."""
    missing: frozenset[Part]
    """The parts for which the model's answers were unusable."""
    said_in: PlaceId
    """The place of the day's last turn; empty for a day without turns."""


@dataclass(slots=True)
class _Attempts:
    change: int
    since: datetime
    unusable: int


class Cooldowns:
    """The days that this process has tried: when, how often, and what is written of them."""

    def __init__(self) -> None:
        self._attempts: dict[tuple[PersonId, str, PlaceId | None], _Attempts] = {}
        self._progress: dict[tuple[PersonId, str, PlaceId | None], DayProgress] = {}

    def __len__(self) -> int:
        return len(self._attempts)

    def is_cooling_down(self, day: StaleDay, *, now: datetime) -> bool:
        """Return whether a day still has to wait; one that changed since it failed need not."""
        attempts = self._attempts.get(_key(day))
        return (
            attempts is not None
            and attempts.change == day.change
            and now - attempts.since < AGAIN_AFTER
        )

    def record_failure(self, days: Iterable[StaleDay], *, now: datetime, is_unusable: bool) -> bool:
        """Make days wait; return whether all of them failed often enough to be given up.

        Args:
            days: the days, which failed together.
            now: the time at which they failed.
            is_unusable: whether the model answered and the answer was unusable. A refusal does not
                count, because its cause may have nothing to do with the day, such as a wrong key.
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
        """Remember what is written of a day."""
        self._progress[_key(progress.day)] = progress

    def progress(self, day: StaleDay) -> DayProgress | None:
        """Return what is written of a day; None for nothing, or where the day changed since."""
        progress = self._progress.get(_key(day))
        return progress if progress is not None and progress.day.change == day.change else None

    def clear(self, days: Iterable[StaleDay]) -> None:
        """Forget days that are done."""
        for day in days:
            self._attempts.pop(_key(day), None)
            self._progress.pop(_key(day), None)


def _key(day: StaleDay) -> tuple[PersonId, str, PlaceId | None]:
    return (day.person, day.day.isoformat(), day.place)
