"""What can happen to a Redis, and what a person is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
from redis.asyncio import Redis

from brain.errors import StoreMisconfigured, StoreUnavailable
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from storage.redis.store import RedisStore
from tests.factories import (
    ANNA,
    ANNAS_DM,
    DAY,
    IN_PRIVATE,
    MINUTE,
    NOON,
    conversation,
    memory,
    vector,
)
from tests.redis_server import RedisServer, running
from tests.storage.redis.conftest import opened

TALKERS = 8
TURNS_BEFORE_THE_KILL = 120


async def converse(store: RedisStore, turn: Memory) -> None:
    await store.begin(IN_PRIVATE, turn)
    await store.finish(
        IN_PRIVATE,
        turn.id,
        reply=f"So that was: {turn.text}",
        vector=vector(3),
        recalled=[],
        now=NOON + DAY,
        curve=COMPANION,
    )


def endless() -> Iterator[Memory]:
    """Turns, as long as anybody wants another."""
    return (memory(f"Turn number {n}.", said_at=NOON + n * MINUTE) for n in count())


async def test_every_acknowledged_turn_survives_a_kill_in_mid_stream(durable: RedisServer) -> None:
    store = await opened(durable.url)
    turns = endless()
    acknowledged: list[Memory] = []

    async def talk() -> None:
        for turn in turns:
            await converse(store, turn)
            acknowledged.append(turn)
            if len(acknowledged) == TURNS_BEFORE_THE_KILL:
                durable.kill()

    ended = await asyncio.gather(*(talk() for _ in range(TALKERS)), return_exceptions=True)
    assert [type(end) for end in ended] == [StoreUnavailable] * TALKERS
    durable.start()
    kept = await store.get(IN_PRIVATE, [turn.id for turn in acknowledged])
    assert [(turn.id, turn.reply) for turn in kept] == [
        (turn.id, f"So that was: {turn.text}") for turn in acknowledged
    ]
    found = await store.search(
        IN_PRIVATE, text="number", vector=vector(3), now=NOON + DAY, limit=500
    )
    everywhere = {turn.id for turn, _ in found.dense} & {turn.id for turn, _ in found.lexical}
    assert {turn.id for turn in acknowledged} <= everywhere
    await store.close()


async def test_a_store_works_again_when_redis_is_back(durable: RedisServer) -> None:
    store = await opened(durable.url)
    first, second = conversation(2)
    await converse(store, first)
    durable.stop()
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="is Redis running"):
            await store.begin(IN_PRIVATE, second)
        with pytest.raises(StoreUnavailable, match="is Redis running"):
            await store.search(IN_PRIVATE, text="x", vector=vector(1), now=NOON, limit=5)
    durable.start()
    await converse(store, second)
    recent = (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=5)).recent
    assert [turn.id for turn in recent] == [first.id, second.id]
    await store.close()


async def fill(store: RedisStore, kept: list[Memory]) -> None:
    """Add until Redis takes no more; `kept` is what it took."""
    for said in endless():
        await store.add([said], [vector(1)])
        kept.append(said)


async def used_memory(server: RedisServer) -> int:
    """Bytes, as Redis holds them against its maxmemory."""
    async with Redis.from_url(server.url) as client:
        return int((await client.info("memory"))["used_memory"])


async def limit_memory(server: RedisServer, limit: int) -> None:
    """Have Redis take nothing more once it uses `limit` bytes."""
    async with Redis.from_url(server.url) as client:
        await client.config_set("maxmemory", limit)


async def test_a_full_redis_says_so_and_can_still_recall_and_forget(tmp_path: Path) -> None:
    with running(tmp_path, "--maxmemory", "24mb", "--maxmemory-policy", "noeviction") as server:
        store = await opened(server.url)
        kept: list[Memory] = []
        with pytest.raises(StoreUnavailable, match="Redis is full; raise its maxmemory"):
            await fill(store, kept)
        assert await store.count(IN_PRIVATE) == len(kept)
        full_at = await used_memory(server)
        # Redis gives some memory back by itself, a table outgrown or a buffer: it must stay full.
        await limit_memory(server, full_at // 2)
        turn = memory("One more?", said_at=NOON)
        with pytest.raises(StoreUnavailable, match="Redis is full"):
            await store.begin(IN_PRIVATE, turn)
        found = await store.search(IN_PRIVATE, text="turn", vector=vector(1), now=NOON, limit=5)
        assert len(found.dense) == len(found.lexical) == 5
        ids = [said.id for said in kept]
        assert await store.archive(IN_PRIVATE, ids[:1], now=NOON) == tuple(ids[:1])
        # All or nothing: what was to make room for a summary stays when there is none for it.
        with pytest.raises(StoreUnavailable, match="Redis is full"):
            await store.rewrite(
                IN_PRIVATE, revision=1, now=NOON, erase=ids[1:2], add=[turn], vectors=[None]
            )
        assert await store.revision(ANNA.id) == 1
        assert len(await store.get(IN_PRIVATE, ids[:2])) == 2
        assert await store.rewrite(IN_PRIVATE, revision=1, now=NOON, erase=ids[1:2])
        await limit_memory(server, await used_memory(server) - 100_000)
        assert await store.erase(IN_PRIVATE, ids[2:201]) == tuple(ids[2:201])
        assert await store.begin(IN_PRIVATE, turn)
        await store.close()


async def test_upkeep_makes_room_in_a_full_redis(tmp_path: Path) -> None:
    with running(tmp_path, "--maxmemory", "24mb", "--maxmemory-policy", "noeviction") as server:
        store = await opened(server.url)
        with pytest.raises(StoreUnavailable):
            await fill(store, [])
        later = NOON + 4_000 * DAY
        archived = await store.forget_due(now=later, curve=COMPANION, limit=100)
        erased = await store.forget_due(now=later + 40 * DAY, curve=COMPANION, limit=100)
        assert archived.archived == erased.erased == 100
        await store.close()


@pytest.mark.parametrize("address", ["redis://:guess@{}", "redis://nobody:guess@{}", "redis://{}"])
async def test_a_wrong_password_is_named_and_never_repeated(tmp_path: Path, address: str) -> None:
    with running(tmp_path, "--requirepass", "the right one") as server:
        with pytest.raises(
            StoreMisconfigured, match="refuses the user name or the password"
        ) as told:
            await opened(address.format(f"127.0.0.1:{server.port}/0"))
        assert "guess" not in str(told.value)
        await (await opened(f"redis://:the%20right%20one@127.0.0.1:{server.port}/0")).close()


async def test_a_user_with_rights_to_the_prefix_alone_is_enough(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        async with Redis.from_url(server.url) as admin:
            await admin.acl_setuser(
                "bot",
                enabled=True,
                passwords=["+secret"],
                keys=["siliconfriend:*"],
                categories=["+@all", "-@dangerous", "-@admin"],
                commands=["+info"],
            )
            await admin.acl_setuser("guest", enabled=True, nopass=True, categories=["+@read"])
        store = await opened(f"redis://bot:secret@127.0.0.1:{server.port}/0")
        [turn] = conversation(1)
        await converse(store, turn)
        assert (await store.diagnose())["memories"] == 1
        assert await store.erase_person(ANNA.id) == 1
        await store.close()
        with pytest.raises(StoreMisconfigured, match="may not do this"):
            await opened(f"redis://guest:x@127.0.0.1:{server.port}/0")


async def test_a_redis_without_query_engine_is_told_apart(tmp_path: Path) -> None:
    with (
        running(tmp_path, with_search=False) as server,
        pytest.raises(StoreMisconfigured, match=r"no query engine.*use Redis 8"),
    ):
        await opened(server.url)


@pytest.mark.parametrize("slots", [False, True])
async def test_a_node_of_a_cluster_is_told_apart(
    tmp_path: Path,
    slots: bool,  # noqa: FBT001 drawn by position
) -> None:
    with running(tmp_path, "--cluster-enabled", "yes") as server:
        async with Redis.from_url(server.url) as client, asyncio.timeout(30):
            if slots:
                await client.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16_383)  # type: ignore[no-untyped-call]
            while slots and (await client.cluster("INFO"))["cluster_state"] != "ok":  # noqa: ASYNC110 it tells nobody
                await asyncio.sleep(0.05)
        with pytest.raises(StoreMisconfigured, match=r"part of a cluster.*use the address"):
            await opened(server.url)
        # Whoever only looks checks nothing, and learns of it from the first change.
        store = await RedisStore.open(server.url) if slots else None
        if store is not None:
            with pytest.raises(StoreMisconfigured, match="part of a cluster"):
                await store.begin(IN_PRIVATE, memory())
            await store.close()


async def test_a_sentinel_is_told_apart(tmp_path: Path) -> None:
    with (
        running(tmp_path, as_sentinel=True) as server,
        pytest.raises(StoreMisconfigured, match=r"a Sentinel\?.*use the address"),
    ):
        await opened(server.url)


async def test_another_database_than_the_first_cannot_be_searched(tmp_path: Path) -> None:
    with (
        running(tmp_path) as server,
        pytest.raises(StoreMisconfigured, match="end the address with /0"),
    ):
        await opened(server.url.replace("/0", "/3"))


@pytest.mark.parametrize(
    "address",
    ["http://localhost:1", "redis://secret@host:port/0", "secret", "redis://h/0?timeout=x"],
)
async def test_an_address_that_is_none_is_not_repeated(address: str) -> None:
    with pytest.raises(StoreMisconfigured, match="address cannot be read") as told:
        await opened(address)
    assert "secret" not in str(told.value)
    assert told.value.__cause__ is None


@asynccontextmanager
async def answering(line: bytes) -> AsyncIterator[str]:
    """Something on a port that gives one answer to everything; none, where it is empty."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whoever has its answer lets go while others still wait for theirs.
        with suppress(ConnectionResetError):
            while (command := await reader.readline()) != b"":
                if command.startswith(b"*") and line:
                    writer.write(line + b"\r\n")
                    await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    finally:
        server.close()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"-LOADING Redis is loading the dataset in memory", "still loading"),
        (b"-MISCONF Redis is configured to save RDB snapshots, but", "cannot write to its disk"),
        (b"-READONLY You can't write against a read only replica.", "read-only replica"),
        (b"-MASTERDOWN Link with MASTER is down", "lost its primary"),
        (b"-ERR Some words that quote hunter2", "Redis reports ResponseError"),
        (b"HTTP/1.1 400 Bad Request", "Redis reports InvalidResponse|nothing answers"),
        (b"", "did not answer in time"),
    ],
)
async def test_each_answer_becomes_one_sentence(line: bytes, told: str) -> None:
    async with answering(line) as url:
        with pytest.raises(StoreUnavailable, match=told) as error:
            await opened(url, timeout_s=10 if line else 0.2)
        assert "hunter2" not in str(error.value)


async def test_a_cancelled_call_never_leaves_its_answer_to_the_next(store: RedisStore) -> None:
    said = [memory(f"Number {n}.", said_at=NOON + n * MINUTE) for n in range(20)]
    await store.add(said, [vector(n) for n in range(20)])
    for steps in range(60):
        task = asyncio.create_task(store.get(IN_PRIVATE, [said[steps % 20].id]))
        for _ in range(steps % 12):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        other = said[(steps + 7) % 20]
        assert await store.get(IN_PRIVATE, [other.id]) == (other,)
