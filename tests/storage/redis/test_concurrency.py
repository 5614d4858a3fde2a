"""Many callers at once, in one process and in several: nothing is lost, nothing counts twice."""

import asyncio
import sys

import pytest
from redis.asyncio import Redis

from brain.ids import MemoryId
from brain.memory.record import Memory
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION, PAPER
from brain.ports import Due
from storage.conversions import digest, to_milliseconds
from storage.redis.store import RedisStore
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BENS_DM,
    DAY,
    IN_PRIVATE,
    MINUTE,
    NOON,
    conversation,
    memory,
    vector,
)
from tests.redis_server import shared_url
from tests.storage.redis.conftest import keys_under

FORGOTTEN = NOON + 4_000 * DAY


async def finish(store: RedisStore, turn: Memory, *recalled: MemoryId) -> bool:
    return await store.finish(
        IN_PRIVATE,
        turn.id,
        reply="I see.",
        vector=vector(1),
        recalled=recalled,
        reinforced={memory_id: Gain(PAPER.step) for memory_id in recalled},
        now=turn.said_at,
        curve=PAPER,
    )


async def test_a_thousand_reinforcements_at_once_are_a_thousand(
    store: RedisStore, second: RedisStore
) -> None:
    known = memory(strength=1.0, curve=PAPER)
    await store.add([known], [vector(1)])
    turns = conversation(1_000, start=NOON + DAY)
    await asyncio.gather(*(store.begin(IN_PRIVATE, turn) for turn in turns))
    # Every turn is finished twice, by two processes: half of the calls must count nothing.
    done = await asyncio.gather(
        *(finish(each, turn, known.id) for turn in turns for each in (store, second))
    )
    assert sum(done) == 1_000
    [after] = await store.get(IN_PRIVATE, [known.id])
    assert (after.recalls, after.strength) == (1_000, 1_001.0)
    assert after.last_recalled == turns[-1].said_at


_OTHER_PROCESS = """
import asyncio, sys
from brain.memory.reinforcement import Gain
from brain.memory.retention import PAPER
from storage.redis.store import RedisStore
from tests.factories import ANNA, IN_PRIVATE, NOON, memory

async def main(url, prefix, name, known):
    store = await RedisStore.open(url, prefix=prefix, dimensions=384)
    for n in range(100):
        turn = memory(id=f"{name}-{n}")
        await store.begin(IN_PRIVATE, turn)
        await store.finish(IN_PRIVATE, turn.id, reply="Yes.", vector=None, recalled=[known],
                           reinforced={known: Gain(1.0)}, now=NOON, curve=PAPER)
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_beside_each_other_lose_no_update(store: RedisStore, prefix: str) -> None:
    known = memory(strength=1.0, curve=PAPER)
    await store.add([known], [None])
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _OTHER_PROCESS, shared_url(), prefix, name, known.id)
        )
        for name in ("first", "second", "third")
    ]
    assert await asyncio.gather(*(process.wait() for process in processes)) == [0, 0, 0]
    [after] = await store.get(IN_PRIVATE, [known.id])
    assert (after.recalls, after.strength) == (300, 301.0)
    assert await store.count(IN_PRIVATE) == 301


async def test_the_same_message_from_two_processes_is_one_turn(
    store: RedisStore, second: RedisStore
) -> None:
    turns = conversation(100)
    begun = await asyncio.gather(
        *(each.begin(IN_PRIVATE, turn) for turn in turns for each in (store, second))
    )
    assert sum(begun) == await store.count(IN_PRIVATE) == 100


async def test_upkeep_in_many_processes_does_the_work_once(
    store: RedisStore, second: RedisStore
) -> None:
    said = conversation(300)
    others = conversation(300, person=BEN, place=BENS_DM)
    await store.add(said + others, [None] * 600)

    async def upkeep(each: RedisStore) -> Due:
        archived = erased = 0
        while True:
            due = await each.forget_due(now=FORGOTTEN, curve=COMPANION, limit=50)
            archived, erased = archived + due.archived, erased + due.erased
            if max(due.archived, due.erased) < 50:
                return Due(archived, erased)

    done = await asyncio.gather(*(upkeep(each) for each in (store, second) * 3))
    assert sum(due.archived for due in done) == 600
    assert sum(due.erased for due in done) == 0
    assert await store.count_due(now=FORGOTTEN, curve=COMPANION) == Due(0, 0)


async def test_a_worker_that_lost_its_lock_changes_nothing(store: RedisStore) -> None:
    said = conversation(2)
    await store.add(said, [None, None])
    await store.forget_due(now=FORGOTTEN, curve=COMPANION, limit=1)
    due = to_milliseconds(FORGOTTEN)
    person = store._db.keys.person(digest(ANNA.id))
    ids = [turn.id for turn in said]
    assert await store._db.run("forget_due", person, "", "archive", due, due, 0, *ids) == 0
    assert await store.count(IN_PRIVATE) == 1
    assert await store._db.run("forget_due", person, "", "archive", due, due, 2, *ids) == 1


async def test_a_lock_whose_holder_died_passes_on(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    await store.add(conversation(3), [None] * 3)
    await client.set(f"{prefix}:lock:{{upkeep}}", 99, px=50)
    assert (await store.forget_due(now=FORGOTTEN, curve=COMPANION, limit=9)).archived == 3
    assert f"{prefix}:lock:{{upkeep}}" not in await keys_under(client, prefix)


@pytest.mark.parametrize("rounds", [40])
async def test_what_is_erased_while_it_is_written_leaves_no_orphan(
    store: RedisStore, client: Redis, prefix: str, rounds: int
) -> None:
    for n in range(rounds):
        known, turn = memory("Rhubarb."), memory("And now?", said_at=NOON + n * MINUTE)
        await store.add([known], [vector(1)])
        await store.begin(IN_PRIVATE, turn)
        await asyncio.gather(
            finish(store, turn, known.id),
            store.erase(IN_PRIVATE, [known.id, turn.id]),
            store.set_vector(IN_PRIVATE, turn.id, vector(2)),
            store.pin(IN_PRIVATE, known.id, pinned=True, curve=PAPER),
            store.archive(IN_PRIVATE, [known.id], now=NOON),
        )
    assert await store.count(IN_PRIVATE) == 0
    await store.mark_summarised(await store.stale_days(limit=9))
    # Only who they are, and what belongs to the store as a whole.
    person = f"{prefix}:person:{{{digest(ANNA.id)}}}"
    assert await keys_under(client, prefix) == {person, f"{prefix}:meta"}
    found = await store.search(IN_PRIVATE, text="rhubarb", vector=vector(1), now=NOON, limit=5)
    assert found.dense == found.lexical == ()


async def test_a_person_who_is_erased_amid_their_turns_leaves_nothing_of_before(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    said = conversation(200)
    await asyncio.gather(*(store.begin(IN_PRIVATE, turn) for turn in said))
    erased, *_ = await asyncio.gather(
        store.erase_person(ANNA.id), *(finish(store, turn, said[0].id) for turn in said)
    )
    assert erased == 200
    assert await keys_under(client, prefix) == {f"{prefix}:meta"}
    assert (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=9)).recent == ()
