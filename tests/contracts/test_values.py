"""`brain.ports.values.Values`: small texts and counters, until they end."""

import asyncio

import pytest

from brain.ports import MemoryStore
from tests.contracts.harness import Harness
from tests.factories import ANNA, BEN, CAFE, memory


async def test_nobody_has_values_at_first(store: MemoryStore) -> None:
    assert dict(await store.values.get(ANNA.id)) == {}
    assert await store.values.pop(ANNA.id, "code") is None


async def test_a_value_is_kept_replaced_and_removed(harness: Harness) -> None:
    await harness.store.values.set(ANNA.id, "consent", "yes")
    await harness.store.values.set(ANNA.id, "mood", "好\n: {}|*")
    async for store in harness.twice():
        assert dict(await store.values.get(ANNA.id)) == {"consent": "yes", "mood": "好\n: {}|*"}
    store = harness.store
    await store.values.set(ANNA.id, "consent", "")
    assert dict(await store.values.get(ANNA.id)) == {"consent": "", "mood": "好\n: {}|*"}
    await store.values.set(ANNA.id, "mood", None)
    await store.values.set(ANNA.id, "never there", None)
    assert dict(await store.values.get(ANNA.id)) == {"consent": ""}


@pytest.mark.parametrize("other", ["discord:", "discord:1:", "discord:12", "Discord:1", "", "*"])
async def test_each_owner_has_values_of_their_own(store: MemoryStore, other: str) -> None:
    await store.values.set(ANNA.id, "a", "Anna's")
    await store.values.set(other, "a", "another's")
    await store.values.set(other, "1:a", "another's")
    assert dict(await store.values.get(ANNA.id)) == {"a": "Anna's"}
    assert dict(await store.values.get(other)) == {"a": "another's", "1:a": "another's"}
    assert await store.values.pop(other, "a") == "another's"
    assert dict(await store.values.get(ANNA.id)) == {"a": "Anna's"}


async def test_a_value_ends_when_its_time_is_over(harness: Harness) -> None:
    store = harness.store
    await store.values.set(ANNA.id, "code", "1234", ttl_s=600)
    await store.values.set(ANNA.id, "taken", "5678", ttl_s=600)
    await store.values.set(ANNA.id, "consent", "yes")
    await harness.pass_time(300)
    assert set(await store.values.get(ANNA.id)) == {"code", "taken", "consent"}
    await harness.pass_time(301)
    assert await store.values.pop(ANNA.id, "taken") is None
    assert set(await store.values.get(ANNA.id)) == {"consent"}
    # Writing sweeps, and nothing that is valid goes with it.
    await store.values.set(BEN.id, "consent", "no")
    assert dict(await store.values.get(ANNA.id)) == {"consent": "yes"}


async def test_writing_again_gives_a_value_the_time_of_then(harness: Harness) -> None:
    store = harness.store
    await store.values.set(ANNA.id, "longer", "a", ttl_s=600)
    await store.values.set(ANNA.id, "for good", "a", ttl_s=600)
    await harness.pass_time(500)
    await store.values.set(ANNA.id, "longer", "b", ttl_s=600)
    await store.values.set(ANNA.id, "for good", "b")
    await harness.pass_time(500)
    assert dict(await store.values.get(ANNA.id)) == {"longer": "b", "for good": "b"}
    await harness.pass_time(500)
    assert dict(await store.values.get(ANNA.id)) == {"for good": "b"}


async def test_a_counter_counts_from_nothing(store: MemoryStore) -> None:
    assert await store.values.increment(ANNA.id, "tokens", by=5, ttl_s=600) == 5
    assert await store.values.increment(ANNA.id, "tokens", by=0, ttl_s=600) == 5
    assert await store.values.increment(ANNA.id, "tokens", by=7, ttl_s=600) == 12
    assert await store.values.increment(BEN.id, "tokens", by=1, ttl_s=600) == 1
    assert dict(await store.values.get(ANNA.id)) == {"tokens": "12"}


async def test_a_counter_ends_after_its_first_increment(harness: Harness) -> None:
    store = harness.store
    await store.values.increment(ANNA.id, "tokens", by=5, ttl_s=600)
    await harness.pass_time(400)
    assert await store.values.increment(ANNA.id, "tokens", by=5, ttl_s=600) == 10
    await harness.pass_time(201)
    assert dict(await store.values.get(ANNA.id)) == {}
    assert await store.values.increment(ANNA.id, "tokens", by=5, ttl_s=600) == 5
    await harness.pass_time(300)
    assert await store.values.increment(ANNA.id, "tokens", by=5, ttl_s=600) == 10


async def test_no_increment_is_lost(harness: Harness) -> None:
    other = await harness.open()
    try:
        counted = await asyncio.gather(
            *(
                store.values.increment(ANNA.id, "tokens", by=1, ttl_s=600)
                for store in [harness.store, other] * 20
            )
        )
    finally:
        await other.close()
    assert sorted(counted) == list(range(1, 41))
    assert dict(await harness.store.values.get(ANNA.id)) == {"tokens": "40"}


async def test_of_many_who_pop_a_value_one_gets_it(harness: Harness) -> None:
    other = await harness.open()
    try:
        await harness.store.values.set(ANNA.id, "code", "1234", ttl_s=600)
        taken = await asyncio.gather(
            *(store.values.pop(ANNA.id, "code") for store in [harness.store, other] * 10)
        )
    finally:
        await other.close()
    assert sorted(taken, key=str) == ["1234", *[None] * 19]
    assert dict(await harness.store.values.get(ANNA.id)) == {}


async def test_a_value_is_added_once_until_it_ends(harness: Harness) -> None:
    store = harness.store
    assert await store.values.add(ANNA.id, "update", "first", ttl_s=600)
    assert not await store.values.add(ANNA.id, "update", "second", ttl_s=600)
    assert await store.values.add(BEN.id, "update", "third", ttl_s=600)
    assert dict(await store.values.get(ANNA.id)) == {"update": "first"}
    await harness.pass_time(601)
    assert await store.values.add(ANNA.id, "update", "fourth", ttl_s=600)
    assert dict(await store.values.get(ANNA.id)) == {"update": "fourth"}
    await store.values.pop(ANNA.id, "update")
    assert await store.values.add(ANNA.id, "update", "fifth", ttl_s=600)


async def test_of_many_who_add_a_value_one_does(harness: Harness) -> None:
    other = await harness.open()
    try:
        added = await asyncio.gather(
            *(
                store.values.add(ANNA.id, "update", str(number), ttl_s=600)
                for number, store in enumerate([harness.store, other] * 10)
            )
        )
    finally:
        await other.close()
    assert sum(added) == 1
    assert dict(await harness.store.values.get(ANNA.id)) == {"update": str(added.index(True))}


@pytest.mark.parametrize("known", [False, True])
async def test_values_go_with_their_person(
    harness: Harness,
    known: bool,  # noqa: FBT001 drawn by position
) -> None:
    store = harness.store
    if known:
        await store.add([memory()], [None])
    for owner in (ANNA.id, BEN.id, CAFE.id):
        await store.values.set(owner, "a", "b")
        await store.values.increment(owner, "tokens", by=5, ttl_s=600)
    assert await store.erase_person(ANNA.id) == int(known)
    async for again in harness.twice():
        assert dict(await again.values.get(ANNA.id)) == {}
        assert dict(await again.values.get(BEN.id)) == {"a": "b", "tokens": "5"}
        assert dict(await again.values.get(CAFE.id)) == {"a": "b", "tokens": "5"}


async def test_what_is_added_once_is_not_added_again_when_it_is_gone(harness: Harness) -> None:
    store = harness.store

    async def add(value: str) -> bool:
        return await store.values.add("inbox", "update", value, ttl_s=60, once_for_s=600)

    assert await add("first")
    assert not await add("second")
    assert dict(await store.values.get("inbox")) == {"update": "first"}
    assert await store.values.pop("inbox", "update") == "first"
    assert not await add("third")
    assert not await store.claim("inbox:update", ttl_s=60)
    store = await harness.reopen()
    await harness.pass_time(599)
    assert not await add("fourth")
    assert dict(await store.values.get("inbox")) == {}
    await harness.pass_time(2)
    assert await add("fifth")


async def test_where_there_is_a_value_nothing_is_claimed(store: MemoryStore) -> None:
    await store.values.set("inbox", "update", "there")
    assert not await store.values.add("inbox", "update", "x", ttl_s=60, once_for_s=600)
    assert await store.claim("inbox:update", ttl_s=60)


async def test_what_is_claimed_is_not_added(store: MemoryStore) -> None:
    assert await store.claim("inbox:update", ttl_s=60)
    assert not await store.values.add("inbox", "update", "x", ttl_s=60, once_for_s=600)
    assert dict(await store.values.get("inbox")) == {}


async def test_of_many_who_add_a_value_once_one_does(harness: Harness) -> None:
    other = await harness.open()
    try:
        added = await asyncio.gather(
            *(
                store.values.add("inbox", "update", "x", ttl_s=600, once_for_s=600)
                for store in [harness.store, other] * 10
            )
        )
    finally:
        await other.close()
    assert sum(added) == 1
