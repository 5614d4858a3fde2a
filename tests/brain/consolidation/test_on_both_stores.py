"""The whole way over each store: made, disturbed, forgotten."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from brain.memory.record import Kind
from tests.factories import DAY, IN_PRIVATE
from tests.redis_server import shared_url
from tests.world import World, open_redis_world, open_world

NOW = timedelta(0)
CAT = "My cat is called Mango and fears thunder."
HIDDEN = "My hidden word is xylophone."
TRACE = b"xylophone"

Traces = Callable[[], Awaitable[int]]
"""How often the hidden word stands in what the store keeps."""


@pytest.fixture(params=["sqlite", "redis"])
async def somewhere(
    request: pytest.FixtureRequest, file: Path
) -> AsyncIterator[tuple[World, Traces]]:
    async def in_files() -> int:
        return sum(path.read_bytes().lower().count(TRACE) for path in file.parent.iterdir())

    if request.param == "sqlite":
        async with open_world(file) as world:
            yield world, in_files
        return
    async with open_redis_world() as (world, prefix), Redis.from_url(shared_url()) as client:

        async def in_keys() -> int:
            found = 0
            async for key in client.scan_iter(f"{prefix}:*"):
                # A dump may be compressed: hashes, which hold the words, are read as they are.
                kept = [key, await client.dump(key) or b""]
                if await client.type(key) == b"hash":
                    kept += (await client.hgetall(key)).values()
                found += sum(bytes(each).lower().count(TRACE) for each in kept)
            return found

        yield world, in_keys


async def test_a_day_is_made_and_forgotten_without_a_trace(
    somewhere: tuple[World, Traces],
) -> None:
    world, traces = somewhere
    await world.say(CAT)
    secret = await world.say(HIDDEN)
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    kinds = {kind for kind, _ in await world.notes(IN_PRIVATE)}
    assert kinds == set(Kind) - {Kind.TURN}
    assert await traces() > 0

    forgetting = world.companion.forgetting
    await forgetting.carry_out(await forgetting.plan(IN_PRIVATE, [secret]), at_once=True)
    assert await traces() == 0
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    assert await traces() == 0
    assert {kind for kind, _ in await world.notes(IN_PRIVATE)} == kinds


async def test_a_forget_in_the_middle_of_a_job_leaves_no_trace(
    somewhere: tuple[World, Traces],
) -> None:
    world, traces = somewhere
    await world.say(CAT)
    secret = await world.say(HIDDEN)
    forgetting = world.companion.forgetting

    async def forget_meanwhile() -> None:
        await forgetting.carry_out(await forgetting.plan(IN_PRIVATE, [secret]), at_once=True)

    world.model.after_summary = forget_meanwhile
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    assert await traces() == 0
    assert await world.notes(IN_PRIVATE)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("I moved from Berlin to Kyoto.", "I moved from Kyoto to Berlin."),
        ("My account stands at 500.", "My account stands at -500."),
        ("我从柏林搬到了京都。", "我从京都搬到了柏林。"),
        ("Ana le debe dinero a Luis.", "Luis le debe dinero a Ana."),
    ],
)
async def test_the_same_words_in_another_order_are_another_fact(
    somewhere: tuple[World, Traces], first: str, second: str
) -> None:
    world, _ = somewhere
    for said in (first, second, second):
        await world.say(said)
        assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
        world.clock.advance(DAY)
    facts = await world.notes(IN_PRIVATE, Kind.FACT)
    assert sorted(len(fact.sources) for fact in facts.values()) == [1, 2]
