"""The tree of summaries: days below months, months below years, years below the whole life.

Each node stands for one person, one group of places and one period, and is found by its id, which
follows from those. A summary is never extended: when a day changes, its month, its year and the
life are written anew from the nodes below them, at most 31, 12 and a few. So a new day takes a
constant amount of work, and what was forgotten disappears from all of them.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Kind

FIRST_YEAR = 1970
YEARS_AHEAD = 100
"""Years after this one in which something may be dated, with the clock set ahead."""
LIFE = ""
"""The period of the whole life."""


@dataclass(frozen=True, slots=True)
class Group:
    """The turns of a person that are summarised together: those that one place may see."""

    person: PersonId
    place: PlaceId | None
    """A shared place; None for all private places, and from a month upwards for all places."""


def node_id(group: Group, kind: Kind, period: str) -> MemoryId:
    """Return the id of the node of a kind for a period.

    Args:
        group: the person and the places.
        kind: DAY or INSIGHT for a day; HISTORY or PORTRAIT for a longer period.
        period: `2026-03-01`, `2026-03`, `2026`, or `LIFE`.
    """
    # The parts are quoted, because an id of a platform may hold any character.
    return MemoryId(uuid5(NAMESPACE_URL, repr((group.person, group.place, kind.value, period))).hex)


def life_notes(group: Group) -> list[MemoryId]:
    """Return the ids of the portrait and of the history of the whole life."""
    return [node_id(group, kind, LIFE) for kind in (Kind.PORTRAIT, Kind.HISTORY)]


def parent_period(period: str) -> str:
    """Return the period that contains this one; `LIFE` for a year."""
    return period.rpartition("-")[0]


def nodes_over(day: str, group: Group) -> Iterator[MemoryId]:
    """Yield the ids of all nodes that may tell of a day of a group, such as `2026-03-01`.

    They are the nodes of the day, its month, its year and the life: the group's own, and the
    private ones, which include shared places.
    """
    for kind in (Kind.DAY, Kind.INSIGHT):
        yield node_id(group, kind, day)
    groups = {group, Group(group.person, None)}
    period = day
    while period != LIFE:
        period = parent_period(period)
        for each in groups:
            for kind in (Kind.HISTORY, Kind.PORTRAIT):
                yield node_id(each, kind, period)


def child_periods(period: str, *, today: date) -> tuple[str, ...]:
    """Return the months of a year, the days of a month, or the years of the life, oldest first.

    The years of the life end `YEARS_AHEAD` after `today`'s.
    """
    if period == LIFE:
        return tuple(f"{year:04}" for year in range(FIRST_YEAR, today.year + YEARS_AHEAD + 1))
    if len(period) == len("2026"):
        return tuple(f"{period}-{month:02}" for month in range(1, 13))
    year, month = map(int, period.split("-"))
    return tuple(f"{period}-{day:02}" for day in range(1, monthrange(year, month)[1] + 1))
