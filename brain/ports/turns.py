"""The port for turns: what is read before a reply, and how a turn is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from brain.ids import MemoryId, PlaceId
from brain.memory.record import Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Person, Scope


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a store has for a reply, apart from what recall finds."""

    revision: int
    """The revision of the person (`Derivations.revision`), from before the rest was read."""
    person: Person | None
    """The person as they were saved; None where they are not known."""
    recent: Sequence[Memory]
    """The last turns of the person in the place, oldest first, unfinished ones included."""
    notes: Sequence[Memory]
    """The memories that were asked for by id, archived ones included (`MemoryShelf.get`)."""


class TurnStore(Protocol):
    """A turn is written twice: before the model is asked, and once, atomically, after."""

    async def begin(self, scope: Scope, turn: Memory) -> bool:
        """Keep a message that has no reply yet. False: that id is known already, nothing done."""
        ...

    async def finish(
        self,
        scope: Scope,
        turn_id: MemoryId,
        *,
        reply: str,
        vector: Vector | None,
        recalled: Sequence[MemoryId],
        now: datetime,
        curve: Curve,
        revision: int | None = None,
    ) -> bool:
        """Add the reply and the vector, and reinforce each recalled memory: all or nothing.

        The turn keeps `recalled` as its sources. Reinforcing is `S += curve.step`,
        `last_recalled = now`, `recalls += 1`, with the times that follow from it. An id in
        `recalled` that is gone, archived, outside the scope, or the turn itself is passed over. A
        turn that is finished already, or gone, changes nothing and gives False: so a retry never
        counts twice.

        With `revision`, nothing happens either, and the answer is False, where that of the person
        (`Derivations.revision`) is another one now: what they forgot while they were answered may
        stand in the reply.
        """
        ...

    async def conversation(
        self,
        scope: Scope,
        place_id: PlaceId,
        *,
        limit: int,
        until: datetime | None = None,
        notes: Sequence[MemoryId] = (),
    ) -> Conversation:
        """Read what a reply needs besides what recall finds, in one step.

        Args:
            scope: the person, and what may be seen of them.
            place_id: of the place that they speak in.
            limit: the most turns.
            until: no turn that was said later, as under a clock that ran ahead; None: all turns.
            notes: ids of a few memories, such as those of the portrait and the history.
        """
        ...
