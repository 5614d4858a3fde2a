"""What was said around a turn, and what is passed over on the way there."""

from redis.asyncio import Redis

from brain.ids import MemoryId
from brain.memory.record import Kind
from storage.conversions import digest
from storage.redis.keys import Keys
from storage.redis.store import RedisStore
from tests.factories import ANNA, CAFE, IN_CAFE, IN_PRIVATE, MINUTE, NOON, memory


async def test_neighbours_are_counted_along_the_living_turns_of_the_place(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    said = [memory(f"Turn {n}.", said_at=NOON + n * MINUTE, place=CAFE) for n in range(9)]
    other = memory("Elsewhere.", said_at=NOON + 4 * MINUTE)
    fact = memory("A fact.", said_at=NOON + 4 * MINUTE, place=CAFE, kind=Kind.FACT)
    faded = memory("Faded.", said_at=NOON - MINUTE, place=CAFE, strength=0.001)
    await store.add([*said, other, fact, faded], [None] * 12)
    await store.archive(IN_PRIVATE, [said[5].id], now=NOON)
    # A damaged one is no turn at all.
    await client.hset(Keys(prefix).memory(digest(ANNA.id), said[6].id), "state", "?")
    now = NOON + 20 * MINUTE
    ids = [said[4].id, said[0].id, fact.id, said[5].id, MemoryId("gone"), said[4].id]
    for scope in (IN_CAFE, IN_PRIVATE):
        found = await store.neighbours(scope, ids, reach=2, now=now)
        assert {(each.of, each.memory.id, each.distance) for each in found} == {
            (said[4].id, said[3].id, -1),
            (said[4].id, said[2].id, -2),
            (said[4].id, said[7].id, 1),
            (said[4].id, said[8].id, 2),
            (said[0].id, said[1].id, 1),
            (said[0].id, said[2].id, 2),
        }
        assert len(found) == 6
        assert said[3] in [each.memory for each in found]
    assert await store.neighbours(IN_CAFE, [other.id], reach=2, now=now) == ()
    assert await store.neighbours(IN_CAFE, ids, reach=0, now=now) == ()
    assert await store.neighbours(IN_CAFE, [], reach=2, now=now) == ()
