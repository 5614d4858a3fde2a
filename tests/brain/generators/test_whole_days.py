"""Whole days with a model that thinks: nothing of it is kept, told again or summarised."""

from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from brain.clock import ManualClock
from brain.companion import Companion
from brain.generators.openai import OpenAIGenerator
from brain.ids import MessageId
from brain.memory.record import Kind
from brain.memory.retention import COMPANION
from brain.messages import Incoming
from storage.sqlite.store import SqliteStore
from tests.brain.generators.openai_server import Answer, OpenAIServer, delta, reply
from tests.brain.generators.servers import DONE, THOUGHT, Request, thought
from tests.doubles import HashEmbedder
from tests.factories import ANNA, ANNAS_DM, IN_PRIVATE, NOON
from tests.pauses import Pauses

WORDS = "- Anna has a cat called Mango that fears thunder."


def unmarked(asked: Request) -> Answer:
    """Knows no schemas, and thinks before all that it writes, without an opening mark."""
    if "schema" in str(asked["messages"]):
        fact = (
            '{"facts": [{"statement": "Anna has a cat called Mango.", "lines": [1], "replaces": [],'
            ' "same_as": null, "importance": 5}], "ratings": [],}'
        )
        return reply(f"{THOUGHT} {{}}\n</think>\n```json\n{fact}\n```")
    if "response_format" in asked:
        return Answer(status=400, body={"error": "?"})
    return reply(THOUGHT, "\n</think>\n\n", WORDS)


def apart(asked: Request) -> Answer:
    """The same in a field of its own."""
    if "response_format" in asked:
        return Answer(status=400, body={"error": "?"})
    return Answer(events=[thought(THOUGHT), delta(WORDS, finish="stop"), DONE])


@pytest.mark.parametrize("plays", [unmarked, apart])
async def test_a_thought_is_in_no_memory_no_prompt_and_no_summary(
    server: OpenAIServer,
    tmp_path: Path,
    plays: Any,  # noqa: ANN401
) -> None:
    server.answer_by = plays
    clock, embedder = ManualClock(NOON), HashEmbedder()
    store = await SqliteStore.open(tmp_path / "memories.db", clock=clock)
    await store.check_embedder(
        curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
    )
    model = OpenAIGenerator(
        model="tiny",
        base_url=server.base_url,
        context_tokens=8_192,
        reply_tokens=512,
        max_retries=0,
    )
    async with aclosing(model):
        companion = Companion(
            store=store,
            embedder=embedder,
            generator=model,
            clock=clock,
            curve=COMPANION,
            persona=lambda _: "You are kind.",
            pause=Pauses(),
        )
        for number in range(3):
            text = f"My cat is called Mango and fears thunder ({number})."
            message = Incoming(id=MessageId(str(number)), person=ANNA, place=ANNAS_DM, text=text)
            async with companion.turn(message) as turn:
                async for _ in turn:
                    pass
            assert turn.words == WORDS
        clock.advance(timedelta(days=1))
        assert (await companion.consolidator.run()).days == 1
        await companion.drain()
    kept = (await store.page(IN_PRIVATE, limit=500, kinds=set(Kind))).memories
    await store.close()
    kinds = {memory.kind for memory in kept}
    assert {Kind.TURN, Kind.DAY, Kind.HISTORY, Kind.PORTRAIT} <= kinds
    assert (Kind.FACT in kinds) is (plays is unmarked), "its facts are found in words"
    said = [memory.text + (memory.reply or "") for memory in kept]
    assert not any(THOUGHT in text or "think>" in text for text in said)
    assert THOUGHT not in str([sent["messages"] for sent in server.requests])
