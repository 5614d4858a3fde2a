"""A group that became a supergroup is known by the id that it had first."""

import asyncio
from collections.abc import Mapping

import pytest

from bots.telegram.moves import FRESH_S, Moves
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
    moves, notes, go_on = Moves(rig.store, Ticks()), rig.store.notes, asyncio.Event()

    async def slow(owner: str) -> Mapping[str, str]:
        before = await notes(owner)
        await go_on.wait()
        return before

    monkeypatch.setattr(rig.store, "notes", slow)
    looked = asyncio.create_task(moves.original(-100))
    await asyncio.sleep(0)
    monkeypatch.setattr(rig.store, "notes", notes)
    await moves.record(old=-1, new=-100)
    go_on.set()
    assert await looked == -1
    assert await moves.original(-100) == -1


async def test_another_process_that_looked_too_early_hears_of_a_move(rig: Rig) -> None:
    ticks = Ticks()
    here, there = Moves(rig.store, Ticks()), Moves(rig.store, ticks)
    assert await there.original(-100) == -100
    await here.record(old=-1, new=-100)
    ticks.now += FRESH_S
    assert await there.original(-100) == -1


async def test_a_busy_group_is_not_looked_up_with_every_message(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves, notes, asked = Moves(rig.store, Ticks()), rig.store.notes, 0

    async def counted(owner: str) -> Mapping[str, str]:
        nonlocal asked
        asked += 1
        return await notes(owner)

    monkeypatch.setattr(rig.store, "notes", counted)
    assert [await moves.original(-100) for _ in range(3)] == [-100] * 3
    assert asked == 1
