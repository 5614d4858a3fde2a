"""Redis goes away under a running companion, and comes back: no turn is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from brain.clock import SystemClock
from brain.companion import Companion
from brain.errors import StoreError
from brain.ids import MessageId, PersonId, PlaceId
from brain.memory.retention import COMPANION
from brain.messages import Incoming, Person, Place, Scope
from storage.redis.connection import Connection
from storage.redis.store import RedisStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.factories import DIMENSIONS
from tests.pauses import Pauses
from tests.redis_server import RedisServer
from tests.storage.redis.conftest import opened

TALKERS = 6
BEFORE, AFTER = 60, 30
"""Turns of all together, before Redis is killed and while it is away."""
NOTICED_S = 60
"""The longest that catching up may take, in seconds."""
IMPATIENT_S = 0.2
"""The store's timeout while Redis hangs, in seconds; it hangs for longer."""


class Bot:
    """A companion over one Redis, and how it waits."""

    def __init__(self, store: RedisStore) -> None:
        self.store = store
        self.pauses = Pauses()
        self.without_memory = 0
        self.companion = Companion(
            store=store,
            embedder=HashEmbedder(dimensions=DIMENSIONS),
            generator=ScriptedGenerator(["I ", "see."]),
            clock=SystemClock(),
            curve=COMPANION,
            persona=str,
            pause=self.pauses,
        )

    async def say(self, talker: int, number: int) -> None:
        incoming = Incoming(
            id=MessageId(str(number)),
            person=person(talker),
            place=place(talker),
            text=f"Number {number}.",
        )
        async with self.companion.turn(incoming) as turn:
            async for _ in turn:
                pass
        assert turn.complete
        self.without_memory += turn.without_memory

    async def notice(self) -> None:
        """Let it look for Redis, as often as it takes, and write what waits."""
        catching_up = self.companion._ledger._outage._catching_up
        assert catching_up is not None
        async with asyncio.timeout(NOTICED_S):
            while not catching_up.done():
                pause = asyncio.create_task(self.pauses.end())
                await asyncio.wait({pause, catching_up}, return_when=asyncio.FIRST_COMPLETED)
                pause.cancel()
                await asyncio.gather(pause, return_exceptions=True)

    async def told(self, talker: int) -> list[tuple[str, str | None]]:
        scope = Scope.of(person(talker), place(talker))
        turns = (await self.store.conversation(scope, place(talker).id, limit=1_000)).recent
        return [(turn.text, turn.reply) for turn in turns]


def person(talker: int) -> Person:
    return Person(PersonId(f"discord:{talker}"), f"Talker {talker}")


def place(talker: int) -> Place:
    return Place(PlaceId(f"discord:dm-{talker}"), private=True)


def said(number: int) -> list[tuple[str, str | None]]:
    return [(f"Number {n}.", "I see.") for n in range(number)]


@pytest.fixture
async def bot(durable: RedisServer) -> AsyncIterator[Bot]:
    store = await opened(durable.url)
    bot = Bot(store)
    yield bot
    await bot.companion.drain()
    await store.close()


async def test_a_kill_in_mid_stream_costs_no_acknowledged_turn(
    durable: RedisServer, bot: Bot
) -> None:
    acknowledged = [0] * TALKERS

    async def talk(talker: int) -> None:
        for number in range((BEFORE + AFTER) // TALKERS):
            await bot.say(talker, number)
            acknowledged[talker] += 1
            if sum(acknowledged) == BEFORE:
                durable.kill()

    await asyncio.gather(*(talk(talker) for talker in range(TALKERS)))
    assert bot.without_memory > 0
    durable.start()
    await bot.notice()
    for talker, number in enumerate(acknowledged):
        assert await bot.told(talker) == said(number)
    assert await bot.store.unembedded(limit=9) == ()
    before = bot.without_memory
    await bot.say(0, 1_000)
    assert bot.without_memory == before


async def test_a_redis_that_hangs_longer_than_it_may_is_caught_up_with(
    durable: RedisServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.say(0, 0)
    impatient = Connection(durable.url, keys=bot.store._db.keys, timeout_s=IMPATIENT_S)
    with suppress(StoreError):
        # So that it has a connection open before.
        await impatient.send("PING")
    durable.freeze()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(bot.store, "_db", impatient)
            for number in range(1, 4):
                await bot.say(0, number)
        assert bot.without_memory == 3
    finally:
        durable.thaw()
        await impatient.close()
    await bot.notice()
    assert await bot.told(0) == said(4)
    await bot.say(0, 4)
    assert bot.without_memory == 3
    assert await bot.told(0) == said(5)


async def test_a_bot_that_is_shut_down_when_redis_is_back_writes_what_waits(
    durable: RedisServer, bot: Bot
) -> None:
    await bot.say(0, 0)
    durable.kill()
    await bot.say(0, 1)
    durable.start()
    await bot.companion.drain()
    assert await bot.told(0) == said(2)
