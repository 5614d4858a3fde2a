"""Vectors for what has none: interrupted turns, imports, and everything after a new embedder.

Old vectors cannot be compared with those of another embedder. `Upkeep.adopt` drops them in one
step, and whoever asks meanwhile is answered from what has its new vector and, for the rest, from
its words. The work can be stopped anywhere, and done by several processes: what is left is what has
no vector.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from brain.errors import EmbedderError
from brain.ids import MemoryId
from brain.memory.record import Memory, Vector
from brain.messages import Scope
from brain.ports import Embedder, MemoryStore

log = logging.getLogger(__name__)

STEP = 64
"""Memories that the embedder is given at once."""
LISTED = 500
"""Memories that are looked up at once; also the most that may be refused before it ends."""
ENOUGH = 4
"""So many refusals in a row mean that the embedder is away, and not that the texts are odd."""


async def embed_missing(
    store: MemoryStore,
    embedder: Embedder,
    *,
    progress: Callable[[int], None] = lambda _: None,
    rest: Callable[[], Awaitable[None]] | None = None,
) -> int:
    """Embed all that has no vector.

    Args:
        store: its memories.
        embedder: whose vectors the store holds.
        progress: told how many memories are done so far.
        rest: awaited before each step, so that replies go first; None: no rest.

    Returns:
        How many the embedder refused: they stay as they are.
    """
    done = 0
    passed: set[str] = set()
    """What the embedder refused, or was taken away before its vector was there."""
    refused: set[str] = set()
    while len(passed) < LISTED:
        listed = await store.unembedded(limit=LISTED + len(passed))
        waiting = [each for each in listed if each[1] not in passed]
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
    for scope, group in groupby(step, key=lambda each: each[0]):
        found += [
            (scope, memory)
            for memory in await store.get(scope, [memory_id for _, memory_id in group])
        ]
    return found


async def _vectors(embedder: Embedder, memories: Sequence[Memory]) -> list[Vector | None]:
    """One each; None for what the embedder refuses, which does not keep back the others."""
    texts = [memory.content for memory in memories]
    try:
        return [*await embedder.passages(texts)]
    except EmbedderError:
        vectors: list[Vector | None] = []
        for text in texts:
            if len(vectors) >= ENOUGH and not any(each is not None for each in vectors[-ENOUGH:]):
                vectors.append(None)
                continue
            try:
                vectors += await embedder.passages([text])
            except EmbedderError:
                vectors.append(None)
        return vectors
