"""The demonstration model is read through a server that plays it, word by word."""

from collections.abc import AsyncIterator

import pytest

from brain.errors import GeneratorRefused
from brain.generators import llama_cpp
from brain.generators.demonstration import ENOUGH_CHARACTERS, DemonstrationGenerator
from brain.generators.openai_memory import ServerMemory
from brain.messages import ChatMessage
from brain.ports import Limited
from tests.brain.generators.openai_server import OpenAIServer, reply, serving

SENTENCE = "It rains in Lisbon, and 3.5 cats are said to fear the thunder. "


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with serving() as server:
        yield server


async def read(server: OpenAIServer, text: str, *, finish: str = "stop") -> list[str]:
    server.answers.append(reply(*text.split("|"), finish=finish))
    generator = DemonstrationGenerator(
        model="tiny",
        base_url=server.base_url,
        context_tokens=512,
        reply_tokens=128,
        server=ServerMemory(is_plain=True),
    )
    try:
        return [piece async for piece in generator.stream([ChatMessage("user", "hi")])]
    finally:
        await generator.aclose()


async def test_a_long_reply_ends_with_the_sentence_that_makes_it_long_enough(
    server: OpenAIServer,
) -> None:
    pieces = await read(server, (SENTENCE * 9).replace(" ", " |"))
    shown = "".join(pieces)
    assert shown.strip() == (SENTENCE * 3).strip()
    assert len(SENTENCE * 2) < ENOUGH_CHARACTERS < len(shown)
    assert not any(isinstance(piece, Limited) for piece in pieces)


async def test_a_sentence_that_the_limit_cuts_off_is_left_out(server: OpenAIServer) -> None:
    pieces = await read(server, "Oh no! |And then the ca", finish="length")
    assert "".join(pieces).strip() == "Oh no!"
    assert not isinstance(pieces[-1], Limited)


async def test_a_first_sentence_that_is_cut_off_is_shown_as_such(server: OpenAIServer) -> None:
    pieces = await read(server, "And then |the ca", finish="length")
    assert "".join(pieces) == "And then the ca"
    assert isinstance(pieces[-1], Limited)


async def test_a_short_reply_is_shown_whole(server: OpenAIServer) -> None:
    assert "".join(await read(server, "Hi! How are| you")) == "Hi! How are you"


@pytest.mark.parametrize(
    ("is_demonstration", "threads", "context"),
    [(True, 1, 512), (False, 6, 2048)],
)
async def test_one_thread_and_a_short_context_are_enough_for_it(
    is_demonstration: bool,  # noqa: FBT001 a parameter of the test
    threads: int,
    context: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []

    def fail(options: object) -> None:
        seen.append(options)
        raise RuntimeError

    monkeypatch.setattr("xllamacpp.Server", fail)
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    file = None if is_demonstration else llama_cpp.demonstration_model()
    with pytest.raises(GeneratorRefused):
        await llama_cpp.start_bundled_model(file=file)
    [options] = seen
    assert options.cpuparams.n_threads == threads  # type: ignore[attr-defined]
    assert options.n_ctx == llama_cpp.PARALLEL_REQUESTS * context  # type: ignore[attr-defined]
