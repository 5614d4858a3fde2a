"""The port for turns: how a message and its reply are stored, and what is read for a reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from brain.ids import MemoryId, PlaceId
from brain.memory.record import Memory, Vector
from brain.memory.reinforcement import Gain
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
    """The memories that were asked for by id, archived ones included (`MemoryCollection.get`)."""


class TurnStore(Protocol):
    """Stores turns, each in two writes: one before the model is asked, one atomic write after."""

    async def begin(self, scope: Scope, turn: Memory) -> bool:
        """Store a message that has no reply yet.

        Returns:
            False where a memory of that id is stored already; then nothing changes.
        """
        ...

    async def finish(
        self,
        scope: Scope,
        turn_id: MemoryId,
        *,
        reply: str,
        vector: Vector | None,
        recalled: Sequence[MemoryId],
        reinforced: Mapping[MemoryId, Gain] | None = None,
        now: datetime,
        curve: Curve,
        revision: int | None = None,
    ) -> bool:
        """Add the reply and the vector to a turn, and reinforce memories: all or nothing.

        Reinforcing is `brain.memory.reinforcement.reinforce`: `S` grows by the days of the gain,
        `last_recalled = now`, `recalls += 1`, with the times that follow from it.

        Args:
            scope: the scope that the turn was begun in.
            turn_id: the id of the turn.
            reply: the text of the reply.
            vector: the vector of the turn; None leaves it without one.
            recalled: ids of the memories that the reply was given, which become the turn's sources.
            reinforced: what memories gain, by id; None for nothing. An id that is gone, archived,
                outside the scope, or the turn's own is passed over.
            now: the time of the reply.
            curve: the constants of forgetting.
            revision: the person's revision (`Derivations.revision`) when the reply was begun; None
                accepts any. Another one now means that the person forgot something meanwhile,
                which may stand in the reply.

        Returns:
            False where nothing was written: the turn is finished already (so that a retry never
            counts twice), it is gone, or the revision has changed.
        """
        ...

    async def mark_replaced(
        self, scope: Scope, turn_ids: Sequence[MemoryId], *, by: MemoryId
    ) -> None:
        """Set `ended_by` of turns, because a later turn says otherwise.

        Nothing else of them changes. Ids that are gone, archived, outside the scope or no turns
        are passed over. The later turn need not be there: whoever reads the mark looks for it.
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
            place_id: the id of the place that they speak in.
            limit: the most turns to return.
            until: turns that were said later are left out, such as those of a clock that was fast;
                None leaves out none.
            notes: ids of a few memories, such as those of the portrait and the history.
        """
        ...
