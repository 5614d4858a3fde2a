"""Of a model that is not known, nobody sees a word that may be a thought; and it stays known."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from brain.errors import GeneratorError, PromptTooLong, StoreUnavailable
from brain.generators.openai import OpenAIGenerator
from brain.generators.openai_memory import OWNER, ServerMemory
from brain.messages import ChatMessage
from brain.ports import Replacement
from storage.sqlite.store import SqliteStore
from tests.brain.generators.openai_server import Answer, OpenAIServer, delta, error, reply, serving

PROMPT = [ChatMessage("user", "Hi")]
OPENED = reply("secret ", "thing", "</think>", "Hello ", "Ann")
"""The chat template opened the thoughts in the prompt."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "memories.db")
    yield opened
    await opened.close()


async def pieces(
    server: OpenAIServer,
    *answers: Answer,
    memory: ServerMemory | None = None,
    **options: Any,  # noqa: ANN401
) -> list[list[str]]:
    """The pieces of one reply after the other, of one process."""
    server.answers.extend(answers)
    settings: dict[str, Any] = {"model": "tiny", "context_tokens": 4_096, "reply_tokens": 100}
    client = OpenAIGenerator(
        **{**settings, **options}, max_retries=0, base_url=server.base_url, server=memory
    )
    async with aclosing(client):
        return [[piece async for piece in client.stream(PROMPT)] for _ in answers]


async def process(store: SqliteStore, server: OpenAIServer) -> ServerMemory:
    """What a process knows at its start."""
    return await ServerMemory(store.values, address=server.base_url).recall()


async def test_no_thought_is_shown_whatever_the_name_of_the_model(server: OpenAIServer) -> None:
    shown = await pieces(server, OPENED, OPENED, OPENED)
    assert ["".join(reply) for reply in shown] == ["Hello Ann"] * 3
    assert not any(isinstance(piece, Replacement) for reply in shown for piece in reply)


async def test_nor_of_one_that_is_asked_not_to_think_and_does(server: OpenAIServer) -> None:
    [shown] = await pieces(server, OPENED, thinking="off")
    assert "".join(shown) == "Hello Ann"
    assert not any(isinstance(piece, Replacement) for piece in shown)


async def test_the_first_reply_comes_whole_and_the_others_as_they_are_written(
    server: OpenAIServer,
) -> None:
    plain = reply("Hel", "lo")
    assert await pieces(server, plain, plain) == [["Hello"], ["Hel", "lo"]]


async def test_thoughts_that_a_word_opens_and_nothing_ends_are_asked_for_no_more(
    server: OpenAIServer,
) -> None:
    """Gemma 4 where the server drops the special tokens around its thoughts."""
    thought = reply("thought\n", "The user says hi. ", "I should reply kindly.")
    empty = reply("thou", "ght\n", "Hello ", "Ann")
    server.answers += [thought, empty, empty]
    client = OpenAIGenerator(
        model="tiny",
        context_tokens=4_096,
        reply_tokens=100,
        max_retries=0,
        base_url=server.base_url,
    )
    async with aclosing(client):
        for _ in range(2):
            shown = ""
            async for piece in client.stream(PROMPT):
                shown = piece if isinstance(piece, Replacement) else shown + piece
            assert shown == "Hello Ann"
    assert server.requests[0] != server.requests[1], "asked once more, and not to think"


async def test_a_mark_or_a_field_of_thoughts_ends_the_waiting(server: OpenAIServer) -> None:
    marked = reply("<think>", "secret", "</think>", "Hel", "lo")
    assert await pieces(server, marked) == [["Hel", "lo"]]


async def test_what_reached_its_limit_tells_nothing_of_the_next_one(server: OpenAIServer) -> None:
    cut = reply("Once", " upon", finish="length")
    shown = await pieces(server, cut, OPENED)
    assert shown[0][0] == "Once upon"
    assert "".join(shown[1]) == "Hello Ann"
    assert not any(isinstance(piece, Replacement) for piece in shown[1])


async def test_the_next_process_knows_what_this_one_learnt(
    server: OpenAIServer, store: SqliteStore
) -> None:
    plain = reply("Hel", "lo")
    refused = error(400, "unknown field: stream_options")
    server.answers.append(refused)
    assert await pieces(server, plain, memory=await process(store, server)) == [["Hello"]]
    before = len(server.requests)
    assert before == 2
    assert await pieces(server, plain, memory=await process(store, server)) == [["Hel", "lo"]]
    assert len(server.requests) == before + 1, "what was refused is not asked for again"
    shown = await pieces(server, OPENED, model="other", memory=await process(store, server))
    assert ["".join(each) for each in shown] == ["Hello Ann"]
    # A model that was seen to think unmarked is held back until its mark, then shown at once.
    again = await pieces(server, OPENED, model="other", memory=await process(store, server))
    assert again == [["Hello ", "Ann"]]


async def test_how_long_a_prompt_may_be_is_known_as_well(
    server: OpenAIServer, store: SqliteStore
) -> None:
    settings: dict[str, Any] = {"model": "tiny", "context_tokens": 9_000, "reply_tokens": 100}
    long, short = ([ChatMessage("user", "one " * count)] for count in (4_000, 400))

    async def client() -> OpenAIGenerator:
        memory = await process(store, server)
        return OpenAIGenerator(**settings, base_url=server.base_url, max_retries=0, server=memory)

    server.answers += [error(400, "prompt exceeds the context"), reply("Hello")]
    async with aclosing(await client()) as first:
        with pytest.raises(PromptTooLong):
            await anext(first.stream(long))
        assert first.context_tokens == 9_000
        assert [piece async for piece in first.stream(short)] == ["Hello"]
        half = first.count_tokens(long[0].content) // 2
        assert first.context_tokens == half + 100
    async with aclosing(await client()) as second:
        assert second.context_tokens == half + 100
        server.answers += [error(400, "prompt exceeds the context"), reply("Hello")]
        with pytest.raises(PromptTooLong):
            await anext(second.stream([ChatMessage("user", "one " * 2_000)]))
        assert [piece async for piece in second.stream(short)] == ["Hello"]
        assert second.context_tokens < half


async def test_no_limit_is_learnt_from_a_refusal_for_another_reason(server: OpenAIServer) -> None:
    settings: dict[str, Any] = {"model": "tiny", "context_tokens": 9_000, "reply_tokens": 100}
    server.answers += [*[error(400, "content policy")] * 9]
    client = OpenAIGenerator(**settings, base_url=server.base_url, max_retries=0)
    async with aclosing(client):
        with pytest.raises(GeneratorError):
            await anext(client.stream([ChatMessage("user", "one " * 4_000)]))
        server.answers.clear()
        server.answers.append(reply("Hello"))
        assert [piece async for piece in client.stream(PROMPT)] == ["Hello"]
        assert client.context_tokens == 9_000


async def test_another_server_is_not_taken_for_the_known_one(
    server: OpenAIServer, store: SqliteStore
) -> None:
    plain = reply("Hel", "lo")
    await pieces(server, plain, memory=await process(store, server))
    async with serving() as other:
        assert await pieces(other, plain, memory=await process(store, other)) == [["Hello"]]


class Word(BaseModel):
    word: str


async def test_a_filled_form_tells_nothing_of_replies(server: OpenAIServer) -> None:
    memory = ServerMemory()
    client = OpenAIGenerator(
        model="tiny",
        base_url=server.base_url,
        context_tokens=4_096,
        reply_tokens=100,
        server=memory,
    )
    server.answers.append(reply('{"word": "x"}'))
    async with aclosing(client):
        assert await client.fill(PROMPT, Word) == Word(word="x")
    assert not memory.traits.known


@pytest.mark.parametrize(
    "kept", ["", "nonsense", "[]", "null", '{"known": 3}', '{"known": [[1]]}', '{"changes": ["x"]}']
)
async def test_what_another_version_wrote_does_no_harm(
    kept: str, server: OpenAIServer, store: SqliteStore
) -> None:
    name = (await process(store, server))._name
    await store.values.set(OWNER, name, kept)
    memory = await process(store, server)
    assert not memory.traits.known
    assert not memory.traits.changes
    assert await pieces(server, reply("Hi"), memory=memory) == [["Hi"]]
    [written] = (await store.values.get(OWNER)).values()
    assert json.loads(written)["known"] == [["tiny", False]]


async def test_a_store_that_is_away_costs_no_reply(
    server: OpenAIServer, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable(reason="x")

    with monkeypatch.context() as patch:
        patch.setattr(store.values, "get", away)
        patch.setattr(store.values, "set", away)
        memory = await process(store, server)
        assert await pieces(server, reply("Hi"), memory=memory) == [["Hi"]]
    await memory.keep()
    assert len(await store.values.get(OWNER)) == 1


async def test_words_are_kept_back_until_the_connection_is_over(server: OpenAIServer) -> None:
    half = Answer(events=[delta("secret "), delta("thing")], then="cut")
    with pytest.raises(GeneratorError, match="came to no end"):
        await pieces(server, half)
