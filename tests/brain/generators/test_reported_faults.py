"""Further faults of servers that people have reported: each with the address of the report."""

import json
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel

from brain.errors import GeneratorError, PromptTooLong
from brain.messages import ChatMessage
from brain.ports import Replacement
from tests.brain.generators.openai_server import (
    Answer,
    OpenAIServer,
    delta,
    error,
    event,
    reply,
)
from tests.brain.generators.reported import ASIDE, HI, SAID, answered, generator, raw
from tests.brain.generators.servers import DONE, Request, Server, roles, thought, whole

START, END = "Lisbon must ", "be lovely."
"""`SAID` in two pieces."""
FORM = json.dumps({"who": "Clara", "city": "Lisbon"})


class Home(BaseModel):
    """Where somebody lives."""

    who: str
    city: str


def choice(**told: Any) -> bytes:  # noqa: ANN401
    return event({"choices": [{"index": 0, **told}]})


REPLIES = {
    # microsoft/agent-framework#5734
    "Azure, nothing beside the reason": Answer(
        events=[delta(START), delta(END), choice(delta=None, finish_reason="stop"), DONE]
    ),
    # NousResearch/hermes-agent#80822
    "null while it thinks": Answer(
        events=[
            thought("She hides "),
            event("null"),
            thought(ASIDE),
            event("null"),
            delta(START),
            event("null"),
            delta(END, finish="stop"),
            DONE,
        ]
    ),
    # RooCodeInc/Roo-Code#9105
    "MiniMax, no choices": Answer(
        events=[
            event({"choices": None, "base_resp": {"status_code": 0, "status_msg": ""}}),
            delta(START),
            event({"choices": None}),
            delta(END, finish="stop"),
            DONE,
        ]
    ),
    # decolua/9router#3492
    "one object, and the end of a stream": raw(
        json.dumps(whole({"content": SAID}).body), "\n\ndata: [DONE]\n\n"
    ),
    # perplexityai/api-discussion#209
    "Perplexity, the whole text beside each piece, and no end": Answer(
        events=[
            choice(delta={"content": START}, message={"content": START}, finish_reason=None),
            choice(delta={"content": END}, message={"content": SAID}, finish_reason="stop"),
        ]
    ),
}


@pytest.mark.parametrize("kind", REPLIES)
async def test_a_reply_is_found_whole(server: OpenAIServer, kind: str) -> None:
    server.answers.append(REPLIES[kind])
    async with aclosing(generator(server)) as client:
        words = ""
        async for piece in client.stream(HI):
            words = piece if isinstance(piece, Replacement) else words + piece
            assert ASIDE not in words
        assert words == SAID


async def test_thoughts_in_the_text_beside_those_in_their_field_are_taken_back(
    server: OpenAIServer,
) -> None:
    """antirez/ds4#678: in one of 50 replies the model thinks once more, and closes only that."""
    twice = [thought(ASIDE), delta(f"A draft. {ASIDE}"), delta("\n</think>\n\n")]
    usual = [thought(ASIDE), *reply(SAID).events]
    server.answers += [Answer(events=[*twice, *reply(SAID).events]), Answer(events=usual)]
    async with aclosing(generator(server)) as client:
        for _ in range(3):
            assert await answered(client) == SAID
    assert len(server.requests) == 3, "each is answered at once"


def gigachat(asked: Request) -> Answer:
    """ai-forever/gigachain#237."""
    if asked.get("temperature", 1) == 0:
        words = "Invalid params: temperature must be in range (0, +inf)"
        return Answer(status=422, body={"status": 422, "message": words})
    return reply(SAID)


def kimi(asked: Request) -> Answer:
    """arcsin1/oh-my-ppt#45."""
    if asked.get("temperature", 0.6) != 0.6:
        return error(400, "invalid temperature: only 0.6 is allowed for this model")
    return reply(SAID)


def groq(asked: Request) -> Answer:
    """vercel/ai#1578: the words name an option that it knows as well."""
    if "stream_options" in asked:
        return error(400, "property 'stream_options' is unsupported, did you mean 'stream'?")
    return reply(SAID) if asked.get("stream") else error(500, "only streams")


def minimax(asked: Request) -> Answer:
    """BigPizzaV3/CodexPlusPlus#267."""
    if "system" in roles(asked):
        words = "invalid params, chat content has invalid message role: system (2013)"
        told = {"type": "bad_request_error", "message": words, "http_code": "400"}
        return Answer(status=400, body={"type": "error", "error": told})
    return reply(SAID)


def minimax_with_one_system(asked: Request) -> Answer:
    """netease-youdao/LobsterAI#104."""
    if roles(asked).count("system") > 1:
        return error(400, "invalid params, invalid chat setting (2013)")
    return reply(SAID)


SYSTEM = [ChatMessage("system", "Be kind."), *HI]
TWO_SYSTEMS = [ChatMessage("system", "Be kind."), ChatMessage("system", "Be brief."), *HI]


@pytest.mark.parametrize(
    ("play", "messages", "temperature"),
    [
        (gigachat, HI, 0.0),
        (kimi, HI, 0.5),
        (groq, HI, None),
        (minimax, SYSTEM, None),
        (minimax_with_one_system, TWO_SYSTEMS, None),
    ],
)
async def test_what_is_refused_is_asked_in_another_way_and_remembered(
    server: OpenAIServer, play: Server, messages: list[ChatMessage], temperature: float | None
) -> None:
    server.answer_by = play
    async with aclosing(generator(server, temperature=temperature)) as client:
        assert await answered(client, messages) == SAID
        before = len(server.requests)
        assert await answered(client, messages) == SAID
    assert len(server.requests) == before + 1


async def test_a_form_that_was_taken_for_thoughts_is_found(server: OpenAIServer) -> None:
    """lmstudio-ai/lmstudio-bug-tracker#1773: the schema binds the thoughts, and nothing follows."""

    def play(asked: Request) -> Answer:
        if "response_format" in asked:
            return Answer(events=[thought(FORM[:9]), thought(FORM[9:], finish="stop"), DONE])
        return Answer(events=[thought(ASIDE), *reply(FORM).events])

    server.answer_by = play
    async with aclosing(generator(server)) as client:
        assert await client.fill(HI, Home) == Home(who="Clara", city="Lisbon")


TOO_LONG = {
    # oobabooga/textgen#7257
    "llama.cpp, with the status 200": Answer(
        body={
            "error": {
                "code": 400,
                "message": "the request exceeds the available context size. try increasing the "
                "context size or enable context shift",
                "type": "exceed_context_size_error",
            }
        }
    ),
    # llmmllab/llmmllab-api#202
    "llama.cpp, as an error of its own": Answer(
        status=500,
        body={
            "error": {"code": 500, "message": "Context size has been exceeded.", "type": "server"}
        },
    ),
}


@pytest.mark.parametrize("kind", TOO_LONG)
async def test_a_prompt_that_is_too_long_is_known(server: OpenAIServer, kind: str) -> None:
    server.answers.append(TOO_LONG[kind])
    async with aclosing(generator(server)) as client:
        with pytest.raises(PromptTooLong):
            await answered(client)


ABSENT: dict[str, tuple[Answer, str]] = {
    # unslothai/unsloth#9390
    "llama.cpp stops in the middle": (
        Answer(
            events=[
                delta(START),
                event({"error": {"code": 500, "message": "slot was lost", "type": "server_error"}}),
            ]
        ),
        "try again",
    ),
    # misospace/pr-reviewer-action#23
    "Cloudflare waits no longer": (
        Answer(status=524, raw=b"<html>A timeout occurred</html>"),
        "try again|minute",
    ),
    # LostRuins/koboldcpp#2481
    "koboldcpp, an error as the reason": (whole({"content": ""}, finish="error"), "no end"),
    # modelscope/modelscope#1691
    "MiniMax without credit": (
        Answer(
            status=429,
            body={
                "error": {
                    "http_code": "429",
                    "message": "insufficient balance (1008)",
                    "type": "insufficient_balance_error",
                }
            },
        ),
        "credit",
    ),
    # vibrantlabsai/ragas#649
    "Azure's filter of prompts": (
        error(
            400,
            "The response was filtered due to the prompt triggering Azure OpenAI's content "
            "management policy.",
            code="content_filter",
        ),
        "content",
    ),
    # NVIDIA/TensorRT-LLM#9256
    "gpt-oss calls a tool that nobody offered": (
        reply("<|channel|>", 'commentary<|message|>{"path": "/"}', "<|end|>"),
        "gave no reply",
    ),
}


@pytest.mark.parametrize("kind", ABSENT)
async def test_a_reply_that_is_none_is_told(server: OpenAIServer, kind: str) -> None:
    answer, words = ABSENT[kind]
    server.answers.append(answer)
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError, match=words):
            await answered(client)
