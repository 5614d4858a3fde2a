"""A group that became a supergroup is known by the id that it had first."""

import asyncio
from collections.abc import Mapping

import pytest

from bots.telegram.chat_migrations import FRESH_S, ChatMigrations
from brain.errors import StoreUnavailable
from tests.bots.telegram.rig import Rig


class Ticks:
    """Seconds that a test moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_what_is_read_while_a_move_is_told_does_not_hide_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat_migrations, get, go_on = (
        ChatMigrations(rig.store.values, Ticks()),
        rig.store.values.get,
        asyncio.Event(),
    )

    async def slow(owner: str) -> Mapping[str, str]:
        before = await get(owner)
        await go_on.wait()
        return before

    monkeypatch.setattr(rig.store.values, "get", slow)
    looked = asyncio.create_task(chat_migrations.original(-100))
    await asyncio.sleep(0)
    monkeypatch.setattr(rig.store.values, "get", get)
    telling = asyncio.create_task(chat_migrations.record(old=-1, new=-100))
    go_on.set()
    await telling
    await looked
    assert await chat_migrations.original(-100) == -1


async def test_another_process_that_looked_too_early_hears_of_a_move(rig: Rig) -> None:
    ticks = Ticks()
    here, there = ChatMigrations(rig.store.values, Ticks()), ChatMigrations(rig.store.values, ticks)
    assert await there.original(-100) == -100
    await here.record(old=-1, new=-100)
    ticks.now += FRESH_S
    assert await there.original(-100) == -1


async def test_all_groups_are_looked_up_at_once_and_not_with_every_message(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = Ticks()
    chat_migrations, get, asked = ChatMigrations(rig.store.values, ticks), rig.store.values.get, 0

    async def counted(owner: str) -> Mapping[str, str]:
        nonlocal asked
        asked += 1
        return await get(owner)

    monkeypatch.setattr(rig.store.values, "get", counted)
    groups = range(-109, -99)
    for _ in range(3):
        assert await asyncio.gather(*map(chat_migrations.original, groups)) == [*groups]
    assert asked == 1
    ticks.now += FRESH_S
    assert [await chat_migrations.original(group) for group in groups] == [*groups]
    assert asked == 2


async def test_while_the_store_is_away_nobody_says_for_certain_where_a_group_was_met(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ChatMigrations(rig.store.values, Ticks()).record(old=-1, new=-100)
    chat_migrations = ChatMigrations(rig.store.values, Ticks())

    async def away(_: str) -> Mapping[str, str]:
        raise StoreUnavailable(reason="test")

    with monkeypatch.context() as patch:
        patch.setattr(rig.store.values, "get", away)
        assert await chat_migrations.original(-100) == -100
        with pytest.raises(StoreUnavailable):
            await chat_migrations.original_for_certain(-100)
    assert await chat_migrations.original_for_certain(-100) == -1
