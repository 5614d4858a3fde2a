"""The store goes away and comes back, under a running companion. On the real SQLite store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import apsw
import pytest

from brain.clock import ManualClock
from brain.companion import Companion
from brain.errors import (
    AlreadyAnswered,
    GeneratorUnreachable,
    StoreError,
    StoreMisconfigured,
    StoreUnavailable,
)
from brain.ids import MessageId
from brain.memory.retention import COMPANION
from brain.messages import Incoming
from brain.turns.options import TurnOptions
from brain.turns.outage import FIRST_TRY_S, LAST_TRY_S, WAITING, Outage
from brain.turns.turn import Turn
from storage.sqlite.connection import Connections
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.factories import ANNA, ANNAS_DM, DAY, IN_PRIVATE, MINUTE, NOON
from tests.pauses import Pauses

Result = TypeVar("Result")
CAT = "My cat is called Mango"


class Cable(Connections):
    """To the database; it can be pulled out."""

    is_out = False
    error: StoreError = StoreUnavailable(reason="unplugged")
    left: int | None = None
    """How many reads and writes there are until somebody pulls it out; None: nobody does."""

    async def write(
        self, work: Callable[[apsw.Connection], Result], *, durable: bool = True
    ) -> Result:
        self._check()
        return await super().write(work, durable=durable)

    async def read(
        self, work: Callable[[apsw.Connection], Result], *, slow: bool = False
    ) -> Result:
        self._check()
        return await super().read(work, slow=slow)

    def _check(self) -> None:
        if self.left is not None:
            self.is_out = self.left == 0
            self.left = max(0, self.left - 1)
        if self.is_out:
            raise self.error

    def plug_in(self) -> None:
        self.is_out, self.left = False, None


class Bench:
    """A companion, the cable to its memories, and its waiting."""

    def __init__(self, cable: Cable) -> None:
        self.cable = cable
        self.store = SqliteStore(cable)
        self.clock = ManualClock(NOON)
        self.pauses = Pauses()
        self.numbers = iter(range(10**6))
        self.says()

    def says(
        self,
        *scripts: list[str | Exception | asyncio.Event],
        options: TurnOptions | None = None,
    ) -> None:
        self.generator = ScriptedGenerator(*scripts)
        self.companion = Companion(
            store=self.store,
            embedder=HashEmbedder(),
            generator=self.generator,
            clock=self.clock,
            curve=COMPANION,
            persona=lambda language: f"A friend ({language}).",
            options=options,
            pause=self.pauses,
        )

    async def say(self, text: str, *, number: int | None = None) -> Turn:
        async with self.companion.turn(self.incoming(text, number=number)) as turn:
            async for _ in turn:
                pass
        return turn

    def incoming(self, text: str, *, number: int | None = None) -> Incoming:
        self.clock.advance(MINUTE)
        number = next(self.numbers) if number is None else number
        return Incoming(id=MessageId(str(number)), person=ANNA, place=ANNAS_DM, text=text)

    async def told(self) -> list[tuple[str, str | None]]:
        memories = (await self.store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=2_000)).recent
        return [(memory.text, memory.reply) for memory in memories]

    @property
    def outage(self) -> Outage:
        return self.companion._ledger._outage

    async def come_back(self) -> None:
        """Plug it in, and let the companion notice."""
        self.cable.plug_in()
        await self.pauses.end(FIRST_TRY_S)
        assert self.outage._catching_up is not None
        await self.outage._catching_up


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    cable = Cable(tmp_path / "memories.db")
    await cable.open()
    bench = Bench(cable)
    await bench.store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    yield bench
    cable.plug_in()
    await bench.companion.drain()
    await bench.store.close()


async def test_without_a_store_the_message_alone_is_answered_and_written_later(
    bench: Bench,
) -> None:
    bench.says(["Mango!"], ["One."], ["Two."], ["Three."])
    assert not (await bench.say(CAT)).without_memory
    bench.cable.is_out = True
    first = await bench.say("What is my cat called?")
    assert (first.without_memory, first.given, first.prompt.recent) == (True, (), ())
    assert [m.content for m in bench.generator.asked[-1][1:]] == ["What is my cat called?"]
    assert bench.generator.asked[-1][0].content.startswith("A friend (en).")
    assert (await bench.say("Are you well?")).without_memory
    await bench.come_back()
    assert await bench.told() == [
        (CAT, "Mango!"),
        ("What is my cat called?", "One."),
        ("Are you well?", "Two."),
    ]
    assert await bench.store.unembedded(limit=9) == ()
    last = await bench.say("And now?")
    assert not last.without_memory
    assert len(last.prompt.recent) == 3


@pytest.mark.parametrize("calls", range(9))
async def test_wherever_in_a_turn_the_store_goes_nothing_is_lost(bench: Bench, calls: int) -> None:
    await bench.say(CAT)
    bench.clock.advance(DAY)
    bench.cable.left = calls
    turn = await bench.say("What is my cat called?")
    assert turn.reply == "I see."
    if bench.outage.error is not None:
        await bench.come_back()
    bench.cable.plug_in()
    assert await bench.told() == [(CAT, "I see."), ("What is my cat called?", "I see.")]
    again = await bench.say("And the dog?")
    assert not again.without_memory


async def test_a_store_that_goes_while_a_reply_is_spoken_reinforces_later(bench: Bench) -> None:
    bench.says(["Mango!"], ["She is called ", "Mango."])
    await bench.say(CAT)
    bench.clock.advance(DAY)
    async with bench.companion.turn(bench.incoming("What is my cat called?")) as turn:
        async for _ in turn:
            bench.cable.is_out = True
    assert not turn.without_memory
    assert len(turn.given) == 1
    await bench.come_back()
    cat, question = (await bench.store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=9)).recent
    assert question.reply == "She is called Mango."
    assert (cat.recalls, cat.last_recalled) == (1, bench.clock.now())


async def test_who_was_erased_meanwhile_does_not_come_back(bench: Bench) -> None:
    async with bench.companion.turn(bench.incoming("A secret about my surgery")) as turn:
        async for _ in turn:
            bench.cable.is_out = True
    bench.cable.plug_in()
    assert await bench.store.erase_person(ANNA.id) == 1
    await bench.come_back()
    assert await bench.told() == []
    assert await bench.store.people() == ()


async def test_a_reply_that_fails_while_the_store_is_away_leaves_its_message(bench: Bench) -> None:
    bench.says([GeneratorUnreachable(address="nowhere")], ["Now I can."])
    bench.cable.is_out = True
    with pytest.raises(GeneratorUnreachable):
        await bench.say(CAT, number=7)
    await bench.come_back()
    assert await bench.told() == [(CAT, None)]
    assert (await bench.say(CAT, number=7)).reply == "Now I can."
    assert await bench.told() == [(CAT, "Now I can.")]


async def test_a_message_that_comes_twice_while_the_store_is_away_is_one_turn(
    bench: Bench,
) -> None:
    bench.cable.is_out = True
    await bench.say(CAT, number=7)
    with pytest.raises(AlreadyAnswered):
        await bench.say(CAT, number=7)
    await bench.come_back()
    assert await bench.told() == [(CAT, "I see.")]


async def test_a_store_that_is_away_is_not_asked_by_every_turn(bench: Bench) -> None:
    bench.cable.is_out = True
    await bench.say(CAT)
    bench.cable.left = 1
    for n in range(10):
        assert (await bench.say(f"Number {n}.")).without_memory
    assert bench.cable.left == 1


async def test_it_is_looked_for_more_and_more_rarely(bench: Bench) -> None:
    bench.cable.is_out = True
    await bench.say(CAT)
    for _ in range(6):
        await bench.pauses.end()
    await bench.pauses.begun()
    tries = [seconds for seconds in bench.pauses.asked if seconds >= FIRST_TRY_S]
    assert tries == [0.5, 1.0, 2.0, 4.0, LAST_TRY_S, LAST_TRY_S, LAST_TRY_S]


async def test_with_too_many_waiting_nothing_more_is_promised(bench: Bench) -> None:
    bench.cable.is_out = True
    for n in range(WAITING):
        await bench.say(f"Number {n}.")
    with pytest.raises(StoreUnavailable, match="unplugged"):
        await bench.say("One too many.")
    await bench.come_back()
    assert [text for text, _ in await bench.told()] == [f"Number {n}." for n in range(WAITING)]


async def test_shutting_down_writes_what_waits(bench: Bench) -> None:
    bench.cable.is_out = True
    await bench.say(CAT)
    bench.cable.plug_in()
    await bench.companion.drain()
    assert await bench.told() == [(CAT, "I see.")]


async def test_shutting_down_without_a_store_says_how_much_is_lost_and_not_what(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.cable.is_out = True
    await bench.say(CAT)
    await bench.say("Mango fears thunder")
    await bench.companion.drain()
    assert "Turns that were never written: 2." in caplog.text
    assert "Mango" not in caplog.text


async def test_what_somebody_has_to_set_right_is_not_hidden(bench: Bench) -> None:
    bench.cable.error = StoreMisconfigured(reason="wrong password")
    bench.cable.is_out = True
    with pytest.raises(StoreMisconfigured, match="set right: wrong password"):
        await bench.say(CAT)
    bench.cable.plug_in()
    assert not (await bench.say(CAT)).without_memory


async def test_who_wants_no_answer_without_memory_gets_none(bench: Bench) -> None:
    bench.says(options=TurnOptions(when_store_is_away="refuse"))
    bench.cable.is_out = True
    with pytest.raises(StoreUnavailable):
        await bench.say(CAT)
    assert bench.generator.asked == []
    bench.cable.plug_in()
    assert await bench.told() == []
    await bench.say(CAT)
    bench.cable.left = 5
    with pytest.raises(StoreUnavailable):
        await bench.say("What is my cat called?")
    bench.cable.plug_in()
    await bench.say("And now?")
