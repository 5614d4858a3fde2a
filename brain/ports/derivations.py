"""The port for what is made of memories: which days to summarise anew, and writing what came of it.

Every change of a turn that a person can cause (said, answered, edited, forgotten, restored,
imported) marks its day as stale, in the same write; so does a summary of a day that is rewritten
away and not replaced. Fading by itself marks nothing: a summary is
there to outlive its turns.
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
    """In the zone in which its turns were said."""
    place: PlaceId | None
    """A shared place; None: all private places of the person together."""
    change: int
    """Grows with each change; two changes of one store never have the same."""


class Derivations(Protocol):
    """Summaries, facts and portraits, and forgetting what they are made of."""

    async def stale_days(
        self, *, limit: int, person_id: PersonId | None = None
    ) -> tuple[StaleDay, ...]:
        """Of everybody or of one person; that whose last change is oldest comes first."""
        ...

    async def mark_summarised(self, days: Sequence[StaleDay]) -> None:
        """Mark days as summarised. One that changed again meanwhile stays stale."""
        ...

    async def revision(self, person_id: PersonId) -> int:
        """Count what was rewritten, archived, erased or restored of a person; 0: nothing yet.

        That an account was joined with them, or split from them, counts as well.
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
        """Archive, erase and then add, all or nothing, if nothing was rewritten since.

        An id that is erased and added is replaced. Ids that are gone or outside the scope are
        passed over. The revision grows by one.

        Args:
            scope: of all that is named; a memory to add that it does not see is a ValueError.
            revision: as it was when what this follows from was read. Another one now: nothing
                happens and the answer is False. So a job that was under way while its person
                forgot something writes nothing.
            now: when what is archived went out of sight.
            archive: out of sight at once, restorable until erased (`MemoryShelf.archive`).
            erase: gone for good, text, terms and vector, alive or archived.
            add: as they are; an id that is still there stays untouched. A turn that was begun, is
                replaced and has no reply still waits for it (`TurnStore.finish`).
            vectors: one for each memory to add.
            stale: turns whose days are to be summarised anew as well, though they stay as they are.
        """
        ...

    async def set_importance(
        self, scope: Scope, importance: Mapping[MemoryId, float], *, curve: Curve
    ) -> None:
        """Set the importance of memories (0 to 1): S moves as the first strengths differ.

        What was earned by recall stays: `S += strength_of(new) - strength_of(old)`, with the times
        that follow. Ids that are gone, archived or outside the scope are passed over.
        """
        ...
