"""What values leave behind in Redis: nothing, once they are over."""

from redis.asyncio import Redis

from storage.conversions import digest
from storage.redis.store import RedisStore
from tests.factories import ANNA
from tests.storage.redis.conftest import keys_under

OWNER = digest(ANNA.id)


async def test_the_list_of_names_ends_with_the_last_value(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    names = f"{prefix}:notes:{{{OWNER}}}"
    await store.values.set(ANNA.id, "long", "a", ttl_s=600)
    await store.values.increment(ANNA.id, "short", by=1, ttl_s=60)
    assert 300_000 < await client.pttl(names) <= 600_000
    await store.values.increment(ANNA.id, "longer", by=1, ttl_s=700)
    assert 600_000 < await client.pttl(names) <= 700_000
    await store.values.set(ANNA.id, "for good", "b")
    await store.values.increment(ANNA.id, "short again", by=1, ttl_s=60)
    assert await client.pttl(names) == -1
    for name in await store.values.get(ANNA.id):
        await store.values.set(ANNA.id, name, None)
    assert await keys_under(client, prefix) == {f"{prefix}:meta"}


async def test_names_that_are_over_go_with_new_ones(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    await store.values.set(ANNA.id, "consent", "yes")
    for minute in range(50):
        await store.values.increment(ANNA.id, f"minute {minute}", by=1, ttl_s=60)
        await client.delete(f"{prefix}:note:{{{OWNER}}}:minute {minute}")
    assert await client.scard(f"{prefix}:notes:{{{OWNER}}}") < 10
    assert dict(await store.values.get(ANNA.id)) == {"consent": "yes"}


async def test_a_text_that_is_counted_up_counts_from_nothing(store: RedisStore) -> None:
    await store.values.set(ANNA.id, "tokens", "many")
    assert await store.values.increment(ANNA.id, "tokens", by=3, ttl_s=60) == 3
