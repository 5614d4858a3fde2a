"""`brain.ports.Upkeep.replace_embedder`: another embedder takes over."""

import numpy as np
import pytest

from brain.errors import EmbedderChanged
from brain.memory.record import Vector
from brain.memory.retention import COMPANION
from brain.ports import MemoryStore
from tests.contracts.harness import EMBEDDER, Harness
from tests.factories import (
    BEN,
    BENS_DM,
    DIMENSIONS,
    IN_PRIVATE,
    NOON,
    crowd,
    memory,
    normalised,
    vector,
)

NEW = "another"
SHORT = DIMENSIONS // 2


def short(seed: int) -> Vector:
    return normalised(np.random.default_rng(seed).standard_normal(SHORT))


async def waiting(store: MemoryStore) -> set[str]:
    return {name for _, name in await store.unembedded(limit=100)}


async def nearest(store: MemoryStore, like: Vector) -> list[str]:
    found = await store.search(IN_PRIVATE, text="", vector=like, now=NOON, limit=10)
    return [known.id for known, _ in found.dense]


async def test_everything_waits_for_a_new_vector_and_is_found_by_words_meanwhile(
    harness: Harness,
) -> None:
    tea, milk, bare = memory("tea"), memory("milk"), memory("bread")
    bens = memory("beer", person=BEN, place=BENS_DM)
    await harness.store.add([tea, milk, bare, bens], [vector(1), vector(2), None, vector(3)])
    assert await harness.store.replace_embedder(embedder=NEW, dimensions=SHORT) == 4
    store = await harness.reopen(embedder=NEW, dimensions=SHORT)
    assert await store.embedder() == (NEW, SHORT)
    assert await waiting(store) == {tea.id, milk.id, bare.id, bens.id}
    assert await nearest(store, short(1)) == []
    found = await store.search(IN_PRIVATE, text="milk", vector=short(1), now=NOON, limit=5)
    assert [known.id for known, _ in found.lexical] == [milk.id]

    assert await store.set_vector(IN_PRIVATE, tea.id, short(1))
    assert await nearest(store, short(1)) == [tea.id]
    assert await waiting(store) == {milk.id, bare.id, bens.id}
    [kept] = await store.vectors(IN_PRIVATE, [tea.id])
    assert kept is not None
    assert np.array_equal(kept, short(1))


async def test_the_process_that_adopts_goes_on_without_a_restart(harness: Harness) -> None:
    tea = memory("tea")
    await harness.store.add([tea], [vector(1)])
    with pytest.raises(EmbedderChanged):
        await harness.reopen(embedder=NEW, dimensions=SHORT)
    await harness.store.replace_embedder(embedder=NEW, dimensions=SHORT)
    await harness.store.check_embedder(curve=COMPANION, embedder=NEW, dimensions=SHORT)
    assert await harness.store.set_vector(IN_PRIVATE, tea.id, short(1))
    assert await nearest(harness.store, short(1)) == [tea.id]


async def test_vectors_of_the_same_embedder_stay(harness: Harness) -> None:
    tea, bare = memory("tea"), memory("bread")
    await harness.store.add([tea, bare], [vector(1), None])
    async for store in harness.twice():
        assert await store.replace_embedder(embedder=EMBEDDER, dimensions=DIMENSIONS) == 1
        assert await waiting(store) == {bare.id}
        assert await nearest(store, vector(1)) == [tea.id]


async def test_an_interrupted_change_goes_on_where_it_was(harness: Harness) -> None:
    tea, milk = memory("tea"), memory("milk")
    await harness.store.add([tea, milk], [vector(1), vector(2)])
    await harness.store.replace_embedder(embedder=NEW, dimensions=SHORT)
    store = await harness.reopen(embedder=NEW, dimensions=SHORT)
    await store.set_vector(IN_PRIVATE, tea.id, short(1))
    store = await harness.reopen(embedder=NEW, dimensions=SHORT)
    assert await store.replace_embedder(embedder=NEW, dimensions=SHORT) == 1
    assert await nearest(store, short(1)) == [tea.id]


async def test_the_embedder_can_be_changed_back(harness: Harness) -> None:
    tea = memory("tea")
    await harness.store.add([tea], [vector(1)])
    await harness.store.replace_embedder(embedder=NEW, dimensions=SHORT)
    store = await harness.reopen(embedder=NEW, dimensions=SHORT)
    await store.set_vector(IN_PRIVATE, tea.id, short(1))
    assert await store.replace_embedder(embedder=EMBEDDER, dimensions=DIMENSIONS) == 1
    store = await harness.reopen()
    assert await store.set_vector(IN_PRIVATE, tea.id, vector(1))
    assert await nearest(store, vector(1)) == [tea.id]


async def test_an_embedder_of_the_same_length_takes_over_too(harness: Harness) -> None:
    tea = memory("tea")
    await harness.store.add([tea], [vector(1)])
    assert await harness.store.replace_embedder(embedder=NEW, dimensions=DIMENSIONS) == 1
    store = await harness.reopen(embedder=NEW)
    assert await store.vectors(IN_PRIVATE, [tea.id]) == (None,)
    assert await store.set_vector(IN_PRIVATE, tea.id, vector(2))
    assert await nearest(store, vector(2)) == [tea.id]


async def test_archived_memories_wait_until_they_are_restored(harness: Harness) -> None:
    tea = memory("tea")
    await harness.store.add([tea], [vector(1)])
    await harness.store.archive(IN_PRIVATE, [tea.id], now=NOON)
    assert await harness.store.replace_embedder(embedder=NEW, dimensions=SHORT) == 0
    store = await harness.reopen(embedder=NEW, dimensions=SHORT)
    assert await waiting(store) == set()
    assert await store.vectors(IN_PRIVATE, [tea.id]) == (None,)
    await store.restore(IN_PRIVATE, [tea.id], now=NOON, curve=COMPANION)
    assert await waiting(store) == {tea.id}
    assert await store.set_vector(IN_PRIVATE, tea.id, short(1))
    assert await nearest(store, short(1)) == [tea.id]


async def test_somebody_with_very_many_memories_is_searched_anew(harness: Harness) -> None:
    many = [memory(f"Number {n}.") for n in range(1_100)]
    await harness.store.add(many, crowd(len(many), seed=1))
    await harness.store.set_vector(IN_PRIVATE, many[0].id, vector(1))
    assert await harness.store.replace_embedder(embedder=NEW, dimensions=SHORT) == len(many)
    store = await harness.reopen(embedder=NEW, dimensions=SHORT)
    assert await nearest(store, short(0)) == []
    for number, known in enumerate(many[:12]):
        assert await store.set_vector(IN_PRIVATE, known.id, short(number))
    assert (await nearest(store, short(7)))[0] == many[7].id


async def test_a_process_that_still_has_the_old_embedder_writes_no_vector(
    harness: Harness,
) -> None:
    store, other = harness.store, await harness.open()
    try:
        await other.replace_embedder(embedder=NEW, dimensions=SHORT)
        begun, waits, added, written = (memory(f"{n} tea") for n in range(4))
        await store.begin(IN_PRIVATE, begun)
        await store.begin(IN_PRIVATE, waits)
        await store.add([added], [vector(1)])
        assert await store.rewrite(
            IN_PRIVATE, revision=0, now=NOON, add=[written], vectors=[vector(2)]
        )
        assert not await store.set_vector(IN_PRIVATE, waits.id, vector(3))
        assert await store.finish(
            IN_PRIVATE,
            begun.id,
            reply="Yes.",
            vector=vector(4),
            recalled=[],
            now=NOON,
            curve=COMPANION,
        )
        ids = [begun.id, waits.id, added.id, written.id]
        assert await waiting(other) == set(ids)
        assert await other.vectors(IN_PRIVATE, ids) == (None,) * 4
        found = await other.search(IN_PRIVATE, text="tea", vector=None, now=NOON, limit=9)
        assert {known.id for known, _ in found.lexical} >= {begun.id, added.id, written.id}
        # And the other way round: vectors of the new one, where this process has the old one.
        assert await other.set_vector(IN_PRIVATE, added.id, short(1))
        assert not await store.set_vector(IN_PRIVATE, written.id, short(2)[:-1])
    finally:
        await other.close()
