"""The values of people and places go along: nobody who paused is remembered afterwards."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from unittest.mock import AsyncMock

import pytest

from brain.errors import StoreUnavailable
from brain.memory.retention import COMPANION
from brain.ports import MemoryStore
from brain.transfer.migration import Difference, MigrationReceipt, compare, migrate
from brain.transfer.values_migration import ListableValues, can_list_values
from tests.contracts.harness import STORES, Harness
from tests.factories import ANNA, BEN, memory

PAUSED = {"informed": "1", "paused:discord:9": "1", "paused:": "1", "persona": "Brief.\n好"}
GUILD = "discord:guild:1"
Both = tuple[Harness, Harness]


async def opened(names: tuple[str, ...]) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(STORES[name]()) for name in names]
        yield here, there


@pytest.fixture(params=[("sqlite", "redis"), ("redis", "sqlite")], ids="-to-".join)
async def both(request: pytest.FixtureRequest) -> AsyncIterator[Both]:
    async for each in opened(request.param):
        yield each


@pytest.fixture(params=[("sqlite", "redis"), ("sqlite", "sqlite")], ids="-to-".join)
async def listed(request: pytest.FixtureRequest) -> AsyncIterator[Both]:
    """Out of a store that can list the owners of its values."""
    async for each in opened(request.param):
        assert can_list_values(each[0].store)
        yield each


async def set_all(store: MemoryStore, owner: str, values: dict[str, str]) -> None:
    for name, value in values.items():
        await store.values.set(owner, name, value)


async def migrated(both: Both) -> MigrationReceipt:
    here, there = (harness.store for harness in both)
    return await migrate(here, there, curve=COMPANION, embedder=None, progress=lambda *_: None)


async def differences(both: Both) -> list[Difference]:
    here, there = (harness.store for harness in both)
    return [each async for each in compare(here, there, progress=lambda *_: None)]


async def test_what_a_person_asked_for_goes_along(both: Both) -> None:
    here = both[0].store
    await here.add([memory()], [None])
    await here.save_person(BEN)
    await set_all(here, ANNA.id, PAUSED)
    await set_all(here, BEN.id, {"informed": "1"})
    assert [each.person for each in await differences(both)] == [ANNA.id, BEN.id]
    assert await migrated(both) == MigrationReceipt(people=2, added=1, known=0, values=5)
    async for store in both[1].twice():
        assert dict(await store.values.get(ANNA.id)) == PAUSED
        assert dict(await store.values.get(BEN.id)) == {"informed": "1"}
    assert dict(await here.values.get(ANNA.id)) == PAUSED
    assert await differences(both) == []
    assert (await migrated(both)).values == 0


@pytest.mark.parametrize("name", list(PAUSED))
async def test_a_preference_that_is_missing_or_another_is_a_difference(
    both: Both, name: str
) -> None:
    await both[0].store.add([memory()], [None])
    await set_all(both[0].store, ANNA.id, PAUSED)
    await migrated(both)
    for other in (None, "another"):
        await both[1].store.values.set(ANNA.id, name, other)
        [difference] = await differences(both)
        assert difference.person == ANNA.id
        assert difference.source.memories == difference.target.memories == 1
        assert difference.source.checksum != difference.target.checksum


async def test_what_the_target_was_asked_for_stays(both: Both) -> None:
    await both[0].store.add([memory()], [None])
    await set_all(both[0].store, ANNA.id, PAUSED)
    await both[1].store.values.set(ANNA.id, "persona", "Long.")
    assert (await migrated(both)).values == 3
    assert dict(await both[1].store.values.get(ANNA.id)) == PAUSED | {"persona": "Long."}


async def test_pauses_are_there_before_the_first_memory(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts the bot on what an interrupted migration left keeps nothing there."""
    here, there = (harness.store for harness in both)
    await here.add([memory()], [None])
    await set_all(here, ANNA.id, PAUSED)
    monkeypatch.setattr(there, "add", AsyncMock(side_effect=StoreUnavailable(reason="gone")))
    with pytest.raises(StoreUnavailable):
        await migrated(both)
    assert dict(await there.values.get(ANNA.id)) == PAUSED


async def test_all_values_go_along_with_the_time_they_have_left(
    listed: Both,
) -> None:
    here, there = (harness.store for harness in listed)
    # Of somebody who never said anything, a server, a group that moved, a message, and a counter.
    await set_all(here, ANNA.id, {"paused:discord:9": "1"})
    await set_all(here, GUILD, {"setting:leavers": "1", "setting:persona": "Owl"})
    await set_all(here, "telegram:moved", {"-100": "-7"})
    await here.values.set("discord:message:5", "by", "8", ttl_s=600)
    await here.values.increment(f"budget:{ANNA.id}", "tokens:1", by=5, ttl_s=300)
    await here.values.set(ANNA.id, "action:over", "gone", ttl_s=60)
    await listed[0].pass_time(100)
    assert await migrated(listed) == MigrationReceipt(people=0, added=0, known=0, values=6)
    assert dict(await there.values.get(ANNA.id)) == {"paused:discord:9": "1"}
    assert dict(await there.values.get(GUILD)) == {"setting:leavers": "1", "setting:persona": "Owl"}
    assert await there.values.increment(f"budget:{ANNA.id}", "tokens:1", by=2, ttl_s=300) == 7
    await listed[1].pass_time(201)
    assert dict(await there.values.get(f"budget:{ANNA.id}")) == {}
    assert dict(await there.values.get("discord:message:5")) == {"by": "8"}
    await listed[1].pass_time(300)
    assert dict(await there.values.get("discord:message:5")) == {}
    assert dict(await there.values.get("telegram:moved")) == {"-100": "-7"}


async def test_a_setting_that_is_missing_is_a_difference_and_another_one_is_none(
    listed: Both,
) -> None:
    here, there = (harness.store for harness in listed)
    await set_all(here, GUILD, {"setting:leavers": "1", "setting:persona": "Owl"})
    await here.values.set(GUILD, "soon over", "1", ttl_s=600)
    await migrated(listed)
    await there.values.set(GUILD, "setting:persona", "Cat")
    await there.values.set(GUILD, "soon over", None)
    assert await differences(listed) == []
    await there.values.set(GUILD, "setting:leavers", None)
    [difference] = await differences(listed)
    assert difference.person == GUILD
    assert difference.source != difference.target
    assert (await migrated(listed)).values == 2
    assert await differences(listed) == []
    assert (await there.values.get(GUILD))["setting:persona"] == "Cat"


async def test_owners_of_values_are_listed_until_these_expire(listed: Both) -> None:
    store = listed[0].store
    assert isinstance(store.values, ListableValues)
    assert await store.values.owners() == ()
    await set_all(store, ANNA.id, {"b": "2", "a": "1"})
    await store.values.set("*", "c", "3", ttl_s=60)
    assert await store.values.owners() == ("*", ANNA.id)
    assert dict(await store.values.get_with_ttl(ANNA.id)) == {"a": ("1", None), "b": ("2", None)}
    await listed[0].pass_time(20)
    assert dict(await store.values.get_with_ttl("*")) == {"c": ("3", 40.0)}
    await listed[0].pass_time(41)
    assert await store.values.owners() == (ANNA.id,)
    assert dict(await store.values.get_with_ttl("*")) == {}
