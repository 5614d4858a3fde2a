"""Who leaves when most of what they said there has faded."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bots.conversation.departures import forget_in_place
from brain.memory.record import Kind
from tests.factories import CAFE, DAY, IN_CAFE, IN_PRIVATE
from tests.world import World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path / "memories.db") as opened:
        yield opened


async def test_what_was_made_in_private_of_a_turn_in_the_archive_goes_with_it(world: World) -> None:
    turn = await world.say("My hidden word is xylophone.", place=CAFE)
    await world.companion.consolidator.run(quiet=timedelta(0))
    curve = world.companion.curve
    # Recalled often enough, a turn outlives what was made of its day.
    await world.store.pin(IN_CAFE, turn.id, pinned=True, curve=curve)
    for _ in range(2):
        world.clock.advance(3_000 * DAY)
        await world.companion.upkeep()
    await world.store.pin(IN_CAFE, turn.id, pinned=False, curve=curve)
    await world.companion.upkeep()
    [archived] = (await world.store.page(IN_CAFE, limit=9, archived=True)).memories
    assert archived.id == turn.id
    assert {kind for kind, _ in await world.notes(IN_PRIVATE)} >= {Kind.HISTORY}

    await forget_in_place(world.companion.forgetting, IN_CAFE)
    assert await world.notes(IN_PRIVATE) == {}
    assert await world.store.get(IN_PRIVATE, [turn.id]) == ()
