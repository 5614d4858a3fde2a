"""From one store to another, both ways, whole, in order, and completed after a kill."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from msgspec import structs

from brain.errors import EmbedderChanged
from brain.ids import MemoryId, PersonId
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from brain.messages import Person, Scope
from brain.ports import MemoryStore
from brain.transfer.migration import (
    BATCH,
    Difference,
    MigrationReceipt,
    adopt_embedder,
    compare,
    migrate,
)
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.brain.transfer.helpers import export
from tests.contracts.harness import EMBEDDER, STORES
from tests.doubles import HashEmbedder
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BENS_DM,
    CAFE,
    DAY,
    DIMENSIONS,
    IN_PRIVATE,
    MILLISECOND,
    MINUTE,
    NOON,
    crowd,
    memory,
    solved,
    vector,
)
from tests.redis_server import emptied, shared_url

ROOT = Path(__file__).parents[3]
ODD = Person(PersonId("telegram:{a}|b,*"), "王小明 “x”", ZoneInfo("Asia/Shanghai"), "zh")
MANY = 2 * BATCH + 50


@dataclass
class Stores:
    source: MemoryStore
    target: MemoryStore

    async def migrate(self) -> MigrationReceipt:
        """As the command does; vectors are copied."""
        assert await adopt_embedder(self.source, self.target, curve=COMPANION)
        return await migrate(
            self.source, self.target, curve=COMPANION, embedder=None, progress=lambda *_: None
        )

    async def differences(self) -> list[Difference]:
        found = compare(self.source, self.target, progress=lambda *_: None)
        return [each async for each in found]


@pytest.fixture(params=[("sqlite", "redis"), ("redis", "sqlite")], ids="-to-".join)
async def stores(request: pytest.FixtureRequest) -> AsyncIterator[Stores]:
    async with AsyncExitStack() as stack:
        both = [(await stack.enter_async_context(STORES[name]())).store for name in request.param]
        yield Stores(*both)


async def fill(store: MemoryStore) -> list[Memory]:
    """Three people with everything that a memory can be; gives Anna's."""
    for person in (ANNA, ODD):
        await store.save_person(person)
    # Many of the same millisecond, across the bounds of batches and in both lists.
    said = [
        memory(
            f"Turn {n}, 第{n}句\u2028.",
            id=f"anna-{n}",
            place=CAFE if n % 3 == 0 else ANNAS_DM,
            reply=f"Reply {n}" if n % 2 else None,
            said_at=NOON + n // 70 * MILLISECOND,
            archived_at=NOON + DAY if n % 5 == 0 else None,
            pinned=n % 11 == 0,
            sources=("a", "b") if n % 13 == 0 else (),
        )
        for n in range(MANY)
    ]
    vectors = [None if n % 17 == 0 else each for n, each in enumerate(crowd(MANY, seed=1))]
    await store.add(said, vectors)
    # Strengths and times that a database computed.
    asked = memory("What else?", id="anna-asks", said_at=NOON + MINUTE)
    await store.begin(IN_PRIVATE, asked)
    await store.finish(
        IN_PRIVATE,
        asked.id,
        reply="This.",
        vector=vector(5),
        recalled=[MemoryId("anna-1"), MemoryId("anna-2")],
        now=NOON + 3 * DAY + 7 * MILLISECOND,
        curve=COMPANION,
    )
    await store.add(
        [memory(id="*", person=ODD), memory(id="a:{b}", person=BEN, place=BENS_DM)], [None] * 2
    )
    return [*said, asked]


async def exports(store: MemoryStore) -> dict[str, list[str]]:
    return {person.id: await export(store, person.id) for person in await store.people()}


async def test_everything_arrives_in_the_same_order_and_the_source_is_as_it_was(
    stores: Stores,
) -> None:
    made = await fill(stores.source)
    before = await exports(stores.source)
    total = len(made) + 2
    assert await stores.migrate() == MigrationReceipt(people=3, added=total, known=0)
    assert await exports(stores.source) == before
    assert await exports(stores.target) == before
    assert await stores.target.people() == await stores.source.people()
    assert await stores.differences() == []

    ids = [known.id for known in made]
    here = await stores.source.vectors(IN_PRIVATE, ids)
    there = await stores.target.vectors(IN_PRIVATE, ids)
    for left, right in zip(here, there, strict=True):
        assert (left is None) == (right is None)
        assert left is None or right is None or np.array_equal(left, right)
    query = {"text": "Reply 7", "vector": here[1], "now": NOON + DAY, "limit": 10}
    found = [await each.search(IN_PRIVATE, **query) for each in (stores.source, stores.target)]  # type: ignore[arg-type]
    near = [[known.id for known, _ in candidates.dense] for candidates in found]
    assert near[0] == near[1]
    assert [known.id for known, _ in found[0].lexical][:1] == ["anna-7"]
    assert [known.id for known, _ in found[1].lexical][:1] == ["anna-7"]

    assert await stores.migrate() == MigrationReceipt(people=3, added=0, known=total)
    assert await exports(stores.target) == before


async def test_a_message_that_was_migrated_is_known_when_it_comes_again(stores: Stores) -> None:
    turn = memory("Once.")
    await stores.source.begin(IN_PRIVATE, turn)
    await stores.migrate()
    assert not await stores.target.begin(IN_PRIVATE, turn)


async def test_what_came_meanwhile_comes_with_the_next_migration(stores: Stores) -> None:
    await fill(stores.source)
    await stores.migrate()
    await stores.source.add([memory("New.", said_at=NOON)], [vector(9)])
    await stores.source.save_person(replace(ANNA, name="Anne"))
    [difference] = await stores.differences()
    assert difference.person == ANNA.id
    assert difference.source.memories == difference.target.memories + 1
    assert (await stores.migrate()).added == 1
    assert await stores.differences() == []
    assert await exports(stores.source) == await exports(stores.target)


async def test_any_change_is_a_difference(stores: Stores) -> None:
    await fill(stores.source)
    await stores.migrate()
    target = stores.target
    scope = Scope.everything_of(ANNA.id)
    await target.pin(scope, MemoryId("anna-3"), pinned=True, curve=COMPANION)
    [difference] = await stores.differences()
    assert difference.source.memories == difference.target.memories
    assert difference.source.checksum != difference.target.checksum
    await target.pin(scope, MemoryId("anna-3"), pinned=False, curve=COMPANION)
    assert await stores.differences() == []

    [known] = await target.get(scope, [MemoryId("anna-3")])
    await target.erase(scope, [known.id])
    assert len(await stores.differences()) == 1
    await target.add([structs.replace(known, text="Turn 4?")], [None])
    assert len(await stores.differences()) == 1
    # What the target has is never overwritten: this takes a person who looks.
    await stores.migrate()
    assert len(await stores.differences()) == 1
    await target.erase(scope, [known.id])
    await stores.migrate()
    assert await stores.differences() == []

    await target.save_person(replace(ODD, zone=ZoneInfo("UTC")))
    assert [each.person for each in await stores.differences()] == [ODD.id]


async def test_an_id_that_belongs_to_somebody_else_is_a_difference(stores: Stores) -> None:
    await stores.source.add([memory(id="one")], [None])
    await stores.target.add([memory(id="one", person=BEN, place=BENS_DM)], [None])
    await stores.migrate()
    [difference] = await stores.differences()
    assert (difference.source.memories, difference.target.memories) == (1, 0)


async def test_another_curve_is_solved_anew_and_no_difference(stores: Stores) -> None:
    other = solved(memory(strength=3.0), replace(COMPANION, fade=0.3, forget=0.2))
    await stores.source.add([other], [None])
    await stores.migrate()
    [arrived] = await stores.target.get(IN_PRIVATE, [other.id])
    assert arrived == solved(other, COMPANION)
    assert arrived.fades_at > other.fades_at
    assert await stores.differences() == []


async def test_vectors_of_another_embedder_are_made_anew(stores: Stores) -> None:
    source, target = stores.source, stores.target
    await source.add([memory("tea", id="one")], [vector(1)])
    embedder = HashEmbedder()
    await target.check_embedder(curve=COMPANION, embedder=embedder.name, dimensions=DIMENSIONS)
    await target.add([memory("milk", id="two")], [vector(2)])
    assert not await adopt_embedder(source, target, curve=COMPANION)
    await migrate(source, target, curve=COMPANION, embedder=embedder, progress=lambda *_: None)
    [made] = await target.vectors(IN_PRIVATE, [MemoryId("one")])
    assert made is not None
    assert np.array_equal(made, (await embedder.passages(["tea"]))[0])
    with pytest.raises(EmbedderChanged):
        await target.check_embedder(curve=COMPANION, embedder=EMBEDDER, dimensions=DIMENSIONS)


async def test_the_progress_ends_at_all(stores: Stores) -> None:
    made = await fill(stores.source)
    seen: list[tuple[int, int]] = []
    await migrate(
        stores.source,
        stores.target,
        curve=COMPANION,
        embedder=None,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == sorted(seen)
    assert all(done <= total for done, total in seen)
    assert seen[-1] == (len(made) + 2,) * 2


async def test_a_store_that_was_never_used_is_copied_too(tmp_path: Path) -> None:
    source = await SqliteStore.open(tmp_path / "a.db")
    target = await SqliteStore.open(tmp_path / "b.db")
    stores = Stores(source, target)
    assert await stores.migrate() == MigrationReceipt(people=0, added=0, known=0)
    await source.add([memory()], [None])
    assert (await stores.migrate()).added == 1
    assert await stores.differences() == []
    await source.close()
    await target.close()


@pytest.mark.parametrize("batches", [0, 1, 2, 4])
async def test_a_migration_that_was_killed_is_completed_by_migrating_again(
    tmp_path: Path, batches: int
) -> None:
    prefix = f"tests-{uuid4().hex}"
    source = await SqliteStore.open(tmp_path / "memories.db")
    await source.check_embedder(curve=COMPANION, embedder=EMBEDDER, dimensions=DIMENSIONS)
    made = await fill(source)
    done = await asyncio.to_thread(
        subprocess.run,
        [
            *(sys.executable, "-m", "tests.brain.transfer.killed_migration"),
            *(str(tmp_path / "memories.db"), shared_url(), prefix, str(batches)),
        ],
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    target = await RedisStore.open(shared_url(), prefix=prefix)
    stores = Stores(source, target)
    try:
        left = sum(len(lines) - 2 for lines in (await exports(target)).values())
        assert (left > 0) == (batches > 0)
        assert await stores.differences()
        copied = await stores.migrate()
        assert copied.known == left
        assert copied.added == len(made) + 2 - left
        assert await stores.differences() == []
        assert await exports(target) == await exports(source)
    finally:
        await target.close()
        await source.close()
        await emptied(shared_url(), prefix)
