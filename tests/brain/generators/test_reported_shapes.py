"""Answers in shapes of their own: each with the address of the report."""

from contextlib import aclosing
from typing import Any

import pytest

from brain.errors import GeneratorError, PromptTooLong
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
from tests.brain.generators.reported import HI, SAID, answered, generator
from tests.brain.generators.servers import DONE, Request, Server, roles

START, END = "Lisbon must ", "be lovely."


def piece(text: str, **more: Any) -> bytes:  # noqa: ANN401
    return event({"choices": [{"delta": {"content": text}, **more}]})


REPLIES = {
    # vercel/ai#4031
    "Workers AI": Answer(events=[piece(START), piece(END), DONE]),
    # BerriAI/litellm#29833
    "Workers AI, in a result": Answer(
        body={
            "result": {"choices": [{"index": 0, "message": {"content": SAID}}]},
            "success": True,
            "errors": [],
            "messages": [],
        }
    ),
    "Workers AI, of its own": Answer(
        body={"result": {"response": SAID}, "success": True, "errors": [], "messages": []}
    ),
    # sgl-project/sglang#1407
    "SGLang, more of the reason": Answer(
        events=[piece(START), piece(END, finish_reason={"type": "stop", "matched": 2}), DONE]
    ),
    # sgl-project/sglang#4550
    "SGLang, no reason": Answer(
        events=[piece(START, finish_reason=None), piece(END, finish_reason=None), DONE]
    ),
}


@pytest.mark.parametrize("kind", REPLIES)
async def test_a_reply_is_found_whole(server: OpenAIServer, kind: str) -> None:
    server.answers.append(REPLIES[kind])
    async with aclosing(generator(server)) as client:
        assert await answered(client) == SAID


LIMITED = {
    # mudler/LocalAI#3533
    "LocalAI says that all is well": [
        delta(START, finish="stop"),
        event({"choices": [], "usage": {"completion_tokens": 512, "total_tokens": 530}}),
        DONE,
    ],
    # sgl-project/sglang#1407
    "SGLang": [piece(START, finish_reason={"type": "length", "length": 512}), DONE],
}


@pytest.mark.parametrize("kind", LIMITED)
async def test_a_reply_that_reached_its_limit_says_so(server: OpenAIServer, kind: str) -> None:
    server.answers.append(Answer(events=LIMITED[kind]))
    async with aclosing(generator(server)) as client:
        pieces = [each async for each in client.stream(HI)]
    assert "".join(pieces) == START
    assert isinstance(pieces[-1], Limited)


def ark(asked: Request) -> Answer:
    """CherryHQ/cherry-studio#7593."""
    if asked.get("thinking") == {"type": "disabled"}:
        return error(400, "Unsupported thinking type for the current model: disabled Request id: 1")
    return reply(SAID)


def ark_with_both(asked: Request) -> Answer:
    """RooCodeInc/Roo-Code#11395."""
    if "thinking" in asked and "reasoning_effort" in asked:
        return error(400, "Invalid combination of reasoning_effort and thinking type")
    return reply(SAID)


def qwen_that_thinks(asked: Request) -> Answer:
    """lobehub/lobehub#8613."""
    if asked.get("enable_thinking") is False:
        return error(400, "The value of the enable_thinking parameter is restricted to True.")
    return reply(SAID)


def fastapi(asked: Request) -> Answer:
    """Alishahryar1/free-claude-code#1041."""
    if "system" in roles(asked):
        told = {
            "type": "literal_error",
            "loc": ["body", "messages", 0, "role"],
            "msg": "Input should be 'user' or 'assistant'",
            "input": "system",
        }
        return Answer(status=422, body={"detail": [told]})
    return reply(SAID)


SYSTEM = [ChatMessage("system", "Be kind."), *HI]
OFF = {"thinking": "off"}


@pytest.mark.parametrize(
    ("play", "options"),
    [
        (ark, {**OFF, "extra_body": {}}),
        (ark_with_both, OFF),
        (qwen_that_thinks, OFF),
        (fastapi, {}),
    ],
)
async def test_what_is_refused_is_asked_in_another_way_and_remembered(
    server: OpenAIServer, play: Server, options: dict[str, Any]
) -> None:
    server.answer_by = play
    async with aclosing(generator(server, **options)) as client:
        assert await answered(client, SYSTEM) == SAID
        before = len(server.requests)
        assert await answered(client, SYSTEM) == SAID
    assert len(server.requests) == before + 1


async def test_a_prompt_that_is_too_long_is_known(server: OpenAIServer) -> None:
    """huggingface/text-generation-inference#2749: with the status 200, as a text."""
    words = "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048."
    told = event({"error": words, "error_type": "validation"})
    server.answers.append(Answer(events=[told]))
    async with aclosing(generator(server)) as client:
        with pytest.raises(PromptTooLong):
            await answered(client)


ABSENT = {
    # sgl-project/sglang#6693
    "SGLang aborts": Answer(events=[piece(START, finish_reason={"type": "abort"}), DONE]),
    # jtsang4/claude-to-chatgpt#24
    "nothing but the end": Answer(events=[DONE]),
    # ModelTC/LightLLM#1426
    "LightLLM's status": error(417, "out of pages"),
}


@pytest.mark.parametrize("kind", ABSENT)
async def test_a_reply_that_is_none_is_told(server: OpenAIServer, kind: str) -> None:
    server.answers.append(ABSENT[kind])
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError):
            await answered(client)
