"""The index: how it comes to be, changes while others read, and comes back after it was lost."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from redis.asyncio import Redis
from redisvl.schema import IndexSchema

from brain.errors import EmbedderChanged, StoreTooNew
from brain.ids import MemoryId
from brain.memory.record import Kind
from brain.memory.retention import COMPANION
from storage.redis import index_creation
from storage.redis.keys import Keys
from storage.redis.schema import VERSION, Precision, schema
from storage.redis.store import RedisStore
from tests.factories import (
    DAY,
    DIMENSIONS,
    IN_PRIVATE,
    NOON,
    conversation,
    crowd,
    memory,
    solved,
    vector,
)
from tests.redis_server import RedisServer, running, shared_url
from tests.storage.redis.conftest import opened


async def found(store: RedisStore, limit: int = 500) -> tuple[set[str], set[str]]:
    found = await store.search(
        IN_PRIVATE, text="number", vector=vector(1), now=NOON + DAY, limit=limit
    )
    return {known.id for known, _ in found.dense}, {known.id for known, _ in found.lexical}


async def names(client: Redis, prefix: str) -> set[str]:
    listed = await client.execute_command("FT._LIST")  # type: ignore[no-untyped-call]
    return {name.decode() for name in listed if name.decode().startswith(f"{prefix}:")}


def next_schema(keys: Keys, *, dimensions: int, precision: Precision) -> IndexSchema:
    """As a later version may have it: one more field, and a new number."""
    changed = schema(keys, dimensions=dimensions, precision=precision).to_dict()
    changed["index"]["name"] = changed["index"]["name"].replace(f":v{VERSION}:", ":v2:")
    changed["fields"].append({"name": "language", "type": "tag"})
    return IndexSchema.from_dict(changed)


async def test_a_new_schema_takes_over_under_readers_and_writers(
    store: RedisStore, client: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = conversation(300)
    await store.add(said, crowd(300, seed=1))
    ids = {turn.id for turn in said}
    monkeypatch.setattr(index_creation, "schema", next_schema)
    monkeypatch.setattr(index_creation, "VERSION", 2)
    upgrade = asyncio.create_task(opened(shared_url(), prefix))
    looked = 0
    while not upgrade.done() or looked < 5:
        dense, lexical = await found(store, 5_000)
        assert (dense, lexical) == (ids, ids)
        new = memory(f"Number {looked} of the new ones.")
        await store.add([new], [vector(looked)])
        ids.add(new.id)
        looked += 1
    upgraded = await upgrade
    assert await found(upgraded, 5_000) == await found(store, 5_000) == (ids, ids)
    assert await names(client, prefix) == {f"{prefix}:v2:{DIMENSIONS}:float32"}
    await upgraded.close()
    monkeypatch.undo()
    # The older version would take the alias back; what it has open goes on.
    with pytest.raises(StoreTooNew, match="format 2"):
        await opened(shared_url(), prefix)
    assert await client.hget(f"{prefix}:meta", "schema") == b"2"
    assert await names(client, prefix) == {f"{prefix}:v2:{DIMENSIONS}:float32"}
    assert await found(store, 5_000) == (ids, ids)


async def test_an_upgrade_that_died_before_it_was_noted_is_noted_by_the_next_start(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    del store
    await client.hset(f"{prefix}:meta", "schema", "0")
    await (await opened(shared_url(), prefix)).close()
    assert await client.hget(f"{prefix}:meta", "schema") == str(VERSION).encode()


async def test_processes_that_start_at_once_build_one_index(client: Redis, prefix: str) -> None:
    stores = await asyncio.gather(*(opened(shared_url(), prefix) for _ in range(8)))
    said = conversation(3)
    await stores[0].add(said, [vector(1)] * 3)
    for store in stores:
        assert await found(store) == ({turn.id for turn in said},) * 2
    assert len(await names(client, prefix)) == 1
    await asyncio.gather(*(store.close() for store in stores))
    await client.execute_command("FT.DROPINDEX", *(await names(client, prefix)), "DD")  # type: ignore[no-untyped-call]


async def test_an_index_that_is_lost_under_an_open_store_comes_back(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    said = conversation(30)
    await store.add(said, crowd(30, seed=1))
    for name in await names(client, prefix):
        await client.execute_command("FT.DROPINDEX", name)  # type: ignore[no-untyped-call]
    ids = {turn.id for turn in said}
    assert await found(store) == (ids, ids)


async def test_a_restart_finds_everything_again(tmp_path: Path) -> None:
    with running(tmp_path, "--appendonly", "yes", "--appendfsync", "always") as server:
        store = await opened(server.url)
        said = conversation(2_000)
        await store.add(said, crowd(2_000, seed=1))
        ids = {turn.id for turn in said}
        for end in (server.kill, server.stop):
            # On a thread, as in life: the event loop notices what becomes of its connections.
            await asyncio.to_thread(end)
            await asyncio.to_thread(server.start)
            # The store that was open, and one that opens now.
            assert await found(store, 3_000) == (ids, ids)
            again = await opened(server.url)
            assert await found(again, 3_000) == (ids, ids)
            await again.close()
        await store.close()


async def test_an_emptied_redis_starts_anew(durable: RedisServer) -> None:
    store = await opened(durable.url)
    await store.add(conversation(3), [vector(1)] * 3)
    async with Redis.from_url(durable.url) as client:
        await client.flushall()
        await client.script_flush()
    assert await found(store) == (set(), set())
    said = conversation(3)
    assert len(await store.add(said, [vector(1)] * 3)) == 3
    assert await found(store) == ({turn.id for turn in said},) * 2
    await store.close()


async def test_half_the_precision_finds_the_same(client: Redis, prefix: str) -> None:
    options: dict[str, Any] = {"prefix": prefix, "dimensions": DIMENSIONS}
    store = await RedisStore.open(shared_url(), precision="float16", **options)
    await store.check_embedder(curve=COMPANION, embedder="tests", dimensions=DIMENSIONS)
    vectors = crowd(200, seed=1)
    said = conversation(200)
    await store.add(said, vectors)
    near = crowd(1, seed=2)[0]
    result = await store.search(IN_PRIVATE, text="", vector=near, now=NOON + DAY, limit=10)
    true = np.stack(vectors) @ near
    best = sorted(true, reverse=True)[:10]
    assert [score for _, score in result.dense] == pytest.approx(best, abs=2e-3)
    [key] = [key async for key in client.scan_iter(f"{prefix}:memory:*{said[0].id}")]
    assert await client.hstrlen(key, "vector") == 2 * DIMENSIONS
    # What a store was made with stays, whatever is asked for later.
    again = await RedisStore.open(shared_url(), precision="float32", **options)
    assert (await again.diagnose())["precision"] == "float16"
    assert len((await found(again))[0]) == 200
    await again.close()
    await store.close()
    await client.execute_command("FT.DROPINDEX", *(await names(client, prefix)), "DD")  # type: ignore[no-untyped-call]


async def test_a_store_of_a_later_format_is_left_alone(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    del store
    await client.hset(f"{prefix}:meta", "schema", str(VERSION + 1))
    with pytest.raises(StoreTooNew, match=f"format {VERSION + 1}") as told:
        await opened(shared_url(), prefix)
    assert "@" not in str(told.value)


async def test_other_dimensions_are_refused_while_there_are_vectors(
    store: RedisStore, prefix: str
) -> None:
    said = memory("Number one.")
    await store.add([said], [vector(1)])
    await store.archive(IN_PRIVATE, [said.id], now=NOON)
    other = await RedisStore.open(shared_url(), prefix=prefix, dimensions=8)
    with pytest.raises(EmbedderChanged):
        await other.check_embedder(curve=COMPANION, embedder="small", dimensions=8)
    assert await store.restore(IN_PRIVATE, [said.id], now=NOON, curve=COMPANION) == (said.id,)
    assert (await found(store))[0] == {said.id}
    await store.erase(IN_PRIVATE, [said.id])
    await other.check_embedder(curve=COMPANION, embedder="small", dimensions=8)
    small = np.full(8, 8**-0.5, np.float32)
    assert await other.add([said], [small]) == (said.id,)
    result = await other.search(IN_PRIVATE, text="", vector=small, now=NOON, limit=1)
    assert [known for known, _ in result.dense] == [said]
    await other.close()


async def test_a_vector_of_another_length_is_left_out(store: RedisStore) -> None:
    made = [memory("One."), memory("Two.")]
    await store.add(made, [vector(1), np.ones(3, np.float32)])
    assert await store.count(IN_PRIVATE) == 2
    assert [name for _, name in await store.unembedded(limit=9)] == [made[1].id]


async def test_two_prefixes_in_one_redis_know_nothing_of_each_other(
    store: RedisStore, prefix: str
) -> None:
    # One prefix begins like the other: an index must not take the other's memories for its own.
    other = await opened(shared_url(), f"{prefix}-b")
    mine, theirs = memory("Number one.", id="same"), memory("Number two.", id="same")
    assert await store.add([mine], [vector(1)])
    assert await other.add([theirs], [vector(2)])
    assert await store.get(IN_PRIVATE, [MemoryId("same")]) == (mine,)
    result = await other.search(IN_PRIVATE, text="number", vector=vector(1), now=NOON, limit=9)
    assert [known for known, _ in result.dense] == [known for known, _ in result.lexical]
    assert [known.text for known, _ in result.dense] == ["Number two."]
    await other.close()


async def test_what_lasts_beyond_the_index_s_calendar_is_found_still(store: RedisStore) -> None:
    eternal = solved(memory("Number one.", strength=1e6))
    await store.add([eternal], [vector(1)])
    assert eternal.fades_at.year > 9_000
    for years in (0, 200, 300, 5_000):
        when = NOON.replace(year=NOON.year + years)
        result = await store.search(IN_PRIVATE, text="one", vector=vector(1), now=when, limit=1)
        assert [known for known, _ in result.dense] == [eternal]


@pytest.mark.parametrize("prefix", ["", "a:b", "a*", "{a}", "a b", "ä"])
def test_a_prefix_that_would_mean_something_in_a_key_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="a prefix is made of"):
        Keys(prefix)


@pytest.mark.parametrize("dimensions", [DIMENSIONS, 8])
async def test_another_embedder_is_adopted_without_the_vectors_of_the_old_one(
    store: RedisStore, prefix: str, dimensions: int
) -> None:
    alive, shelved, bare = memory("Number one."), memory("Number two."), memory("Number three.")
    portrait = memory("Who she is.", kind=Kind.PORTRAIT)
    await store.add([alive, shelved, bare, portrait], [vector(1), vector(1), None, vector(1)])
    await store.archive(IN_PRIVATE, [shelved.id], now=NOON)
    other = await RedisStore.open(shared_url(), prefix=prefix)
    # Of the same embedder: nothing is dropped.
    assert await other.replace_embedder(embedder="tests", dimensions=DIMENSIONS) == 1
    assert (await found(other))[0] == {alive.id}
    assert await other.replace_embedder(embedder="another", dimensions=dimensions) == 2
    assert await other.embedder() == ("another", dimensions)
    ids = [alive.id, shelved.id, bare.id, portrait.id]
    assert await other.vectors(IN_PRIVATE, ids) == (None,) * 4
    new = np.full(dimensions, dimensions**-0.5, np.float32)
    waiting = {name for _, name in await other.unembedded(limit=9)}
    assert waiting == {alive.id, bare.id}
    for name in waiting:
        assert await other.set_vector(IN_PRIVATE, name, new)
    assert await other.restore(IN_PRIVATE, [shelved.id], now=NOON, curve=COMPANION)
    assert [name for _, name in await other.unembedded(limit=9)] == [shelved.id]
    result = await other.search(IN_PRIVATE, text="number", vector=new, now=NOON, limit=9)
    assert {known.id for known, _ in result.dense} == waiting
    assert {known.id for known, _ in result.lexical} == set(ids[:3])
    await other.check_embedder(curve=COMPANION, embedder="another", dimensions=dimensions)
    await other.close()
