"""What was tried and failed rests for some hours, and what was done is not done twice. Pure.

Of one process: another one, or this one started anew, tries again at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from brain.ports.derivations import StaleDay

AGAIN_AFTER = timedelta(hours=6)
"""How long a day rests whose summary the model made a mess of."""
MOST_ATTEMPTS = 3
"""After so many messes the day counts as done, with what there is, until it changes."""


class Part(Enum):
    """What a day is made into, each asked for by itself."""

    EVENTS = auto()
    INSIGHT = auto()
    FACTS = auto()


ALL_PARTS = frozenset(Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A stale day of which something is written."""

    day: StaleDay
    notes: frozenset[str]
    """Ids of the notes that were made anew, while what is above them is not."""
    missing: frozenset[Part]
    """What the model made a mess of."""
    said_in: str
    """The place of its last turn; empty where it has none."""


@dataclass(slots=True)
class _Tried:
    change: int
    since: datetime
    messes: int


class Rests:
    """The days that were tried."""

    def __init__(self) -> None:
        self._tried: dict[tuple[str, str, str | None], _Tried] = {}
        self._works: dict[tuple[str, str, str | None], Work] = {}

    def __len__(self) -> int:
        return len(self._tried)

    def rests(self, day: StaleDay, *, now: datetime) -> bool:
        """Whether it is left alone as yet. A day that changed is new."""
        tried = self._tried.get(_key(day))
        return tried is not None and tried.change == day.change and now - tried.since < AGAIN_AFTER

    def failed(self, days: Iterable[StaleDay], *, now: datetime, is_mess: bool) -> bool:
        """Let them rest. True: they were made a mess of often enough.

        Args:
            days: that failed together.
            now: when.
            is_mess: the model answered, and badly. A refusal does not count: it may be about
                everything, as that of a wrong key is.
        """
        enough = True
        for day in days:
            tried = self._tried.get(_key(day))
            if tried is None or tried.change != day.change:
                tried = _Tried(day.change, now, 0)
            tried.since = now
            tried.messes += is_mess
            self._tried[_key(day)] = tried
            enough = enough and tried.messes >= MOST_ATTEMPTS
        return enough

    def worked(self, work: Work) -> None:
        """Something of it is written."""
        self._works[_key(work.day)] = work

    def work(self, day: StaleDay) -> Work | None:
        """What was written of that very day, as it is now."""
        work = self._works.get(_key(day))
        return work if work is not None and work.day.change == day.change else None

    def settled(self, days: Iterable[StaleDay]) -> None:
        """Nothing is left to do of them."""
        for day in days:
            self._tried.pop(_key(day), None)
            self._works.pop(_key(day), None)


def _key(day: StaleDay) -> tuple[str, str, str | None]:
    return (day.person, day.day.isoformat(), day.place)
