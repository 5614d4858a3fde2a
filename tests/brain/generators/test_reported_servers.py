"""Servers that people have reported, read before the code was: each with the address."""

import json
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel

from brain.errors import GeneratorBusy, GeneratorError
from brain.messages import ChatMessage
from brain.ports import Limited
from tests.brain.generators.openai_server import (
    Answer,
    OpenAIServer,
    delta,
    error,
    event,
    reply,
)
from tests.brain.generators.reported import ASIDE, HI, SAID, answered, generator
from tests.brain.generators.servers import DONE, Request, Server, roles, thought, whole

START, END = "Lisbon must ", "be lovely."
"""`SAID` in two pieces."""


class Home(BaseModel):
    """Where somebody lives."""

    who: str
    city: str


def choice(told: dict[str, Any], **more: Any) -> bytes:  # noqa: ANN401
    return event({"choices": [{"index": 0, "delta": told, **more}]})


def json_body(text: str) -> Answer:
    return Answer(raw=text.encode(), headers={"Content-Type": "application/json"})


REPLIES = {
    # vllm-project/vllm#43933
    "vLLM, the last thought beside the first word": Answer(
        events=[
            thought("She hides "),
            choice({"reasoning_content": ASIDE, "content": START}),
            delta(END, finish="stop"),
            DONE,
        ]
    ),
    # Blaizzy/mlx-vlm#899
    "mlx-vlm with Gemma 4, a channel without a name": reply(
        "<|channel>", f"\n{ASIDE}\n", "<channel|>", f"\n{SAID}"
    ),
    # jakobdylanc/llmcord#84
    "Gemini, a reason under another name, and no [DONE]": Answer(
        events=[
            choice({"content": START}, finish_reason=None),
            choice({"content": END}, finish_reason=None, finishReason="stop"),
        ]
    ),
    # huggingface/text-generation-inference#2344
    "TGI, an ending in words of its own": Answer(
        events=[delta(START), delta(END, finish="eos_token"), DONE]
    ),
}


@pytest.mark.parametrize("kind", REPLIES)
async def test_a_reply_is_found_whole(server: OpenAIServer, kind: str) -> None:
    server.answers.append(REPLIES[kind])
    async with aclosing(generator(server)) as client:
        assert await answered(client) == SAID


async def test_a_reply_that_the_server_takes_for_thoughts_is_found(server: OpenAIServer) -> None:
    """sgl-project/sglang#5874: where thinking is switched off, over a stream."""
    server.answers.append(Answer(events=[thought(START), thought(END, finish="stop"), DONE]))
    async with aclosing(generator(server, thinking="off")) as client:
        assert await answered(client) == SAID


async def test_words_that_come_with_the_limit_are_kept(server: OpenAIServer) -> None:
    """vllm-project/vllm#35705."""
    server.answers.append(Answer(events=[delta(START), delta("be", finish="length"), DONE]))
    async with aclosing(generator(server)) as client:
        pieces = [piece async for piece in client.stream(HI)]
    assert "".join(pieces) == "Lisbon must be"
    assert isinstance(pieces[-1], Limited)


async def test_tokens_that_are_no_words_are_no_reply(server: OpenAIServer) -> None:
    """ollama/ollama#17459: Gemma 4 whose thinking is switched off."""
    server.answers.append(reply(*["<unused49>"] * 40))
    async with aclosing(generator(server, thinking="off")) as client:
        with pytest.raises(GeneratorError):
            assert "unused" not in await answered(client)


def dashscope(asked: Request) -> Answer:
    """open-webui/open-webui#10507."""
    if max(asked.get("max_tokens", 0), asked.get("max_completion_tokens", 0)) > 8_192:
        words = "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]"
        return error(400, words)
    return reply(SAID)


def qwen_template(asked: Request) -> Answer:
    """llama.cpp with a template of Qwen (Mangi-11/Eta#59)."""
    if "system" in roles(asked)[1:]:
        return error(500, "Jinja Exception: System message must be at the beginning.", code=500)
    return reply(SAID)


def quoting_mistral(asked: Request) -> Answer:
    """JSON within JSON (mistralai/platform-docs-public#7)."""
    if "frequency_penalty" in asked:
        told = {"type": "extra_forbidden", "loc": ["body", "frequency_penalty"], "input": 0.0}
        words = json.dumps({"detail": [told]})
        body = {"object": "error", "message": words, "type": "internal_error_proxy", "code": "1000"}
        return Answer(status=422, body=body)
    return reply(SAID)


def ordered_mistral(asked: Request) -> Answer:
    """QuantumNous/new-api#2858."""
    if roles(asked)[-1] == "assistant":
        words = "Expected last role User or Tool (or Assistant with prefix True) but got assistant"
        return error(400, words, code="3230")
    return reply(SAID)


def ollama_without_a_person(asked: Request) -> Answer:
    """Nothing to answer: it loads the model and says nothing (can1357/oh-my-pi#7465)."""
    if "user" not in roles(asked):
        return Answer(events=[delta("", finish="load"), DONE])
    return reply(SAID)


def gemini(asked: Request) -> Answer:
    """A list of errors (SuzumiyaAkizuki/ComfyUI-NewBie-LLM-Formatter#3)."""
    known = {"model", "messages", "stream", "stream_options", "max_tokens", "temperature"}
    for name in sorted(asked.keys() - known):
        words = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
        told = {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}
        return Answer(status=400, body=[{"error": told}])
    return reply(SAID)


def litellm(asked: Request) -> Answer:
    """BerriAI/litellm#14039."""
    if "reasoning_effort" in asked:
        words = (
            "litellm.UnsupportedParamsError: deepinfra does not support parameters: "
            "['reasoning_effort'], for model=m. To drop these, set `litellm.drop_params=True`"
        )
        return error(400, words, code="400")
    return reply(SAID)


def siliconflow(asked: Request) -> Answer:
    """CherryHQ/cherry-studio#6642."""
    if "enable_thinking" in asked:
        words = "Value error, current model does not support parameter `enable_thinking`."
        return Answer(status=400, body={"code": 20015, "message": words, "data": None})
    return reply(SAID)


LATE_SYSTEM = [ChatMessage("system", "Be kind."), *HI, ChatMessage("system", "Be brief."), *HI]
LAST_OURS = [*HI, ChatMessage("assistant", "Lisbon!")]
NOBODY = [ChatMessage("system", "Greet Anna.")]


@pytest.mark.parametrize(
    ("play", "messages", "options"),
    [
        (dashscope, HI, {"reply_tokens": 16_000}),
        (qwen_template, LATE_SYSTEM, {}),
        (ordered_mistral, LAST_OURS, {}),
        (ollama_without_a_person, NOBODY, {}),
        (gemini, HI, {"thinking": "off"}),
        (litellm, HI, {"thinking": "off"}),
        (siliconflow, HI, {"thinking": "off"}),
    ],
)
async def test_what_is_refused_is_asked_in_another_way_and_remembered(
    server: OpenAIServer, play: Server, messages: list[ChatMessage], options: dict[str, Any]
) -> None:
    server.answer_by = play
    async with aclosing(generator(server, **options)) as client:
        assert await answered(client, messages) == SAID
        before = len(server.requests)
        assert await answered(client, messages) == SAID
    assert len(server.requests) == before + 1


async def test_an_option_of_the_operators_that_is_refused_is_named(server: OpenAIServer) -> None:
    server.answer_by = quoting_mistral
    async with aclosing(generator(server, extra_body={"frequency_penalty": 0.0})) as client:
        with pytest.raises(GeneratorError, match=r"frequency_penalty.*MODEL__OPTIONS"):
            await answered(client, [ChatMessage("user", "My diary of today. " * 400)])


def gemma_without_its_tokens(asked: Request) -> Answer:
    """mlx drops the special tokens around `thought` (raullenchai/Rapid-MLX#447)."""
    if asked.get("reasoning_effort") == "none":
        return reply("tho", f"ught\n{SAID}")
    return reply("tho", "ught\n", "The user speaks of Clara. ", ASIDE, f"\n{SAID}")


async def test_thoughts_that_nothing_ends_are_never_shown(server: OpenAIServer) -> None:
    server.answer_by = gemma_without_its_tokens
    async with aclosing(generator(server)) as client:
        for _ in range(2):
            pieces = [piece async for piece in client.stream(HI)]
            assert "".join(pieces) == SAID
    assert len(server.requests) == 3, "it is not asked for thoughts again"


async def test_a_form_is_asked_over_a_stream_where_a_model_has_no_other(
    server: OpenAIServer,
) -> None:
    """ModelScope's thinking models (musistudio/claude-code-router#948)."""

    def play(asked: Request) -> Answer:
        if not asked.get("stream"):
            words = "enable thinking can not be support when `stream=False`."
            return error(400, words, code="invalid_parameter_error")
        return Answer(
            events=[thought(ASIDE), *reply('{"who": "Clara", ', '"city": "Lisbon"}').events]
        )

    server.answer_by = play
    async with aclosing(generator(server)) as client:
        assert await client.fill(HI, Home) == Home(who="Clara", city="Lisbon")


async def test_a_refusal_by_chance_teaches_nothing(server: OpenAIServer) -> None:
    """ollama/ollama#16082: a relayed model refuses now and then, and takes the same again."""
    server.answers += [error(400, "unexpected EOF"), reply(SAID)]
    async with aclosing(generator(server, temperature=0.5)) as client:
        assert await answered(client) == SAID
        await answered(client)
    assert server.requests[-1] == server.requests[0]


async def test_a_provider_that_is_busy_is_told_so(server: OpenAIServer) -> None:
    """BerriAI/litellm#8448, open-webui/computer#293: OpenRouter, with the status 200."""
    words = "z-ai/glm-5.3-flash is temporarily rate-limited upstream. Please retry shortly."
    told = {"message": "Provider returned error", "code": 429, "metadata": {"raw": words}}
    body = whole({"content": None}).body
    assert isinstance(body, dict)
    server.answers.append(Answer(body={**body, "error": told}))
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorBusy):
            await answered(client)


async def test_an_address_without_v1_is_told(server: OpenAIServer) -> None:
    """lmstudio-ai/lmstudio-bug-tracker#1680: with the status 200."""
    words = "Unexpected endpoint or method. (POST /chat/completions)"
    server.answers.append(Answer(body={"error": words}))
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError, match="/v1"):
            await answered(client)


async def test_blank_lines_are_no_reply(server: OpenAIServer) -> None:
    """deepseek-ai/DeepSeek-R1#91: what kept the line alive, and then no body."""
    server.answers.append(json_body("\n\n\n\n"))
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError):
            await answered(client)
