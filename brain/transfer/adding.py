"""Adds memories of elsewhere to a store: what an import and a migration have in common."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from brain.ids import PersonId
from brain.memory.record import Memory, Vector
from brain.memory.relevance import embedded_text
from brain.messages import Scope
from brain.ports import Embedder, MemoryStore
from brain.ports.derivations import StaleDay

_NO_LIMIT = 1_000_000
"""More days than one person can have in all places together."""

VectorsOf = Callable[[Sequence[Memory]], Awaitable[Sequence[Vector | None]]]
"""Returns the vector of each memory."""


def embedding_with(embedder: Embedder) -> VectorsOf:
    """Return a function that embeds memories. It raises EmbedderError."""
    return lambda memories: embedder.passages([embedded_text(memory) for memory in memories])


async def add_unknown(
    memories: Sequence[Memory], *, scope: Scope, store: MemoryStore, vectors_of: VectorsOf
) -> int:
    """Add the memories that the store does not have yet, and return their number.

    Args:
        memories: memories of one person, oldest first, because stores order turns of the same
            millisecond by when they were added. Of several with one id the last counts.
        scope: everything of the person.
        store: the store to add to.
        vectors_of: returns the vectors of those that are added.

    Raises:
        StoreError: the store failed; also what `vectors_of` raises.
    """
    known = {memory.id for memory in await store.get(scope, [memory.id for memory in memories])}
    new = list({memory.id: memory for memory in memories if memory.id not in known}.values())
    return len(await store.add(new, await vectors_of(new))) if new else 0


async def stale_days_of(
    store: MemoryStore, person_id: PersonId
) -> dict[tuple[date, str | None], StaleDay]:
    """Return a person's stale days in all places, by date and place. Raises StoreError."""
    found = await store.stale_days(limit=_NO_LIMIT, person_id=person_id)
    return {(day.day, day.place): day for day in found}
