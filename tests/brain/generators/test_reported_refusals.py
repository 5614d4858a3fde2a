"""Requests that servers refuse, as people have reported it: each with the address of the report."""

from contextlib import aclosing
from itertools import pairwise

import numpy as np
import pytest

from brain.embedders.openai import OpenAIEmbedder
from brain.errors import EmbedderError, GeneratorError, PromptTooLong
from brain.messages import ChatMessage
from tests.brain.generators.openai_server import Answer, OpenAIServer, error, reply
from tests.brain.generators.reported import ASIDE, HI, SAID, answered, generator, raw
from tests.brain.generators.servers import Request, Server, prompt_of, roles, thought


def strict_mistral(asked: Request) -> Answer:
    """Mistral names all options at once, in an object (editor-code-assistant/eca#231)."""
    wrong = [name for name in asked if name in {"stream_options", "think", "reasoning_effort"}]
    told = [{"type": "extra_forbidden", "loc": ["body", name]} for name in wrong]
    if told:
        return Answer(status=422, body={"object": "error", "message": {"detail": told}})
    return reply(SAID)


def jinja(asked: Request) -> Answer:
    """llama.cpp's template fails, told with the status 500 (mistralai/mistral-vibe#1006)."""
    said = [role for role in roles(asked) if role != "system"]
    if any(one == other for one, other in pairwise(said)):
        words = "Jinja Exception: After the optional system message, roles must alternate"
        return error(500, f"While executing CallExpression at line 189\n{words}", code=500)
    return reply(SAID)


def dashscope(asked: Request) -> Answer:
    """No thinking without a stream, told in Chinese (alibaba/spring-ai-alibaba#867)."""
    if not asked.get("stream") and asked.get("enable_thinking") is not False:
        return error(400, "parameter.enable_thinking必须设置为false才能进行非流式调用")
    return reply(SAID)


@pytest.mark.parametrize("play", [strict_mistral, jinja, dashscope])
async def test_what_is_refused_is_left_out_and_remembered(
    server: OpenAIServer, play: Server
) -> None:
    server.answer_by = play
    twice = [ChatMessage("system", "Be kind."), *HI, ChatMessage("user", "She loves it.")]
    async with aclosing(generator(server, thinking="off")) as client:
        assert await answered(client, twice) == SAID
        before = len(server.requests)
        assert await answered(client, twice) == SAID
    assert len(server.requests) == before + 1


def groq_minute(asked: Request) -> Answer:
    """Groq counts the room for the answer (zeeyado/koassistant.koplugin#106)."""
    wanted = len(prompt_of(asked)) // 4 + asked["max_tokens"]
    if wanted > 8_000:
        words = f"Request too large for model m (TPM): Limit 8000, Requested {wanted}"
        return error(413, words, code="rate_limit_exceeded")
    return Answer(events=[thought(ASIDE, field="reasoning"), *reply(SAID).events])


def openrouter_credit(asked: Request) -> Answer:
    """OpenRouter can afford a shorter answer only (can1357/oh-my-pi#9569)."""
    if asked["max_tokens"] > 600:
        words = "This request requires more credits, or fewer max_tokens. You can only afford 600."
        return error(402, words, code=402)
    return Answer(events=[thought(ASIDE, field="reasoning"), *reply(SAID).events])


@pytest.mark.parametrize("play", [groq_minute, openrouter_credit])
async def test_where_there_is_no_room_for_thoughts_fewer_are_asked_for(
    server: OpenAIServer, play: Server
) -> None:
    server.answer_by = play
    async with aclosing(generator(server, thinking_tokens=16_000)) as client:
        for _ in range(3):
            assert await answered(client) == SAID
    asked = [request["max_tokens"] for request in server.requests]
    assert asked[0] == 512
    assert asked[1] == 16_512
    assert asked[-2] == asked[-1] < 8_000, "it is remembered"


@pytest.mark.parametrize(("credit", "is_enough"), [(87, True), (3, False)])
async def test_where_there_is_credit_for_a_part_of_a_reply_that_part_is_asked_for(
    server: OpenAIServer, credit: int, *, is_enough: bool
) -> None:
    """OpenRouter again: 'You requested up to 512 tokens, but can only afford 87'."""

    def poor(asked: Request) -> Answer:
        if asked["max_tokens"] <= credit:
            return reply(SAID)
        wanted = asked["max_tokens"]
        words = f"You requested up to {wanted} tokens, but can only afford {credit}."
        return error(402, words, code=402)

    server.answer_by = poor
    async with aclosing(generator(server)) as client:
        if is_enough:
            assert await answered(client) == SAID
        else:
            with pytest.raises(GeneratorError):
                await answered(client)
    assert len(server.requests) <= 3


TOO_LONG = {
    # lmstudio-ai/lmstudio-bug-tracker#2322
    "LM Studio": raw(
        'event: error\ndata: {"error":{"message":"The number of tokens to keep from the initial '
        'prompt is greater than the context length."}}\n\n'
    ),
    # tashfeenahmed/freellmapi#426
    "GitHub Models": error(
        413,
        "Request body too large for gpt-4o model. Max size: 8000 tokens.",
        code="tokens_limit_reached",
    ),
    # vanna-ai/vanna-flask#11
    "OpenAI": error(429, "Request too large for gpt-4o on tokens per min (TPM): Limit 30000"),
    # huggingface/chat-ui#1149
    "TGI": error(422, "`inputs` tokens + `max_new_tokens` must be <= 8192. Given: 6204"),
}


@pytest.mark.parametrize("kind", TOO_LONG)
async def test_a_prompt_that_is_too_long_is_known_by_many_words(
    server: OpenAIServer, kind: str
) -> None:
    server.answers.append(TOO_LONG[kind])
    async with aclosing(generator(server)) as client:
        with pytest.raises(PromptTooLong) as caught:
            await answered(client)
    assert caught.value.otherwise is None, "it is shortened until it fits"


def vector(text: str) -> list[float]:
    return [float(len(text)), 1.0 + text.count("a")]


def gemini_rows(asked: Request) -> Answer:
    """Gemini leaves out the index where it is 0 (samfoy/pi-session-search#13)."""
    rows = [{"index": at, "embedding": vector(text)} for at, text in enumerate(asked["input"])]
    del rows[0]["index"]
    return Answer(body={"data": rows[::-1]})


def tei(asked: Request) -> Answer:
    """TEI takes few texts (n4ze3m/page-assist#371) of 512 tokens (its own #356)."""
    if len(asked["input"]) > 4:
        return Answer(status=422, body={"error": "batch size 9 > maximum allowed batch size 4"})
    if max(len(text.split()) for text in asked["input"]) > 512:
        return Answer(status=413, body={"error": "`inputs` must have less than 512 tokens."})
    return gemini_rows(asked)


@pytest.mark.parametrize("play", [gemini_rows, tei])
async def test_each_text_has_its_vector(server: OpenAIServer, play: Server) -> None:
    server.answer_by = play
    texts = ["a violin", "my boat", "bread", "an umbrella", "Lisbon", "tea", "pebble " * 900]
    async with aclosing(
        OpenAIEmbedder(base_url=server.base_url, model="e", api_key="k", max_retries=0)
    ) as client:
        found = await client.passages(texts)
    for text, one in list(zip(texts, found, strict=True))[:-1]:
        expected = np.array(vector(text))
        np.testing.assert_allclose(one, expected / np.linalg.norm(expected), rtol=1e-5)


def ollama_nan(asked: Request) -> Answer:
    """One text that Ollama cannot embed fails its batch (hang-in/seCall#5)."""
    if any("rawq" in text for text in asked["input"]):
        return error(500, "failed to encode response: json: unsupported value: NaN")
    return gemini_rows(asked)


async def test_a_text_that_cannot_be_embedded_is_told(server: OpenAIServer) -> None:
    server.answer_by = ollama_nan
    async with aclosing(
        OpenAIEmbedder(base_url=server.base_url, model="e", api_key="k", max_retries=0)
    ) as client:
        with pytest.raises(EmbedderError):
            await client.passages(["a violin", "the rawq integration"])
        assert len(await client.passages(["a violin"])) == 1
