"""The port for the index that recall searches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from brain.ids import MemoryId
from brain.memory.ranking import Neighbour
from brain.memory.record import Memory, Vector
from brain.messages import Scope

Ranking = tuple[tuple[Memory, float], ...]
"""Memories with a score each, best first."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a search found, in two lists that may overlap.

    The brain fuses them (`brain.memory.ranking.fuse`).
    """

    dense: Ranking = ()
    """By vector; the scores are cosines."""
    lexical: Ranking = ()
    """By words; the scores are those of BM25, of which higher is better."""
    ideal: float = 0.0
    """The BM25 score of a memory of average length that has each word searched for once
    (`brain.memory.bm25.ideal_score`)."""


class MemoryIndex(Protocol):
    """Finds memories by meaning and by words, and keeps their vectors."""

    async def search(
        self,
        scope: Scope,
        *,
        text: str,
        vector: Vector | None,
        now: datetime,
        limit: int,
        said_from: datetime | None = None,
        said_until: datetime | None = None,
    ) -> Candidates:
        """Return the nearest memories by vector and the best by BM25 that have not faded.

        Only the kinds in `RECALLED` are searched. The words to search for are
        `brain.memory.lexical.query_terms` of the text.

        Args:
            scope: the person, and what may be seen of them.
            text: what to search for by words.
            vector: what to search for by meaning; None searches by words alone.
            now: the time at which a memory must not have faded.
            limit: the most memories of each list.
            said_from: memories that were said before are left out.
            said_until: memories that were said then or later are left out.
        """
        ...

    async def neighbours(
        self, scope: Scope, ids: Sequence[MemoryId], *, reach: int, now: datetime
    ) -> tuple[Neighbour, ...]:
        """Return the turns of the same person and place near the given ones, in any order.

        Their order is that of `Conversation.recent`. A turn that has faded is not returned, but
        counts as one of the `reach`; an archived turn is not returned and does not count. An id
        that is no turn of this scope, or is archived, has no neighbours.

        Args:
            scope: the person, and what may be seen of them.
            ids: ids of a few dozen turns at most.
            reach: turns to look at before each turn, and as many after it.
            now: the time at which a turn must not have faded.
        """
        ...

    async def add(
        self, memories: Sequence[Memory], vectors: Sequence[Vector | None]
    ) -> tuple[MemoryId, ...]:
        """Store memories as they are, such as those of an import or a summary: all or nothing.

        Each memory names its own person and place. A memory whose id is stored already stays as it
        is.

        Returns:
            The ids that were new.
        """
        ...

    async def set_vector(self, scope: Scope, memory_id: MemoryId, vector: Vector) -> bool:
        """Set the vector of a memory that exists and has none; return whether it did.

        A turn that already has one keeps it: it may have been finished, with a better vector,
        while its message alone was embedded.
        """
        ...

    async def vectors(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Vector | None, ...]:
        """Return a vector for each id, in that order; None for no vector or no such memory.

        Archived memories still have theirs. A store may keep vectors at half precision and returns
        them so.
        """
        ...
