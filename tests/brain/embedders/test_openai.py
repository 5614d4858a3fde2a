from collections.abc import AsyncGenerator, Sequence
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
    assert caught.value.values["reason"] == "The embedding server cannot be reached."


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
    (Answer(events=[b"<html>"]), "what are no vectors."),
    (Answer(events=[b"{"], then="cut"), "The embedding server cannot be reached."),
]


@pytest.mark.parametrize(("answer", "reason"), FAULTS)
async def test_every_fault_is_an_embedder_error_without_the_key(
    server: OpenAIServer, answer: Answer, reason: str
) -> None:
    server.answers.append(answer)
    async with aclosing(embedder(server, dimensions=2)) as client:
        with pytest.raises(EmbedderError) as caught:
            await client.query("hi")
    assert reason in str(caught.value.values["reason"])
    assert KEY not in str(caught.value.values["reason"])
