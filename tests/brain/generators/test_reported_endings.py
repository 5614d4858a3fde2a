"""What servers withhold, cut or mix up: each with the address of the report."""

import json
from contextlib import aclosing

import numpy as np
import pytest
from pydantic import BaseModel

from brain.embedders.openai import OpenAIEmbedder
from brain.errors import EmbedderError, GeneratorError, PromptTooLong
from brain.messages import ChatMessage, Image
from brain.ports import Limited, Replacement
from tests.brain.generators.openai_server import (
    Answer,
    OpenAIServer,
    delta,
    error,
    event,
    reply,
)
from tests.brain.generators.reported import ASIDE, HI, SAID, answered, generator, raw
from tests.brain.generators.servers import DONE, Request, Server, prompt_of, thinks, thought, whole

START, END = "Lisbon must ", "be lovely."
FORM = json.dumps({"who": "Clara", "city": "Lisbon"})
PIXEL = Image("image/png", b"\x89PNG\r\n\x1a\n")


class Home(BaseModel):
    """Where somebody lives."""

    who: str
    city: str


INSPECTED = "{} data may contain inappropriate content."
ABSENT = {
    # langgenius/dify#7559
    "GLM": (Answer(events=[delta(START), delta("", finish="sensitive"), DONE]), "content filter"),
    # 666ghj/BettaFish#572
    "DashScope in the middle": (
        Answer(
            events=[
                delta(START),
                event(
                    {
                        "error": {
                            "code": "data_inspection_failed",
                            "message": INSPECTED.format("Output"),
                        }
                    }
                ),
            ]
        ),
        "content filter",
    ),
    # 666ghj/BettaFish#557
    "DashScope before": (
        error(400, INSPECTED.format("Input"), code="data_inspection_failed"),
        "content filter",
    ),
    # HKUDS/Vibe-Trading#308
    "Gemini": (Answer(events=[delta(None, finish="SAFETY"), DONE]), "content filter"),
    # epam/ai-dial-adapter-vertexai#85
    "Gemini, known words": (
        Answer(events=[delta(START), delta("", finish="RECITATION"), DONE]),
        "content filter",
    ),
    # Doriandarko/claude-engineer#161
    "Claude behind a proxy": (
        raw(
            'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error", '
            '"message": "Overloaded"}}\n\n'
        ),
        "try again",
    ),
    # open-webui/open-webui#10316
    "a gateway waits no longer": (
        Answer(status=504, raw=b"<html><h1>504 Gateway Time-out</h1></html>"),
        "try again",
    ),
    # ollama/ollama#18374
    "Ollama stops a loop": (
        Answer(status=500, body={"error": "prediction aborted, token repeat limit reached"}),
        "try again",
    ),
}


@pytest.mark.parametrize("kind", ABSENT)
async def test_what_was_withheld_or_failed_is_told(server: OpenAIServer, kind: str) -> None:
    answer, words = ABSENT[kind]
    server.answers.append(answer)
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError, match=words):
            await answered(client)


def without_empty_texts(asked: Request) -> Answer:
    """Claude behind proxies (anthropics/claude-code#62150)."""
    parts = [part for message in asked["messages"] for part in message["content"]]
    if any(isinstance(part, dict) and part.get("text") == "" for part in parts):
        return error(400, "messages: text content blocks must be non-empty")
    has_image = any(isinstance(part, dict) and part["type"] == "image_url" for part in parts)
    return reply(SAID) if has_image else reply("There is no picture.")


async def test_a_picture_without_words_has_no_empty_text(server: OpenAIServer) -> None:
    server.answer_by = without_empty_texts
    async with aclosing(generator(server, sees=True)) as client:
        assert await answered(client, [ChatMessage("user", "", (PIXEL,))]) == SAID


def vllm_with_a_short_context(asked: Request) -> Answer:
    """It holds the answer against the context, and tells a wrong number (vllm#33418)."""
    if len(prompt_of(asked)) // 4 + asked["max_tokens"] > 2_048:
        words = "This model's maximum context length is 48 tokens. However, your request has 58."
        return error(400, words)
    return reply(SAID)


async def test_where_the_answer_has_no_room_a_shorter_one_is_asked_for(
    server: OpenAIServer,
) -> None:
    server.answer_by = vllm_with_a_short_context
    async with aclosing(generator(server, reply_tokens=2_045)) as client:
        assert await answered(client) == SAID


def repeating(asked: Request) -> Answer:
    """Thoughts that were cut come once more as the reply (jundot/omlx#2457)."""
    if not thinks(asked, "chat_template_kwargs"):
        return reply(SAID)
    again = delta(f"Hm. {ASIDE}", finish="length")
    return Answer(events=[thought("Hm. "), thought(ASIDE), again, DONE])


def cut_in_thoughts(asked: Request) -> Answer:
    """One object that ends in thoughts (ROCm/FastFlowLM#739)."""
    if not thinks(asked, "chat_template_kwargs", "think"):
        return whole({"content": SAID})
    return whole({"content": f"<think>\nThinking Process:\n\n1. {ASIDE}"}, finish="length")


def in_thoughts_alone(asked: Request) -> Answer:
    """It says that all is well, and has thought only (lmstudio-bug-tracker#1602)."""
    if not thinks(asked, "reasoning_effort"):
        return reply(SAID)
    usual = [thought(ASIDE), delta("", finish="stop"), DONE]
    return Answer(events=usual) if len(prompt_of(asked)) < 99 else reply(SAID)


def by_itself(_: Request) -> Answer:
    """It thinks though it was asked not to, and only the end is marked (sglang#36285)."""
    return reply(f"Let me see. {ASIDE}", "</think>", SAID)


@pytest.mark.parametrize(
    ("play", "thinking"),
    [
        (repeating, "auto"),
        (cut_in_thoughts, "auto"),
        (in_thoughts_alone, "auto"),
        (by_itself, "off"),
    ],
)
async def test_thoughts_are_not_taken_for_the_reply(
    server: OpenAIServer, play: Server, thinking: str
) -> None:
    server.answer_by = play
    async with aclosing(generator(server, thinking=thinking)) as client:
        for _ in range(2):
            words = ""
            async for piece in client.stream(HI):
                words = piece if isinstance(piece, Replacement) else words + piece
                assert ASIDE not in words
            assert words == SAID


async def test_a_reply_that_was_drafted_in_thoughts_comes_as_it_is_written(
    server: OpenAIServer,
) -> None:
    events = [thought("A draft: "), thought(SAID), delta(START), delta(END, finish="length"), DONE]
    server.answers.append(Answer(events=events))
    async with aclosing(generator(server)) as client:
        assert [piece async for piece in client.stream(HI)] == [START, END, Limited()]


FORMS = {
    # SillyTavern/SillyTavern#5573
    "cut": [reply(FORM[:-4], finish="length"), reply(FORM)],
    # Mirascope/mirascope#939
    "with a note": [reply(FORM, "\n\nNote: I've focused on {Clara} alone.")],
    # vibrantlabsai/ragas#805
    "without a comma": [reply(FORM.replace(",", "\n")), reply(FORM)],
}


@pytest.mark.parametrize("kind", FORMS)
async def test_a_form_is_filled_in(server: OpenAIServer, kind: str) -> None:
    server.answers += FORMS[kind]
    async with aclosing(generator(server)) as client:
        assert await client.fill(HI, Home) == Home(who="Clara", city="Lisbon")


async def test_a_prompt_that_leaves_no_room_is_too_long(server: OpenAIServer) -> None:
    """lm-sys/FastChat#3367: told with the status 200, in a shape of its own."""
    words = "YOUR INPUT VIOLATES OUR GUIDELINES.\n\n(max_tokens must be at least 1, got -37938.)"
    server.answers.append(Answer(events=[event({"text": words, "error_code": 50001}), DONE]))
    async with aclosing(generator(server)) as client:
        with pytest.raises(PromptTooLong):
            await answered(client)


async def test_vectors_come_as_a_list_of_llama_cpp(server: OpenAIServer) -> None:
    """paperless-ngx/paperless-ngx#13307: its own endpoint, where /v1 is missing."""
    server.answers.append(Answer(body=[{"index": 0, "embedding": [[3.0, 4.0]]}]))
    async with aclosing(
        OpenAIEmbedder(base_url=server.base_url, model="e", api_key="k", max_retries=0)
    ) as client:
        np.testing.assert_allclose(await client.passages(["Lisbon"]), [[0.6, 0.8]], rtol=1e-5)


async def test_an_empty_vector_is_told(server: OpenAIServer) -> None:
    """garrytan/gbrain#328: Ollama 0.21."""
    server.answers.append(Answer(body={"data": [{"embedding": [], "index": 0}]}))
    async with aclosing(
        OpenAIEmbedder(base_url=server.base_url, model="e", api_key="k", max_retries=0)
    ) as client:
        with pytest.raises(EmbedderError):
            await client.passages(["Lisbon"])
