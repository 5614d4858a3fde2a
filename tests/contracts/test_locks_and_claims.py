"""Processes beside each other: whose turn it is, and what was taken already."""

import asyncio

import pytest

from brain.ids import PlaceId
from brain.ports import MemoryStore
from tests.contracts.harness import Harness
from tests.factories import ANNA, ANNAS_DM, BEN, CAFE, IN_PRIVATE, memory

LEASE_S = 60.0
RESERVED_S = 60.0
"""A place in the queue, in seconds. Redis goes by its own clock: however slow the machine, it must
not take half as long from one line to the next."""


@pytest.fixture(autouse=True)
def _reserved_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("redis", "sqlite"):
        monkeypatch.setattr(
            f"storage.{kind}.locks_and_claims.RESERVED_MS", round(RESERVED_S * 1_000)
        )


async def take(store: MemoryStore, holder: str, *, place: str = ANNAS_DM.id) -> bool:
    return await store.acquire(ANNA.id, PlaceId(place), holder=holder, lease_s=LEASE_S)


async def release(store: MemoryStore, holder: str) -> None:
    await store.release(ANNA.id, ANNAS_DM.id, holder=holder)


async def test_a_conversation_has_one_holder_at_a_time(store: MemoryStore) -> None:
    assert await take(store, "first")
    assert not await take(store, "second")
    await release(store, "first")
    assert await take(store, "second")
    assert not await take(store, "first")


async def test_of_many_at_once_one_gets_it(store: MemoryStore) -> None:
    taken = await asyncio.gather(*(take(store, f"holder {n}") for n in range(50)))
    assert sum(taken) == 1


async def test_other_places_and_people_are_free(store: MemoryStore) -> None:
    assert await take(store, "first")
    assert await take(store, "second", place=CAFE.id)
    assert await store.acquire(BEN.id, ANNAS_DM.id, holder="third", lease_s=LEASE_S)


async def test_a_holder_that_died_is_outlived_by_its_lease_alone(harness: Harness) -> None:
    assert await take(harness.store, "dead")
    store = await harness.reopen()
    await harness.pass_time(LEASE_S / 2)
    assert not await take(store, "next")
    await harness.pass_time(LEASE_S)
    assert await take(store, "next")


async def test_a_holder_that_renews_keeps_it(harness: Harness) -> None:
    assert await take(harness.store, "first")
    for _ in range(5):
        await harness.pass_time(LEASE_S / 2)
        assert await take(harness.store, "first")
        assert not await take(harness.store, "second")


async def test_who_lost_it_neither_renews_nor_releases_it(harness: Harness) -> None:
    assert await take(harness.store, "stopped")
    await harness.pass_time(LEASE_S + 1)
    assert await take(harness.store, "next")
    assert not await take(harness.store, "stopped")
    await release(harness.store, "stopped")
    assert not await take(harness.store, "third")
    assert await take(harness.store, "next")


async def test_who_waits_comes_before_who_held_it(store: MemoryStore) -> None:
    assert await take(store, "first")
    assert not await take(store, "second")
    await release(store, "first")
    assert not await take(store, "first again")
    assert await take(store, "second")


async def test_who_stopped_waiting_is_not_waited_for(harness: Harness) -> None:
    store = harness.store
    assert await take(store, "first")
    assert not await take(store, "leaves")
    await release(store, "leaves")
    assert not await take(store, "dies")
    await release(store, "first")
    assert not await take(store, "third")
    await harness.pass_time(RESERVED_S + 1)
    assert await take(store, "third")


async def test_letting_go_twice_or_of_nothing_is_no_error(store: MemoryStore) -> None:
    await release(store, "nobody")
    assert await take(store, "first")
    await release(store, "first")
    await release(store, "first")


async def test_erasing_a_person_takes_their_locks_along(store: MemoryStore) -> None:
    await store.begin(IN_PRIVATE, memory())
    assert await take(store, "dead")
    await store.erase_person(ANNA.id)
    assert await take(store, "next")


@pytest.mark.parametrize("key", ["telegram:update:1", "{}|,.-@*:\n", "更新", ""])
async def test_a_claim_is_granted_once_until_it_ends(harness: Harness, key: str) -> None:
    store = harness.store
    assert await store.claim(key, ttl_s=60)
    assert not await store.claim(key, ttl_s=60)
    assert await store.claim(f"{key}2", ttl_s=60)
    store = await harness.reopen()
    await harness.pass_time(30)
    assert not await store.claim(key, ttl_s=60)
    await harness.pass_time(31)
    assert await store.claim(key, ttl_s=60)
    assert not await store.claim(key, ttl_s=60)


async def test_of_a_hundred_claims_at_once_one_is_granted(store: MemoryStore) -> None:
    granted = await asyncio.gather(*(store.claim("update", ttl_s=60) for _ in range(100)))
    assert sum(granted) == 1


async def test_claims_past_their_time_do_not_pile_up(harness: Harness) -> None:
    for n in range(50):
        assert await harness.store.claim(f"update {n}", ttl_s=60)
    await harness.pass_time(61)
    assert await harness.store.claim("one more", ttl_s=60)
    granted = [await harness.store.claim(f"update {n}", ttl_s=60) for n in range(50)]
    assert all(granted)
