"""The port for what is made of memories: which days to summarise anew, and writing the result.

Every change of a turn that a person can cause (said, answered, edited, forgotten, restored,
imported) marks its day as stale, in the same write; so does erasing a day's summary without
replacing it. Fading by itself marks nothing, because a summary is there to outlive its turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Scope


@dataclass(frozen=True, slots=True)
class StaleDay:
    """A day of a person whose turns changed since it was summarised."""

    person: PersonId
    day: date
    """The calendar day in the zone in which its turns were said."""
    place: PlaceId | None
    """A shared place; None for all private places of the person together."""
    change: int
    """The number of the last change; it grows, and no two changes of one store have the same."""


class Derivations(Protocol):
    """Writes summaries, facts and portraits, and tells which of them are out of date."""

    async def stale_days(
        self, *, limit: int, person_id: PersonId | None = None
    ) -> tuple[StaleDay, ...]:
        """Return stale days of one person or of everybody, the oldest last change first."""
        ...

    async def mark_summarised(self, days: Sequence[StaleDay]) -> None:
        """Mark days as summarised. One that changed again meanwhile stays stale."""
        ...

    async def revision(self, person_id: PersonId) -> int:
        """Count what was rewritten, archived, erased or restored of a person; 0 before the first.

        Joining an account with them and splitting one off count as well.
        """
        ...

    async def rewrite(
        self,
        scope: Scope,
        *,
        revision: int,
        now: datetime,
        archive: Sequence[MemoryId] = (),
        erase: Sequence[MemoryId] = (),
        add: Sequence[Memory] = (),
        vectors: Sequence[Vector | None] = (),
        stale: Sequence[MemoryId] = (),
    ) -> bool:
        """Archive, erase and then add, all or nothing, if the revision is still the same.

        An id that is erased and added is replaced. Ids that are gone or outside the scope are
        passed over. The revision grows by one.

        Args:
            scope: the scope of everything that is named here.
            revision: the person's revision when the facts behind this change were read. So a job
                that was running while the person forgot something writes nothing.
            now: the time at which memories are archived.
            archive: ids to hide at once, which can be restored (`MemoryCollection.archive`).
            erase: ids to delete for good with terms and vectors, living or archived.
            add: memories to store as they are; an id that is still there stays untouched. A turn
                that is replaced before it has a reply can still be finished (`TurnStore.finish`).
            vectors: one for each memory to add.
            stale: turns and summaries of days that stay, but whose days are to be summarised anew
                as well.

        Returns:
            False where the revision is another one now; then nothing happened.

        Raises:
            ValueError: a memory to add is outside the scope.
        """
        ...

    async def set_importance(
        self, scope: Scope, importance: Mapping[MemoryId, float], *, curve: Curve
    ) -> None:
        """Set the importance of memories (0 to 1), and move their strength accordingly.

        What recall added to the strength stays: `S += strength_of(new) - strength_of(old)`, with
        the times that follow. Ids that are gone, archived or outside the scope are passed over.
        """
        ...
