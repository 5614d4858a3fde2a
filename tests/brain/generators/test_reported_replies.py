"""Replies of servers that people have reported: each with the address of the report."""

import json
from collections.abc import Mapping
from contextlib import aclosing

import pytest
from pydantic import BaseModel

from brain.errors import GeneratorError
from brain.generators.openai_structured_output import read_form
from tests.brain.generators.openai_server import (
    Answer,
    OpenAIServer,
    delta,
    error,
    event,
    reply,
)
from tests.brain.generators.reported import ASIDE, HI, SAID, answered, generator, raw
from tests.brain.generators.servers import DONE, Request, Server, whole


class Home(BaseModel):
    """Where somebody lives."""

    who: str
    city: str


class Homes(BaseModel):
    """Where several people live."""

    homes: list[Home]


FORM = json.dumps({"who": "Clara", "city": "Lisbon"})


def escaped(content: str) -> str:
    """A piece whose content is written in JSON's own escapes."""
    return f'data: {{"choices":[{{"index":0,"delta":{{"content":"{content}"}}}}]}}\n\n'


def in_pieces(text: str) -> Answer:
    return reply(*(text[start : start + 5] for start in range(0, len(text), 5)))


REPLIES: Mapping[str, tuple[Answer, str]] = {
    # Augustas11/macprovider#743
    "gpt-oss without its special tokens": (
        reply("analys", f"isWe need a reply. {ASIDE}", "assistant", "final", SAID),
        SAID,
    ),
    # lmstudio-ai/lmstudio-bug-tracker#2013
    "Gemma 4, cut in its marks": (
        reply("<|chan", "nel>tho", f"ught\n{ASIDE}<chan", "nel|>", SAID),
        SAID,
    ),
    # vllm-project/vllm#14202
    "Granite between two sentences": (
        in_pieces(f"Here is my thought process:\n\n{ASIDE}\n\nHere is my response:\n\n{SAID}"),
        SAID,
    ),
    # NousResearch/hermes-agent#42906, getkimchi/kimchi#598
    "a tag with the model's name": (in_pieces(f"<M2_7think>{ASIDE}</M2_7think>{SAID}"), SAID),
    "a tag with the maker's name": (in_pieces(f"<mm:think>{ASIDE}</mm:think>{SAID}"), SAID),
    # elizaOS/eliza#30904
    "an emoji in two pieces": (
        raw(escaped("Nice \\ud83d"), escaped("\\ude0a, Lisbon!"), DONE.decode()),
        "Nice 😊, Lisbon!",
    ),
    # Kohaku-Lab/KohakuTerrarium#48
    "half a character": (
        raw(escaped("Nice\\udcaf"), escaped("\\ud83d!"), escaped("\\ud83d"), DONE.decode()),
        "Nice!",
    ),
    # QwenLM/qwen-code#3896
    "DashScope, the whole text each time": (
        reply("Lisbon", "Lisbon must", "Lisbon must be", SAID, SAID),
        SAID,
    ),
    "the same with thoughts in the text": (
        reply(
            "<think>Hm",
            f"<think>Hm. {ASIDE}",
            f"<think>Hm. {ASIDE}</think>Lisbon",
            f"<think>Hm. {ASIDE}</think>{SAID}",
        ),
        SAID,
    ),
    "pieces that are alike are no whole texts": (
        reply("No", "No", ", no", ", no, never", ", no, never again!"),
        "NoNo, no, no, never, no, never again!",
    ),
    # openai/openai-node#1982
    "Azure, filter results without a delta": (
        Answer(
            events=[
                delta("Lisbon must "),
                event({"id": "", "choices": [{"index": 0, "content_filter_results": {}}]}),
                delta("be lovely.", finish="stop"),
                event({"id": "", "choices": [{"index": 0, "content_filter_offsets": {}}]}),
                DONE,
            ]
        ),
        SAID,
    ),
    # ollama/ollama#4357
    "an empty reason with each piece": (
        Answer(events=[delta("Lisbon must ", finish=""), delta("be lovely.", finish=""), DONE]),
        SAID,
    ),
}


@pytest.mark.parametrize("kind", REPLIES)
async def test_a_reply_is_found_whole(server: OpenAIServer, kind: str) -> None:
    answer, words = REPLIES[kind]
    server.answers.append(answer)
    async with aclosing(generator(server)) as client:
        assert await answered(client) == words


# opea-project/GenAIInfra#487
PYTHON_LITERAL = (
    'data: b\'{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= '
    "2048. Given: 1887 `inputs` tokens and 1024 `max_new_tokens`\"}'\n\n"
)
# zendev-sh/goai#110
COMPUTE_ERROR = 'event: error\ndata: {"error":{"message":"Compute error."}}\n\n'
ABSENT: Mapping[str, tuple[Answer, str]] = {
    "OPEA, as Python writes it": (raw(PYTHON_LITERAL, DONE.decode()), "context is too small"),
    "LM Studio breaks off": (
        raw(delta("Clara is in ").decode(), COMPUTE_ERROR),
        "broke off with an error",
    ),
    # vllm-project/vllm#57082
    "vLLM aborts": (
        Answer(events=[delta("First you"), delta("", finish="abort"), DONE]),
        "came to no end",
    ),
}


@pytest.mark.parametrize("kind", ABSENT)
async def test_a_reply_that_failed_is_told(server: OpenAIServer, kind: str) -> None:
    answer, words = ABSENT[kind]
    server.answers.append(answer)
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError, match=words):
            await answered(client)


def vllm_off(asked: Request) -> Answer:
    """vLLM's parser takes all for thoughts where none were asked for (vllm-project/vllm#19222)."""
    is_off = asked.get("chat_template_kwargs", {}).get("enable_thinking") is False
    return whole({"content": None, "reasoning_content": FORM} if is_off else {"content": FORM})


def groq_json(asked: Request) -> Answer:
    """Groq checks the form when it is written (thepersonalaicompany/amurex-backend#38)."""
    if "response_format" in asked:
        return error(400, "Failed to generate JSON.", code="json_validate_failed")
    return reply("Sure! Here it is:\n```json\n", f"{FORM[:-1]},\n}}\n```\nTell me if it fits.")


def ollama_json(asked: Request) -> Answer:
    """White space without end after the form (ollama/ollama#2577)."""
    if "response_format" in asked:
        return reply(FORM, *["\n"] * 500, finish="length")
    return reply(FORM)


def granite(_: Request) -> Answer:
    """Thoughts between two sentences (vllm-project/vllm#14202)."""
    return reply(f"Here is my thought process:\n{ASIDE}\nHere is my response:\n{FORM}")


FORMS = {
    # phenobarbital/ai-parrot#338
    "under a key": json.dumps({"answer": json.loads(FORM)}),
    "in the call of a tool": f'<tool_call>{{"name": "answer", "arguments": {FORM}}}</tool_call>',
    "as a text in JSON": json.dumps(FORM),
    "the same under a key": json.dumps({"arguments": FORM}),
    # Open-Historia/open-historia#353
    "typographic quotes": FORM.replace('"', "”"),
    "a list of one": f"[{FORM}]",
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_is_read_however_it_is_packed(kind: str) -> None:
    assert read_form(FORMS[kind], Home) == Home(who="Clara", city="Lisbon")


def test_a_list_within_quotes_is_a_list() -> None:
    """datachain-ai/datachain#1930."""
    text = json.dumps({"homes": json.dumps([json.loads(FORM)])})
    assert read_form(text, Homes) == Homes(homes=[Home(who="Clara", city="Lisbon")])


@pytest.mark.parametrize("play", [vllm_off, groq_json, ollama_json, granite])
async def test_a_form_is_found(server: OpenAIServer, play: Server) -> None:
    server.answer_by = play
    async with aclosing(generator(server, thinking="off")) as client:
        assert await client.fill(HI, Home) == Home(who="Clara", city="Lisbon")


async def test_a_relay_that_only_keeps_the_line_alive_is_left(server: OpenAIServer) -> None:
    """earendil-works/pi#5558."""
    server.answers.append(Answer(events=[b": keepalive\n\n"], then="flood", every_s=0.01))
    async with aclosing(generator(server, longest_s=0.3)) as client:
        with pytest.raises(GeneratorError, match="took too long"):
            await answered(client)


async def test_a_model_that_talks_to_itself_is_stopped(server: OpenAIServer) -> None:
    """continuedev/continue#1152, vllm-project/vllm#5924."""
    events = [delta(SAID), delta("<|eot_id|>"), delta("assistant\n\nSo, what else?")]
    server.answers.append(Answer(events=events, then="flood", every_s=0.01))
    async with aclosing(generator(server)) as client:
        assert await answered(client) == SAID
    await server.abandoned.wait()


async def test_nothing_is_awaited_after_the_end(server: OpenAIServer) -> None:
    """earendil-works/pi#7954: the body goes on in silence."""
    server.answers.append(Answer(events=reply(SAID).events, then="hang"))
    async with aclosing(generator(server)) as client:
        assert await answered(client) == SAID
