"""`OpenAIGenerator.fill` over a real socket."""

import json
import traceback
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel

from brain.errors import (
    AnswerUnusable,
    FormRefused,
    GeneratorBusy,
    GeneratorRefused,
    PromptTooLong,
)
from brain.generators.openai import OpenAIGenerator
from brain.generators.openai_structured_output import read_form
from brain.messages import ChatMessage
from tests.brain.generators.openai_server import Answer, OpenAIServer, detail, error

PROMPT = [ChatMessage("user", "I drink tea.")]


class Likes(BaseModel):
    """What a person likes."""

    drink: str


def said(content: str | None, *, finish: str = "stop") -> Answer:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return Answer(body={"id": "1", "object": "chat.completion", "choices": [choice]})


def generator(server: OpenAIServer) -> OpenAIGenerator:
    return OpenAIGenerator(
        model="tiny",
        base_url=server.base_url,
        context_tokens=4_096,
        reply_tokens=100,
        max_retries=0,
        extra_body={"min_p": 0.1},
    )


async def fill(server: OpenAIServer, *answers: Answer) -> Likes:
    server.answers.extend(answers)
    async with aclosing(generator(server)) as client:
        return await client.fill(PROMPT, Likes)


async def test_the_schema_goes_to_the_server_and_the_form_comes_back(server: OpenAIServer) -> None:
    assert await fill(server, said('{"drink": "tea"}')) == Likes(drink="tea")
    [sent] = server.requests
    assert sent["model"] == "tiny"
    assert sent["messages"] == [{"role": "user", "content": "I drink tea."}]
    assert 3_900 < sent["max_tokens"] <= 4_096, "a form is longer than a reply"
    assert sent["min_p"] == 0.1
    assert sent["response_format"]["type"] == "json_schema"
    assert sent["response_format"]["json_schema"]["schema"]["required"] == ["drink"]


REFUSALS = [
    error(400, "response_format is not supported by this model"),
    error(400, "Invalid schema: unknown keyword", code="invalid_json_schema"),
    error(400, "failed to parse grammar"),
    error(400, "structured outputs are disabled"),
    error(422, "response_format: extra fields not permitted"),
    error(501, "json_schema is not implemented"),
    detail(400, "Unsupported fields in the request: {'response_format'}"),
    detail(422, [{"type": "extra_forbidden", "loc": ["body", "response_format"], "msg": "no"}]),
    detail(422, {"response_format": ["Extra inputs are not permitted"]}),
    Answer(status=400, body="response_format is unknown here"),
]


@pytest.mark.parametrize("refusal", [*REFUSALS, error(400, "Bad request"), error(422, "参数错误")])
async def test_a_server_that_knows_no_schemas_is_told_it_in_words(
    server: OpenAIServer, refusal: Answer
) -> None:
    def refuses_schemas(asked: dict[str, Any]) -> Answer:
        return refusal if "response_format" in asked else said('{"drink": "tea"}')

    server.answer_by = refuses_schemas
    async with aclosing(generator(server)) as client:
        assert await client.fill(PROMPT, Likes) == Likes(drink="tea")
        tries = len(server.requests)
        assert await client.fill(PROMPT, Likes) == Likes(drink="tea")
        assert len(server.requests) == tries + 1, "that is remembered"
    told = server.requests[-1]["messages"][-1]["content"]
    assert told.startswith(PROMPT[0].content)
    assert '"drink"' in told


async def test_a_model_that_fills_in_no_form_in_words_either_can_fill_in_none(
    server: OpenAIServer,
) -> None:
    with pytest.raises(FormRefused) as caught:
        await fill(server, error(400, "response_format is not supported"), said("Tea, I suppose."))
    assert caught.value.values == {"model": "tiny"}


LOOSE = [
    '```json\n{"drink": "tea"}\n```',
    'Sure! Here it is:\n\n{"drink": "tea"}\n\nAnything else?',
    '<think>Maybe {"drink": "milk"}?</think>{"drink": "tea"}',
    'I drafted {"drink": "milk"} first. {"drink": "tea"}',
    'secret {"drink": "milk"}\n</think>\n\n{"drink": "tea"}',
    '{"drink": "tea",}',
    '{"drink": "tea" , \n}',
    '[{"drink": "tea"}]',
    '{curly} {"drink": "tea"}',
]


@pytest.mark.parametrize("written", LOOSE)
async def test_a_form_is_read_out_of_what_is_written_around_it(
    server: OpenAIServer, written: str
) -> None:
    assert await fill(server, said(written)) == Likes(drink="tea")
    assert len(server.requests) == 1


@pytest.mark.parametrize("text", ["tea, ]}", 'say "tea, }"', "a\\"])
def test_a_comma_within_a_text_stays(text: str) -> None:
    assert read_form(f'{{"drink": {json.dumps(text)},}}', Likes) == Likes(drink=text)


UNUSABLE = [
    said("Tea, I suppose."),
    said('{"drink": 7}'),
    said("{}"),
    said('{"drink": "te', finish="length"),
    said(None, finish="content_filter"),
    said(None),
    Answer(body={"id": "1", "object": "chat.completion", "choices": []}),
    error(400, "Generated JSON does not match the expected schema. Please adjust your prompt."),
    error(400, "Failed to generate JSON.", code="json_validate_failed"),
    error(422, "the model's output did not conform to response_format.json_schema"),
    detail(400, "Response is not valid JSON for the given schema"),
]


@pytest.mark.parametrize("nonsense", UNUSABLE)
async def test_bad_luck_is_tried_once_more(server: OpenAIServer, nonsense: Answer) -> None:
    assert await fill(server, nonsense, said('{"drink": "tea"}')) == Likes(drink="tea")
    assert len(server.requests) == 2


@pytest.mark.parametrize("nonsense", UNUSABLE)
async def test_nonsense_twice_is_no_answer_but_not_for_ever(
    server: OpenAIServer, nonsense: Answer
) -> None:
    with pytest.raises(AnswerUnusable):
        await fill(server, nonsense, nonsense)
    assert len(server.requests) == 2


async def test_what_is_wrong_with_the_server_is_told_as_for_a_reply(server: OpenAIServer) -> None:
    with pytest.raises(GeneratorBusy):
        await fill(server, error(503, "loading model"))
    with pytest.raises(GeneratorRefused, match="key was not accepted"):
        await fill(server, error(401, "no"))
    with pytest.raises(PromptTooLong):
        await fill(server, error(400, "too long", code="context_length_exceeded"))
    with pytest.raises(PromptTooLong):
        await fill(server, detail(422, "The maximum context length is 4096 tokens."))


async def test_a_server_that_misses_something_else_and_repeats_the_request_refused_no_form(
    server: OpenAIServer,
) -> None:
    asked = {"model": "tiny", "response_format": {"type": "json_schema"}}
    missing = [{"type": "missing", "loc": ["body", "user"], "msg": "required", "input": asked}]
    with pytest.raises(GeneratorRefused, match=r"rejected the request \(422\)"):
        await fill(server, detail(422, missing))


async def test_what_the_server_says_of_a_form_reaches_no_log_and_no_person(
    server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with pytest.raises(FormRefused) as caught:
        await fill(server, detail(422, f"response_format with {PROMPT[0].content}"))
    told = "".join(traceback.format_exception(caught.value))
    assert PROMPT[0].content not in told + caplog.text
