"""A store that is opened without an embedder: it takes what is there, and makes nothing."""

from pathlib import Path

import numpy as np
import pytest
from redis.asyncio import Redis

from brain.errors import StoreError
from brain.memory.retention import COMPANION
from brain.ports import Due, Page
from storage.redis.store import RedisStore
from tests.factories import DAY, DIMENSIONS, IN_PRIVATE, NOON, memory, vector
from tests.redis_server import emptied, running, shared_url
from tests.storage.redis.conftest import keys_under


async def test_whoever_only_looks_leaves_nothing_behind(client: Redis, prefix: str) -> None:
    looking = await RedisStore.open(shared_url(), prefix=prefix)
    assert await looking.page(IN_PRIVATE, limit=5) == Page((), None)
    assert await looking.count(IN_PRIVATE) == 0
    assert await looking.people() == ()
    assert await looking.embedder() is None
    assert await looking.count_due(now=NOON, curve=COMPANION) == Due(0, 0)
    facts = await looking.diagnose()
    assert (facts["memories"], facts["unreadable"]) == (0, 0)
    assert await keys_under(client, prefix) == set()
    listed = await client.execute_command("FT._LIST")  # type: ignore[no-untyped-call]
    assert not [name for name in listed if name.decode().startswith(f"{prefix}:")]
    await looking.close()


async def test_it_takes_dimensions_and_precision_of_what_is_there(prefix: str) -> None:
    made = await RedisStore.open(shared_url(), prefix=prefix, precision="float16")
    await made.check_embedder(curve=COMPANION, embedder="tests", dimensions=DIMENSIONS)
    known = memory("tea")
    await made.add([known], [vector(1)])
    await made.close()
    again = await RedisStore.open(shared_url(), prefix=prefix)
    assert (await again.diagnose())["precision"] == "float16"
    assert await again.embedder() == ("tests", DIMENSIONS)
    [found] = await again.vectors(IN_PRIVATE, [known.id])
    assert found is not None
    assert found == pytest.approx(vector(1), abs=1e-3)
    assert float(np.linalg.norm(found)) == pytest.approx(1.0, abs=1e-6)
    near = await again.search(IN_PRIVATE, text="tea", vector=found, now=NOON, limit=1)
    assert [hit for hit, _ in near.dense] == [hit for hit, _ in near.lexical] == [known]
    due = await again.count_due(now=NOON + 4_000 * DAY, curve=COMPANION)
    assert due == Due(archived=1, erased=0)
    await again.close()
    await emptied(shared_url(), prefix)


async def test_what_was_added_before_the_embedder_was_known_is_found_after(prefix: str) -> None:
    store = await RedisStore.open(shared_url(), prefix=prefix)
    known = memory("tea")
    await store.add([known], [None])
    await store.check_embedder(curve=COMPANION, embedder="tests", dimensions=DIMENSIONS)
    assert await store.set_vector(IN_PRIVATE, known.id, vector(1))
    found = await store.search(IN_PRIVATE, text="tea", vector=vector(1), now=NOON, limit=1)
    assert [hit for hit, _ in found.dense] == [hit for hit, _ in found.lexical] == [known]
    await store.close()
    await emptied(shared_url(), prefix)


async def test_a_lost_index_comes_back_without_an_embedder(client: Redis, prefix: str) -> None:
    made = await RedisStore.open(shared_url(), prefix=prefix)
    await made.check_embedder(curve=COMPANION, embedder="tests", dimensions=DIMENSIONS)
    await made.add([memory("tea")], [vector(1)])
    await made.close()
    await client.execute_command("FT.DROPINDEX", f"{prefix}:recall")  # type: ignore[no-untyped-call]
    again = await RedisStore.open(shared_url(), prefix=prefix)
    assert (await again.diagnose())["memories"] == 1
    await again.close()
    await emptied(shared_url(), prefix)


async def test_without_a_query_engine_it_says_so_at_once(tmp_path: Path) -> None:
    with (
        running(tmp_path, with_search=False) as server,
        pytest.raises(StoreError, match="no query engine"),
    ):
        await RedisStore.open(server.url)
