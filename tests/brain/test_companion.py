"""One turn: recall, compose, generate, remember, reinforce. On the real SQLite store."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from brain.clock import ManualClock
from brain.companion import Companion
from brain.errors import (
    AlreadyAnswered,
    EmbedderError,
    EmptyMessage,
    GeneratorUnreachable,
    PromptTooLong,
)
from brain.ids import MessageId, PlaceId
from brain.memory.record import Memory, Vector
from brain.memory.reinforcement import whole_gain
from brain.memory.retention import COMPANION
from brain.messages import Incoming, Person, Place, Scope
from brain.turns.turn import Turn
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.factories import ANNA, ANNAS_DM, BEN, BENS_DM, CAFE, DAY, IN_PRIVATE, NOON, memory

CAT = "My cat is called Mango and she fears thunder"


class Bench:
    """A companion with its parts in reach."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.clock = ManualClock(NOON)
        self.embedder = HashEmbedder()
        self.numbers = iter(range(10**6))
        self.says()

    def says(self, *scripts: list[str | Exception | asyncio.Event]) -> None:
        self.generator = ScriptedGenerator(*scripts)
        self.companion = Companion(
            store=self.store,
            embedder=self.embedder,
            generator=self.generator,
            clock=self.clock,
            curve=COMPANION,
            persona=lambda language: f"A friend ({language}).",
        )

    def incoming(
        self,
        text: str,
        *,
        person: Person = ANNA,
        place: Place = ANNAS_DM,
        number: int | None = None,
    ) -> Incoming:
        number = next(self.numbers) if number is None else number
        return Incoming(id=MessageId(str(number)), person=person, place=place, text=text)

    async def say(self, text: str, *, person: Person = ANNA, place: Place = ANNAS_DM) -> Turn:
        return await self.hear(self.incoming(text, person=person, place=place))

    async def hear(self, incoming: Incoming) -> Turn:
        async with self.companion.turn(incoming) as turn:
            async for _ in turn:
                pass
        return turn

    async def memories(self, scope: Scope = IN_PRIVATE) -> tuple[Memory, ...]:
        return (await self.store.page(scope, limit=100)).memories


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = await SqliteStore.open(tmp_path / "memories.db")
    embedder = HashEmbedder()
    await store.check_embedder(
        curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
    )
    bench = Bench(store)
    yield bench
    await bench.companion.drain()
    await store.close()


async def test_what_was_said_is_known_three_days_later_and_stronger(bench: Bench) -> None:
    bench.says(["Mango! ", "A lovely name."], ["She is called Mango."])
    await bench.say(CAT)
    [before] = await bench.memories()
    assert (before.text, before.reply) == (CAT, "Mango! A lovely name.")
    bench.clock.advance(3 * DAY)
    turn = await bench.say("What is my cat called?")
    assert turn.prompt.recent == ()
    assert [recalled.memory.id for recalled in turn.given] == [before.id]
    assert "(3 days ago): they said “My cat" in bench.generator.asked[-1][0].content
    [after] = await bench.store.get(IN_PRIVATE, [before.id])
    # It was asked for again, so that it gains all that a recall after three days does.
    gain = whole_gain(before, now=bench.clock.now(), curve=COMPANION)
    assert after.strength == pytest.approx(before.strength + gain.days)
    assert after.last_recalled == bench.clock.now()
    assert after.fades_at > before.fades_at


async def test_the_same_in_chinese(bench: Bench) -> None:
    bench.says(["芒果，真好听。"], ["她叫芒果。"])
    await bench.say("我的猫叫芒果，她怕打雷")
    bench.clock.advance(3 * DAY)
    turn = await bench.say("我的猫叫什么名字？")
    [recalled] = turn.given
    assert recalled.memory.language == "zh"
    system = bench.generator.asked[-1][0].content
    assert system.startswith("A friend (zh).")
    assert "（3天前）：对方说“我的猫叫芒果，她怕打雷”" in system


async def test_recent_turns_are_conversation_and_not_recalled_twice(bench: Bench) -> None:
    await bench.say(CAT)
    turn = await bench.say("What is my cat called?")
    assert turn.given == ()
    assert [message.content for message in turn.prompt.messages[1:]] == [
        CAT,
        "I see.",
        "What is my cat called?",
    ]
    [_, cat] = await bench.memories()
    assert cat.recalls == 0


async def test_only_memories_that_the_reply_was_given_and_used_are_reinforced(
    bench: Bench,
) -> None:
    bench.says(["Fine."], ["Fine."], ["Fine."], ["Fine."], ["It sleeps and eats in a basket."])
    for fact in ("The cat sleeps.", "The cat eats.", "The cat is ill.", "A basket is fine."):
        await bench.say(fact)
    bench.clock.advance(3 * DAY)
    bench.companion.options = replace(bench.companion.options, recall_count=3)
    turn = await bench.say("Tell me about the cat")
    assert {one.memory.text for one in turn.given} == {
        "The cat sleeps.",
        "The cat eats.",
        "The cat is ill.",
    }
    assert {memory.text for memory in await bench.memories() if memory.recalls} == {
        "The cat sleeps.",
        "The cat eats.",
    }


async def test_a_reply_that_fails_leaves_the_message_and_nothing_else(bench: Bench) -> None:
    bench.says(["fine"], ["half a re", GeneratorUnreachable(address="nowhere")], ["back"])
    await bench.say(CAT)
    elsewhere = Place(PlaceId("telegram:dm"), private=True)
    with pytest.raises(GeneratorUnreachable):
        await bench.say("What is my cat called?", place=elsewhere)
    question, cat = await bench.memories()
    assert (question.text, question.reply) == ("What is my cat called?", None)
    assert cat.recalls == 0
    turn = await bench.say("And now?", place=elsewhere)
    # One message of theirs: many chat templates refuse two in a row.
    assert [m.content for m in turn.prompt.messages[1:]] == ["What is my cat called?\n\nAnd now?"]


async def test_a_reply_that_is_cut_off_leaves_the_message_and_stops_the_model(
    bench: Bench,
) -> None:
    never = asyncio.Event()
    bench.says(["half a re", never])
    heard = asyncio.Event()

    async def listen() -> None:
        async with bench.companion.turn(bench.incoming(CAT)) as turn:
            async for _ in turn:
                heard.set()

    task = asyncio.create_task(listen())
    await heard.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await bench.companion.drain()
    [memory] = await bench.memories()
    assert (memory.text, memory.reply) == (CAT, None)
    assert await bench.store.unembedded(limit=9) == ()
    assert bench.generator.closed_early == 1


async def test_leaving_a_turn_before_its_end_drops_the_half_reply(bench: Bench) -> None:
    bench.says(["one ", "two ", "three"])
    async with bench.companion.turn(bench.incoming(CAT)) as turn:
        async for _ in turn:
            break
    [memory] = await bench.memories()
    assert memory.reply is None


async def test_two_messages_at_once_are_answered_in_order(bench: Bench) -> None:
    first_heard, go_on = asyncio.Event(), asyncio.Event()
    bench.says(["one", go_on], ["two"])
    log: list[str] = []

    async def say(text: str) -> None:
        async with bench.companion.turn(bench.incoming(text)) as turn:
            async for piece in turn:
                log.append(piece)
                first_heard.set()

    first = asyncio.create_task(say("first"))
    await first_heard.wait()
    second = asyncio.create_task(say("second"))
    await asyncio.sleep(0)
    assert log == ["one"]
    go_on.set()
    await asyncio.gather(first, second)
    assert log == ["one", "two"]
    asked = bench.generator.asked[1]
    assert [m.content for m in asked[1:]] == ["first", "one", "second"]


async def test_different_people_run_side_by_side(bench: Bench) -> None:
    ben_is_answered, anna_waits = asyncio.Event(), asyncio.Event()
    bench.says(["to Anna, ", ben_is_answered, "at last"], ["to Ben"])

    async def anna() -> None:
        async with bench.companion.turn(bench.incoming("hello there")) as turn:
            async for _ in turn:
                anna_waits.set()
            assert turn.reply == "to Anna, at last"

    task = asyncio.create_task(anna())
    await anna_waits.wait()
    turn = await bench.say("hello there", person=BEN, place=BENS_DM)
    assert turn.reply == "to Ben"
    ben_is_answered.set()
    await task


async def test_the_same_message_twice_is_one_turn(bench: Bench) -> None:
    incoming = bench.incoming(CAT, number=7)
    await bench.hear(incoming)
    with pytest.raises(AlreadyAnswered):
        await bench.hear(incoming)
    assert len(await bench.memories()) == 1


async def test_a_message_whose_answer_was_lost_is_answered_when_it_comes_again(
    bench: Bench,
) -> None:
    bench.says([GeneratorUnreachable(address="x")], ["Now I can."])
    incoming = bench.incoming(CAT, number=7)
    with pytest.raises(GeneratorUnreachable):
        await bench.hear(incoming)
    turn = await bench.hear(incoming)
    assert turn.reply == "Now I can."
    [memory] = await bench.memories()
    assert memory.reply == "Now I can."


async def test_what_was_said_in_private_stays_out_of_a_shared_place(bench: Bench) -> None:
    await bench.say("My secret is Mango the cat")
    turn = await bench.say("What is my secret? Mango? cat?", place=CAFE)
    assert turn.given == ()
    assert "Mango the cat" not in str(bench.generator.asked[-1])
    in_cafe = await bench.say("I like the espresso here", place=CAFE)
    assert in_cafe.prompt.recent
    in_private = await bench.say("Which espresso do I like?")
    assert in_cafe.begun.id in {recalled.memory.id for recalled in in_private.given}


async def test_a_prompt_that_is_too_long_is_tried_again_with_less(bench: Bench) -> None:
    bench.says([PromptTooLong()], [PromptTooLong()], ["It fits."])
    turn = await bench.say("x " * 4_000)
    assert turn.reply == "It fits."
    sizes = [sum(len(m.content) for m in asked) for asked in bench.generator.asked]
    assert sizes[0] > sizes[1] > sizes[2]


async def test_a_model_without_any_room_is_an_error_that_keeps_the_message(bench: Bench) -> None:
    bench.says([PromptTooLong()])
    with pytest.raises(PromptTooLong):
        await bench.say(CAT)
    assert [memory.text for memory in await bench.memories()] == [CAT]


async def test_an_empty_message_keeps_nothing(bench: Bench) -> None:
    with pytest.raises(EmptyMessage):
        await bench.say("  \n ")
    assert await bench.memories() == ()


class BrokenEmbedder(HashEmbedder):
    broken = True

    async def query(self, text: str) -> Vector:
        if self.broken:
            raise EmbedderError(reason="out of order")
        return await super().query(text)

    async def passages(self, texts: list[str]) -> list[Vector]:  # type: ignore[override]
        if self.broken:
            raise EmbedderError(reason="out of order")
        return await super().passages(texts)


async def test_without_an_embedder_it_recalls_by_words_and_upkeep_mends(bench: Bench) -> None:
    bench.embedder = embedder = BrokenEmbedder()
    bench.says(["I see."])
    await bench.say(CAT)
    turn = await bench.say("Is Mango well?", place=Place(PlaceId("telegram:dm"), private=True))
    assert [recalled.memory.text for recalled in turn.given] == [CAT]
    assert len(await bench.store.unembedded(limit=9)) == 2
    embedder.broken = False
    await bench.companion.upkeep()
    assert await bench.store.unembedded(limit=9) == ()


class ChoosyEmbedder(HashEmbedder):
    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        if any("refused" in text for text in texts):
            raise EmbedderError(reason="not that one")
        return await super().passages(texts)


async def test_a_memory_that_cannot_be_embedded_does_not_keep_back_others(bench: Bench) -> None:
    memories = [memory("refused"), memory("tea with lemon")]
    await bench.store.add(memories, [None, None])
    bench.embedder = ChoosyEmbedder()
    bench.says(["I see."])
    await bench.companion.upkeep()
    [(_, left)] = await bench.store.unembedded(limit=9)
    assert left == memories[0].id


async def test_what_was_said_under_a_clock_that_ran_ahead_is_no_recent_turn(bench: Bench) -> None:
    bench.clock.advance(90 * DAY)
    for number in range(9):
        await bench.say(f"a look ahead, number {number}")
    bench.clock.advance(-80 * DAY)
    await bench.say(CAT)
    turn = await bench.say("What is my cat called?")
    assert [recent.text for recent in turn.prompt.recent] == [CAT]


async def test_upkeep_archives_what_is_forgotten_and_erases_after_the_grace(bench: Bench) -> None:
    await bench.say("It rained.")
    [memory] = await bench.memories()
    bench.clock.advance(memory.forgotten_at - NOON + timedelta(seconds=1))
    assert (await bench.companion.upkeep()).archived == 1
    assert await bench.memories() == ()
    assert (await bench.companion.upkeep()).archived == 0
    bench.clock.advance(timedelta(days=COMPANION.grace, seconds=1))
    assert (await bench.companion.upkeep()).erased == 1
    assert await bench.store.get(IN_PRIVATE, [memory.id]) == ()


async def test_a_faded_memory_is_not_recalled(bench: Bench) -> None:
    await bench.say(CAT)
    [memory] = await bench.memories()
    bench.clock.advance(memory.fades_at - NOON + timedelta(seconds=1))
    turn = await bench.say(
        "What is my cat called?", place=Place(PlaceId("telegram:dm"), private=True)
    )
    assert turn.given == ()


async def test_the_words_of_the_reply_are_stored_without_control_characters(bench: Bench) -> None:
    bench.says(["be\x07ep \ud83d\x00"])
    await bench.say(CAT)
    [memory] = await bench.memories()
    assert memory.reply == "beep"
