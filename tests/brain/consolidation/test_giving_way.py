"""A summary under way is stopped by whoever begins to talk, and done again when it is quiet."""

import asyncio
from datetime import timedelta

from brain.consolidation.summariser import INTERRUPTIONS
from brain.ids import MessageId, PersonId
from brain.memory.record import Kind
from brain.messages import Incoming
from tests.factories import BEN, BENS_DM, IN_PRIVATE
from tests.world import World

NOW = timedelta(0)
CAT = "My cat is called Mango and fears thunder."


class Slow:
    """A model that thinks about each summary until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.times = 0
        self.stopped = 0
        self.gave_way = asyncio.Event()

    async def __call__(self) -> None:
        self.times += 1
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            self.gave_way.set()
            raise


async def test_a_reply_stops_a_summary_that_is_under_way(world: World) -> None:
    await world.say(CAT)
    slow = world.model.reactions["record of its conversations"] = Slow()
    job = asyncio.create_task(world.companion.consolidator.run(quiet=NOW))
    await asyncio.wait_for(slow.begun.wait(), 30)
    incoming = Incoming(
        id=MessageId("under way"), person=BEN, place=BENS_DM, text="Hello there, you"
    )
    async with world.companion.turn(incoming) as turn:
        await asyncio.wait_for(slow.gave_way.wait(), 30)
        slow.begun.clear()
        async for _ in turn:
            pass
        assert not slow.begun.is_set(), "not while somebody is answered"
    await asyncio.wait_for(slow.begun.wait(), 30)
    slow.go.set()
    await job
    assert (slow.times, slow.stopped) == (2, 1)
    assert (Kind.DAY, "2026-03-01") in await world.notes(IN_PRIVATE)


async def test_who_never_stops_talking_does_not_stop_it_for_ever(world: World) -> None:
    await world.say(CAT)
    slow = world.model.reactions["record of its conversations"] = Slow()
    job = asyncio.create_task(
        world.companion.consolidator.run(person_id=PersonId("discord:1"), quiet=NOW)
    )
    for number in range(INTERRUPTIONS + 2):
        await asyncio.wait_for(slow.begun.wait(), 30)
        if number < INTERRUPTIONS:
            slow.begun.clear()
        await world.say(f"Hello number {number}", person=BEN, place=BENS_DM)
    assert slow.stopped == INTERRUPTIONS
    slow.go.set()
    assert (await job).days == 1
