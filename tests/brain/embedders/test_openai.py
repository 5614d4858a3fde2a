import base64
import math
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import numpy as np
import pytest

from brain.embedders.openai import BATCH, OpenAIEmbedder
from brain.errors import EmbedderError
from tests.brain.generators.openai_server import Answer, OpenAIServer, error, serving

KEY = "sk-Hush1234567890"


@pytest.fixture
async def server() -> AsyncGenerator[OpenAIServer, None]:
    async with serving() as running:
        yield running


def embedder(server: OpenAIServer, **options: Any) -> OpenAIEmbedder:  # noqa: ANN401
    settings = {"model": "bge-m3", "api_key": KEY, "max_retries": 0}
    return OpenAIEmbedder(base_url=server.base_url, **{**settings, **options})


def vectors(*rows: Sequence[float]) -> Answer:
    data = [
        {"object": "embedding", "index": index, "embedding": row} for index, row in enumerate(rows)
    ]
    # Backwards: the index counts, not the place.
    return Answer(body={"object": "list", "model": "bge-m3", "data": data[::-1]})


async def test_each_text_gets_its_vector_normalised(server: OpenAIServer) -> None:
    server.answers.append(vectors([3, 4], [0, 2]))
    async with aclosing(embedder(server)) as client:
        first, second = await client.passages(["one", "two"])
    np.testing.assert_allclose(first, [0.6, 0.8], rtol=1e-6)
    np.testing.assert_allclose(second, [0, 1])
    assert first.dtype == np.float32
    [sent] = server.requests
    assert sent == {"model": "bge-m3", "input": ["one", "two"], "encoding_format": "float"}
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_a_long_text_is_the_mean_of_its_chunks(server: OpenAIServer) -> None:
    server.answers.append(vectors([1, 0], [0, 1]))
    async with aclosing(embedder(server)) as client:
        vector = await client.query("one two three four. " * 80)
    np.testing.assert_allclose(vector, [0.5**0.5, 0.5**0.5], rtol=1e-6)


async def test_many_texts_go_in_several_requests(server: OpenAIServer) -> None:
    server.answers += [vectors(*[[1, 0]] * BATCH), vectors([0, 1])]
    async with aclosing(embedder(server)) as client:
        found = await client.passages(["text"] * (BATCH + 1))
    assert len(found) == BATCH + 1
    assert found[-1].tolist() == [0, 1]


async def test_no_texts_ask_for_nothing(server: OpenAIServer) -> None:
    async with aclosing(embedder(server)) as client:
        assert await client.passages([]) == []
    assert server.requests == []


async def test_e5_models_see_their_prefixes_on_a_server_too(server: OpenAIServer) -> None:
    server.answers += [vectors([1, 0]), vectors([1, 0])]
    async with aclosing(embedder(server, model="multilingual-e5-large")) as client:
        await client.query("who?")
        await client.passages(["Ada"])
    assert [sent["input"] for sent in server.requests] == [["query: who?"], ["passage: Ada"]]


async def test_the_dimensions_are_known_from_the_start_on(server: OpenAIServer) -> None:
    server.answers.append(vectors([1, 0, 0]))
    async with aclosing(embedder(server)) as client:
        with pytest.raises(RuntimeError):
            _ = client.dimensions
        await client.start()
        assert client.dimensions == 3


async def test_dimensions_that_were_set_are_held_against_the_model_s(server: OpenAIServer) -> None:
    server.answers += [vectors([1, 0, 0]), vectors([1, 0, 0])]
    async with aclosing(embedder(server, dimensions=3)) as client:
        await client.start()
        assert client.dimensions == 3
    async with aclosing(embedder(server, dimensions=5)) as client:
        with pytest.raises(EmbedderError, match="gives vectors of 3 numbers, 5 were expected"):
            await client.start()


async def test_a_server_that_says_nothing_is_given_up(server: OpenAIServer) -> None:
    server.answers.append(Answer(then="hang"))
    async with aclosing(embedder(server, timeout_s=0.05)) as client:
        with pytest.raises(EmbedderError) as caught:
            await client.query("hi")
    assert str(caught.value).startswith("I cannot reach the embedding model at http://127.0.0.1")


async def test_a_passing_fault_is_tried_again(server: OpenAIServer) -> None:
    server.answers += [error(503, "x", headers={"retry-after-ms": "1"}), vectors([1, 0])]
    async with aclosing(embedder(server, max_retries=1)) as client:
        assert (await client.query("hi")).tolist() == [1, 0]


FAULTS = [
    (error(401, KEY), "The key was not accepted."),
    (error(500, KEY), "The server rejected the request (500)."),
    (vectors([1, 0, 0]), "The model bge-m3 gives vectors of 3 numbers, 2 were expected."),
    (vectors([1, 0], [0, 1]), "1 vectors were expected, 2 x 2 came."),
    (vectors([0, 0]), "The model gave a vector without a direction."),
    (vectors(), "1 vectors were expected, 0 came."),
    (Answer(body={"data": [{"index": 0, "embedding": "nonsense"}]}), "what are no vectors."),
    (Answer(body={"data": 1}), "what are no vectors."),
    (Answer(body={}), "what are no vectors."),
    (Answer(body=[]), "what are no vectors."),
    (Answer(events=[b"<html>"]), "what are no vectors. Is /v1 missing from the address?"),
    (Answer(body={"error": {"message": KEY}}), "what are no vectors."),
    (Answer(events=[b"{"], then="cut"), "I cannot reach the embedding model"),
]


@pytest.mark.parametrize(("answer", "reason"), FAULTS)
async def test_every_fault_is_an_embedder_error_without_the_key(
    server: OpenAIServer, answer: Answer, reason: str
) -> None:
    server.answers.append(answer)
    async with aclosing(embedder(server, dimensions=2)) as client:
        with pytest.raises(EmbedderError) as caught:
            await client.query("hi")
    assert reason in str(caught.value)
    assert KEY not in str(caught.value)


def numbered(asked: Mapping[str, Any]) -> list[list[float]]:
    """A vector for each text, which tells the number at its end."""
    numbers = [text.split()[-1] for text in asked["input"]]
    return [[1.0, float(number) if number.isdecimal() else 0.0] for number in numbers]


def shaped(embeddings: Sequence[object], *, indices: Sequence[object] | None = None) -> Answer:
    data: list[dict[str, object]] = [{"embedding": each} for each in embeddings]
    for item, index in zip(data, indices or (), strict=False):
        item["index"] = index
    return Answer(body={"data": data})


def packed(row: Sequence[float]) -> str:
    return base64.b64encode(np.array(row, dtype="<f4").tobytes()).decode()


SHAPES: dict[str, Callable[[list[list[float]]], Answer]] = {
    "no index": shaped,
    "every index 0": lambda rows: shaped(rows, indices=[0] * len(rows)),
    "indices from 1, in any order": lambda rows: shaped(
        rows[::-1], indices=range(len(rows), 0, -1)
    ),
    "an index that is no number": lambda rows: shaped(rows, indices=["a"] * len(rows)),
    "base64 though floats were asked for": lambda rows: shaped([packed(row) for row in rows]),
    "nested (llama.cpp)": lambda rows: shaped([[row] for row in rows]),
    "Ollama's own": lambda rows: Answer(body={"embeddings": rows}),
    "text-embeddings-inference's own": lambda rows: Answer(body=rows),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_vectors_are_read_in_the_order_of_the_texts(server: OpenAIServer, shape: str) -> None:
    server.answer_by = lambda asked: SHAPES[shape](numbered(asked))
    async with aclosing(embedder(server)) as client:
        found = await client.passages([f"text {number}" for number in range(5)])
    assert [round(float(row[1] / row[0])) for row in found] == [0, 1, 2, 3, 4]


LIMITS = {
    # HelloAgents#27 and page-assist#371 quote DashScope and SiliconFlow.
    "DashScope": (10, "Value error, batch size is invalid, it should not be larger than 10."),
    "SiliconFlow": (32, "input batch size 64 > maximum allowed batch size 32"),
    "in no words": (8, "参数错误"),
    "one at a time": (1, "too many inputs"),
}


@pytest.mark.parametrize("kind", LIMITS)
async def test_how_many_texts_a_server_takes_at_a_time_is_learnt(
    server: OpenAIServer, kind: str
) -> None:
    limit, words = LIMITS[kind]

    def limited(asked: Mapping[str, Any]) -> Answer:
        return error(400, words) if len(asked["input"]) > limit else shaped(numbered(asked))

    server.answer_by = limited
    texts = [f"text {number}" for number in range(70)]
    async with aclosing(embedder(server)) as client:
        found = await client.passages(texts)
        tries = len(server.requests)
        await client.passages(texts)
    assert [round(float(row[1] / row[0])) for row in found] == list(range(70))
    assert max(len(sent["input"]) for sent in server.requests[tries:]) == limit
    assert server.requests[-1]["encoding_format"] == "float", "only what was refused is left out"


@pytest.mark.parametrize("words", ["encoding_format: extra fields not permitted", "Bad request"])
async def test_a_server_that_knows_no_formats_is_asked_without(
    server: OpenAIServer, words: str
) -> None:
    def plain(asked: Mapping[str, Any]) -> Answer:
        return error(422, words) if "encoding_format" in asked else shaped(numbered(asked))

    server.answer_by = plain
    async with aclosing(embedder(server)) as client:
        await client.start()
        assert len(await client.passages(["text 1", "text 2"])) == 2
    assert "encoding_format" not in server.requests[-1]
    assert len(server.requests) == 3


async def test_a_server_that_gives_one_vector_whatever_it_is_asked_is_asked_for_one(
    server: OpenAIServer,
) -> None:
    server.answer_by = lambda asked: shaped(numbered(asked)[:1])
    async with aclosing(embedder(server)) as client:
        found = await client.passages(["text 1", "text 2", "text 3"])
    assert [round(float(row[1] / row[0])) for row in found] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["refused", "no numbers"])
async def test_a_text_that_a_server_cannot_embed_costs_few_requests_and_nobody_else_s(
    server: OpenAIServer, kind: str
) -> None:
    """As servers do whose model overflows: 500 for one text, or a vector of NaN."""

    def failing(asked: Mapping[str, Any]) -> Answer:
        rows = numbered(asked)
        if "text 13" not in asked["input"]:
            return shaped(rows)
        if kind == "refused":
            return error(500, "failed to encode response: json: unsupported value: NaN")
        return shaped([[math.nan] * len(row) for row in rows])

    server.answer_by = failing
    texts = [f"text {number}" for number in range(40)]
    async with aclosing(embedder(server)) as client:
        with pytest.raises(EmbedderError):
            await client.passages(texts)
        assert len(server.requests) <= 10
        tries = len(server.requests)
        del texts[13]
        assert len(await client.passages(texts)) == 39
        assert len(server.requests) == tries + 1
