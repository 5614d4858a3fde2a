"""Answers without end: what is read of them, and when it is over."""

import gzip
import json
import tracemalloc
from contextlib import aclosing, suppress
from typing import Any

import pytest

from brain.errors import GeneratorError, GeneratorRefused, GeneratorUnreachable
from brain.generators.openai import OpenAIGenerator
from brain.generators.openai_client import MOST_ERROR_BYTES
from brain.messages import ChatMessage
from brain.ports import Limited
from tests.brain.generators.openai_server import Answer, OpenAIServer, delta, event
from tests.brain.generators.servers import THOUGHT, thought

PROMPT = [ChatMessage("user", "Hi")]
MEGABYTE = 1_000_000


async def answer(server: OpenAIServer, played: Answer, **options: Any) -> list[str]:  # noqa: ANN401
    server.answers.append(played)
    settings: dict[str, Any] = {"context_tokens": 4_096, "reply_tokens": 100, "max_retries": 0}
    client = OpenAIGenerator(model="tiny", base_url=server.base_url, **{**settings, **options})
    async with aclosing(client):
        return [piece async for piece in client.stream(PROMPT)]


async def test_a_reply_without_end_is_cut_off_at_its_limit(server: OpenAIServer) -> None:
    pieces = await answer(server, Answer(events=[delta("more and more ")], then="flood"))
    assert isinstance(pieces[-1], Limited)
    assert 4_000 < len("".join(pieces)) < 5_000
    await server.abandoned.wait()


FLOODS = {
    "thoughts in their field": [thought(THOUGHT)],
    "thoughts in the text": [delta("<think>"), delta(THOUGHT)],
    "white space": [delta(" \n")],
}


@pytest.mark.parametrize("kind", FLOODS)
async def test_thoughts_without_end_are_stopped(server: OpenAIServer, kind: str) -> None:
    with pytest.raises(GeneratorRefused):
        await answer(server, Answer(events=FLOODS[kind], then="flood"))


ENDLESS = {
    "one line": Answer(events=[b"data: " + b"a" * MEGABYTE, b"a" * MEGABYTE], then="flood"),
    "one object": Answer(events=[b'{"choices": [', b'{"a": 1},\n' * 50_000], then="flood"),
    "a text in one object": Answer(events=[b'{"error": "', b"a" * MEGABYTE], then="flood"),
    "events that say nothing": Answer(events=[event({"a": 1}) * 10_000], then="flood"),
    "comments": Answer(events=[b": ping\n\n" * 20_000], then="flood"),
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_an_answer_without_end_is_told_as_such(server: OpenAIServer, kind: str) -> None:
    with pytest.raises(GeneratorRefused, match="has no end"):
        await answer(server, ENDLESS[kind])
    await server.abandoned.wait()


def bomb(body: bytes, *, status: int = 200, encoding: str = "gzip") -> Answer:
    packed = gzip.compress(body, compresslevel=1)
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    return Answer(status=status, raw=packed, headers=headers)


async def test_an_answer_that_unfolds_a_thousandfold_is_stopped(server: OpenAIServer) -> None:
    with pytest.raises(GeneratorRefused, match="has no end"):
        await answer(server, bomb(b'{"choices": [{"message": {"content": "' + b"a" * 30 * MEGABYTE))
    assert server.headers[0]["Accept-Encoding"] == "identity"


LARGE = {
    "a gzip body of 300 MB": lambda: bomb(b'{"a": "' + b"a" * 300 * MEGABYTE),
    "the same of an error": lambda: bomb(b'{"a": "' + b"a" * 300 * MEGABYTE, status=500),
    "one line of 50 MB": lambda: Answer(
        raw=b"data: " + b"a" * 50 * MEGABYTE, headers={"Content-Type": "text/event-stream"}
    ),
    "a reply of 50 MB": lambda: Answer(
        raw=delta("more and more ") * (50 * MEGABYTE // len(delta("more and more "))),
        headers={"Content-Type": "text/event-stream"},
    ),
}


@pytest.mark.parametrize("kind", LARGE)
async def test_a_large_answer_takes_little_memory(server: OpenAIServer, kind: str) -> None:
    played = LARGE[kind]()
    tracemalloc.start()
    try:
        with suppress(GeneratorError):
            await answer(server, played)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The server is in this process, and the transport copies what is still to be sent.
    most -= len(played.raw or b"")
    assert most < 100 * MEGABYTE


async def test_so_is_an_error(server: OpenAIServer) -> None:
    body = b'{"error": "' + b"a" * 30 * MEGABYTE
    assert len(body) > MOST_ERROR_BYTES
    with pytest.raises(GeneratorRefused, match="key was not accepted"):
        await answer(server, bomb(body, status=401))


async def test_an_answer_that_is_compressed_all_the_same_is_read(server: OpenAIServer) -> None:
    body = {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}
    assert await answer(server, bomb(json.dumps(body).encode())) == ["Hi"]


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_an_answer_that_cannot_be_unpacked_is_no_reply(
    server: OpenAIServer, encoding: str
) -> None:
    packed = Answer(raw=b"\x00\x01\x02", headers={"Content-Encoding": encoding})
    with pytest.raises(GeneratorRefused, match="no chat reply"):
        await answer(server, packed)


@pytest.mark.parametrize(
    "events",
    [[delta("a")], [b": ping\n\n"], [thought(THOUGHT)]],
    ids=["words", "pings", "thoughts"],
)
async def test_an_answer_that_takes_too_long_is_given_up(
    server: OpenAIServer, events: list[bytes]
) -> None:
    drip = Answer(events=events, then="flood", every_s=0.02)
    with pytest.raises(GeneratorUnreachable):
        await answer(server, drip, longest_s=0.2)
    await server.abandoned.wait()


async def test_so_is_an_object_that_comes_byte_by_byte(server: OpenAIServer) -> None:
    with pytest.raises(GeneratorError):
        await answer(server, Answer(events=[b"{"], then="flood", every_s=0.02), longest_s=0.2)
