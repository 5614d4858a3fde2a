"""The tree of summaries: days below months, months below years, years below a life.

Each node stands for one person, one group of places and one stretch of time, and is found by its
id, which follows from those. Nothing is folded into a summary that grows: when a day changes, its
month, its year and the life are made anew from the nodes below them, at most 31, 12 and a few. So
a new day costs what a day costs, and what was forgotten is gone from all of them.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Kind

FIRST_YEAR = 1970
LIFE = ""
"""The period of the whole life."""


@dataclass(frozen=True, slots=True)
class Group:
    """Whose turns are summarised together: what one place may see of a person."""

    person: PersonId
    place: PlaceId | None
    """A shared place; None: all private places, and at the level of a month or more all places."""


def node_id(group: Group, kind: Kind, period: str) -> MemoryId:
    """The id of the node of that kind for that period.

    Args:
        group: see there.
        kind: DAY or INSIGHT of a day; HISTORY or PORTRAIT of what is longer.
        period: `2026-03-01`, `2026-03`, `2026`, or `LIFE`.
    """
    # The parts are quoted: an id of a platform may hold any character.
    return MemoryId(uuid5(NAMESPACE_URL, repr((group.person, group.place, kind.value, period))).hex)


def life_notes(group: Group) -> list[MemoryId]:
    """The ids of the portrait and of the history of the whole life."""
    return [node_id(group, kind, LIFE) for kind in (Kind.PORTRAIT, Kind.HISTORY)]


def above(period: str) -> str:
    """The period that contains it; of a year, the life."""
    return period.rpartition("-")[0]


def nodes_over(day: str, group: Group) -> Iterator[MemoryId]:
    """The ids of all nodes that may tell of a day of that group, such as `2026-03-01`.

    They are those of the day itself, and of its month, its year and the life: the group's own, and
    the private ones, which see shared places as well.
    """
    for kind in (Kind.DAY, Kind.INSIGHT):
        yield node_id(group, kind, day)
    groups = {group, Group(group.person, None)}
    period = day
    while period != LIFE:
        period = above(period)
        for each in groups:
            for kind in (Kind.HISTORY, Kind.PORTRAIT):
                yield node_id(each, kind, period)


def below(period: str, *, today: date) -> tuple[str, ...]:
    """The periods that it consists of, oldest first, none of them after `today`'s."""
    if period == LIFE:
        return tuple(f"{year:04}" for year in range(FIRST_YEAR, today.year + 1))
    if len(period) == len("2026"):
        return tuple(f"{period}-{month:02}" for month in range(1, 13))
    year, month = map(int, period.split("-"))
    return tuple(f"{period}-{day:02}" for day in range(1, monthrange(year, month)[1] + 1))
