"""Embeds the memories that have no vector: interrupted turns, imports, all after a new embedder.

Vectors of different embedders cannot be compared. `Upkeep.replace_embedder` drops the old ones in
one step; until a memory has its new vector, recall finds it by its words alone. The work may be
stopped at any time, and shared by several processes: what is left are the memories without a
vector.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from operator import itemgetter

from brain.errors import EmbedderError
from brain.ids import MemoryId
from brain.memory.record import Memory, Vector
from brain.memory.relevance import embedded_text
from brain.messages import Scope
from brain.ports import Embedder, MemoryStore

log = logging.getLogger(__name__)

STEP = 64
"""Memories per call of the embedder."""
LISTED = 500
"""Memories per look-up in the store; also the number of failures after which the work ends."""
ENOUGH = 4
"""The number of failures in a row that mean that the embedder is unavailable, and not the texts
unusual."""


async def embed_missing(
    store: MemoryStore,
    embedder: Embedder,
    *,
    progress: Callable[[int], None] = lambda _: None,
    rest: Callable[[], Awaitable[None]] | None = None,
) -> int:
    """Embed all memories of a store that have no vector.

    Args:
        store: the store.
        embedder: the embedder of the store's vectors.
        progress: called with the number of memories done so far.
        rest: awaited before each step, so that replies go first; None to go on without a rest.

    Returns:
        How many memories the embedder refused; they stay without a vector.

    Raises:
        StoreError: the store failed; vectors that were set before stay.
    """
    done = 0
    passed: set[str] = set()
    """Ids that are not tried again: the embedder refused them, or they were erased meanwhile."""
    refused: set[str] = set()
    while len(passed) < LISTED:
        listed = await store.unembedded(limit=LISTED + len(passed))
        waiting = [(scope, memory_id) for scope, memory_id in listed if memory_id not in passed]
        if not waiting:
            break
        for start in range(0, len(waiting), STEP):
            step = waiting[start : start + STEP]
            if rest is not None:
                await rest()
            found = await _read(store, step)
            vectors = await _vectors(embedder, [memory for _, memory in found])
            for (scope, memory), vector in zip(found, vectors, strict=True):
                if vector is None:
                    refused.add(memory.id)
                elif await store.set_vector(scope, memory.id, vector):
                    continue
                passed.add(memory.id)
            passed |= {memory_id for _, memory_id in step} - {memory.id for _, memory in found}
            done += len(step)
            progress(done)
    if refused:
        log.warning("Memories that the embedder refused: %d", len(refused))
    return len(refused)


async def _read(
    store: MemoryStore, step: Sequence[tuple[Scope, MemoryId]]
) -> list[tuple[Scope, Memory]]:
    found: list[tuple[Scope, Memory]] = []
    for scope, group in groupby(step, key=itemgetter(0)):
        found += [
            (scope, memory)
            for memory in await store.get(scope, [memory_id for _, memory_id in group])
        ]
    return found


async def _vectors(embedder: Embedder, memories: Sequence[Memory]) -> list[Vector | None]:
    """Return a vector for each memory; None where the embedder refuses only that one."""
    texts = [embedded_text(memory) for memory in memories]
    try:
        return [*await embedder.passages(texts)]
    except EmbedderError:
        vectors: list[Vector | None] = []
        for text in texts:
            if len(vectors) >= ENOUGH and all(vector is None for vector in vectors[-ENOUGH:]):
                vectors.append(None)
                continue
            try:
                vectors += await embedder.passages([text])
            except EmbedderError:
                vectors.append(None)
        return vectors
