"""`brain.ports.MemoryIndex.vectors` and `Upkeep.embedder`: what a migration reads."""

import numpy as np

from brain.ids import MemoryId
from brain.memory.retention import COMPANION
from brain.ports import MemoryStore
from tests.contracts.harness import EMBEDDER, Harness
from tests.factories import (
    BEN_IN_PRIVATE,
    CAFE,
    DIMENSIONS,
    GARDEN,
    IN_CAFE,
    IN_PRIVATE,
    NOON,
    memory,
    vector,
)


async def test_vectors_come_back_as_they_went_in(harness: Harness) -> None:
    alive, bare, archived = memory("a"), memory("b"), memory("c", archived_at=NOON)
    added = [vector(1), None, vector(3)]
    await harness.store.add([alive, bare, archived], added)
    ids = [archived.id, MemoryId("none"), alive.id, bare.id, archived.id]
    async for store in harness.twice():
        third, none, first, second, again = await store.vectors(IN_PRIVATE, ids)
        assert none is None
        assert second is None
        for found, expected in ((third, vector(3)), (first, vector(1)), (again, vector(3))):
            assert found is not None
            assert found.dtype == np.float32
            assert np.array_equal(found, expected)
        assert await store.vectors(IN_PRIVATE, []) == ()


async def test_vectors_follow_a_memory_into_the_archive_and_back(store: MemoryStore) -> None:
    known = memory()
    await store.add([known], [None])
    await store.set_vector(IN_PRIVATE, known.id, vector(7))
    await store.archive(IN_PRIVATE, [known.id], now=NOON)
    [archived] = await store.vectors(IN_PRIVATE, [known.id])
    await store.restore(IN_PRIVATE, [known.id], now=NOON, curve=COMPANION)
    [restored] = await store.vectors(IN_PRIVATE, [known.id])
    assert archived is not None
    assert restored is not None
    assert np.array_equal(archived, vector(7))
    assert np.array_equal(restored, vector(7))
    await store.erase(IN_PRIVATE, [known.id])
    assert await store.vectors(IN_PRIVATE, [known.id]) == (None,)


async def test_vectors_outside_the_scope_are_not_given(store: MemoryStore) -> None:
    private, shared, elsewhere = memory(), memory(place=CAFE), memory(place=GARDEN)
    made = [private, shared, elsewhere]
    await store.add(made, [vector(n) for n in range(3)])
    ids = [known.id for known in made]
    given = await store.vectors(IN_CAFE, ids)
    assert [found is not None for found in given] == [False, True, False]
    assert await store.vectors(BEN_IN_PRIVATE, ids) == (None, None, None)


async def test_a_store_knows_its_embedder_from_the_first_start(harness: Harness) -> None:
    async for store in harness.twice():
        assert await store.embedder() == (EMBEDDER, DIMENSIONS)
    await harness.reopen(embedder="some/other", dimensions=8)
    assert await harness.store.embedder() == ("some/other", 8)
