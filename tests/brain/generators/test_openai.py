import asyncio
import traceback
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from brain.errors import (
    GeneratorBusy,
    GeneratorError,
    GeneratorRefused,
    GeneratorUnreachable,
    PromptTooLong,
    VoiceUnknown,
)
from brain.generators.openai import OpenAIGenerator
from brain.generators.openai_client import is_openai
from brain.generators.openai_memory import ServerMemory
from brain.messages import ChatMessage, Image
from brain.ports import Generator, Replacement, Voiced
from tests.brain.generators.openai_server import (
    Answer,
    OpenAIServer,
    delta,
    detail,
    error,
    event,
    reply,
    serving,
)

KEY = "sk-Hush1234567890"
COUNTER = OpenAIGenerator(model="tiny", context_tokens=4096, reply_tokens=100)
DIARY = "my diary says hello"
PROMPT = [ChatMessage("system", "Be kind."), ChatMessage("user", DIARY)]


class Word(BaseModel):
    word: str


def generator(base_url: str | None = None, **options: Any) -> OpenAIGenerator:  # noqa: ANN401
    settings = {
        "context_tokens": 4096,
        "reply_tokens": 100,
        "max_retries": 0,
        "api_key": KEY,
        # Of a model that is not known, the first reply comes as a whole: test_first_replies.
        "server": ServerMemory(is_plain=True),
    }
    return OpenAIGenerator(model="tiny", base_url=base_url, **{**settings, **options})


async def answer(server: OpenAIServer, *answers: Answer, **options: Any) -> list[str]:  # noqa: ANN401
    server.answers.extend(answers)
    async with aclosing(generator(server.base_url, **options)) as client:
        return [piece async for piece in client.stream(PROMPT)]


async def test_a_reply_arrives_piece_by_piece_without_empty_ones(server: OpenAIServer) -> None:
    assert await answer(server, reply("Good", "", " morning", "!")) == ["Good", " morning", "!"]


async def test_the_request_carries_the_prompt_the_limits_and_the_extra_options(
    server: OpenAIServer,
) -> None:
    await answer(server, reply("Hi"), temperature=0.5, extra_body={"min_p": 0.1})
    [sent] = server.requests
    assert sent == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": DIARY},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 100,
        "temperature": 0.5,
        "min_p": 0.1,
    }
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_a_server_without_keys_needs_none(server: OpenAIServer) -> None:
    assert await answer(server, reply("Hi"), api_key=None) == ["Hi"]
    assert "temperature" not in server.requests[0]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, True),
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("https://mine.openai.azure.com/openai/v1", True),
        ("https://openai.com.example.org/v1", False),
        ("http://localhost:11434/v1", False),
    ],
)
def test_openai_is_told_from_servers_that_only_speak_like_it(url: str, *, expected: bool) -> None:
    assert is_openai(url) is expected


async def test_a_lone_surrogate_in_the_prompt_breaks_nothing(server: OpenAIServer) -> None:
    server.answers.append(reply("Hi"))
    async with aclosing(generator(server.base_url)) as client:
        pieces = [piece async for piece in client.stream([ChatMessage("user", "a\ud800b")])]
    assert pieces == ["Hi"]
    assert server.requests[0]["messages"][0]["content"] == "a?b"


def usage(total: int) -> bytes:
    return event({"id": "1", "choices": [], "usage": {"total_tokens": total}})


async def cost(server: OpenAIServer, client: OpenAIGenerator, *answers: Answer) -> list[int]:
    server.answers.extend(answers)
    told: list[int] = []
    async for _ in client.metered(PROMPT, told.append):
        pass
    return told


async def test_what_a_reply_cost_is_told_as_the_server_counts_it(server: OpenAIServer) -> None:
    counted = Answer(events=[delta("Hi"), usage(31), delta(" you"), usage(32), event("[DONE]")])
    silent = Answer(events=[delta("Hi"), event({"choices": [], "usage": None}), event("[DONE]")])
    async with aclosing(generator(server.base_url)) as client:
        assert await cost(server, client, counted) == [31, 32]
        assert await cost(server, client, silent) == []


UNKNOWN = "stream_options: extra fields not permitted"
NO_USAGE = [
    error(400, UNKNOWN),
    error(422, UNKNOWN),
    detail(400, UNKNOWN),
    detail(422, [{"loc": ["body", "stream_options"], "msg": "extra fields not permitted"}]),
    detail(422, {"stream_options": ["Unknown field."]}),
    Answer(status=400, body={"error": UNKNOWN}),
]


@pytest.mark.parametrize("unknown", NO_USAGE)
async def test_a_server_that_cannot_tell_the_cost_is_asked_without_it(
    server: OpenAIServer, unknown: Answer
) -> None:
    async with aclosing(generator(server.base_url)) as client:
        assert await cost(server, client, unknown, reply("Hi")) == [1]
        assert await cost(server, client, reply("Hi")) == [1]
    assert ["stream_options" in sent for sent in server.requests] == [True, False, False]


async def test_a_refusal_that_no_change_helps_against_is_told_and_not_looked_into_again(
    server: OpenAIServer,
) -> None:
    asked = {"model": "tiny", "stream_options": {"include_usage": True}}
    missing = [{"type": "missing", "loc": ["body", "user"], "msg": "required", "input": asked}]
    async with aclosing(generator(server.base_url)) as client:
        server.answers.append(detail(422, missing))
        with pytest.raises(GeneratorRefused, match=r"rejected the request \(422\)"):
            await anext(client.stream(PROMPT))
        tries = len(server.requests)
        assert tries > 1
        with pytest.raises(GeneratorRefused):
            await anext(client.stream(PROMPT))
        assert len(server.requests) == tries + 1
        server.answers.append(reply("Hi"))
        assert [piece async for piece in client.stream(PROMPT)] == ["Hi"]
    assert server.requests[-1] == server.requests[0], "nothing was given up in vain"


PICTURES = (Image("image/png", b"\x89PNG"), Image("image/jpeg", b"\xff\xd8"))


async def test_pictures_go_to_a_model_that_sees(server: OpenAIServer) -> None:
    server.answers.append(reply("Two cats"))
    async with aclosing(generator(server.base_url, sees=True)) as client:
        assert client.sees
        async for _ in client.stream([*PROMPT, ChatMessage("user", "Look!", PICTURES)]):
            pass
    *plain, shown = server.requests[0]["messages"]
    assert [message["content"] for message in plain] == ["Be kind.", DIARY]
    assert shown["content"] == [
        {"type": "text", "text": "Look!"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9g="}},
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Look at them!", "Look at them!\n\n[2 pictures came with this message."),
        ("", "[2 pictures came with this message."),
        ("看看这些照片", "看看这些照片\n\n[这条消息附有 2 张图片。"),
    ],
)
async def test_a_model_that_does_not_see_is_told_that_there_were_pictures(
    server: OpenAIServer, text: str, told: str
) -> None:
    server.answers.append(reply("What do they show?"))
    async with aclosing(generator(server.base_url)) as client:
        assert not client.sees
        async for _ in client.stream([ChatMessage("user", text, PICTURES)]):
            pass
    [asked] = server.requests[0]["messages"]
    assert asked["content"].startswith(told)


async def test_what_the_model_thinks_aloud_is_not_shown(server: OpenAIServer) -> None:
    pieces = await answer(server, reply("<th", "ink>He is", " sad.</thi", "nk>\n\nCheer", " up!"))
    assert pieces == ["Cheer", " up!"]


async def test_a_model_that_thought_unmarked_once_is_held_back_from_then_on(
    server: OpenAIServer,
) -> None:
    thoughts = ["He is", " sad.\n</think>", "\n\nCheer", " up!"]
    server.answers += [reply(*thoughts), reply(*thoughts)]
    async with aclosing(generator(server.base_url)) as client:
        first = [piece async for piece in client.stream(PROMPT)]
        again = [piece async for piece in client.stream(PROMPT)]
    assert first == ["He is", "Cheer", " up!"]
    assert [isinstance(piece, Replacement) for piece in first] == [False, True, False]
    assert again == ["Cheer", " up!"]


async def test_a_rate_limit_is_waited_for_and_tried_again(server: OpenAIServer) -> None:
    limited = error(429, "slow down", headers={"retry-after": "0.001"})
    assert await answer(server, limited, reply("Hi"), max_retries=1) == ["Hi"]
    assert len(server.requests) == 2


CONTEXT = [
    error(400, "This model's maximum context length is 4096", code="context_length_exceeded"),
    error(400, "request (5031 tokens) exceeds the available context size (4096 tokens)", code=400),
    error(400, "This model's maximum context length is 4096 tokens. However, you requested 5000"),
    error(400, "prompt too long; exceeded max context length by 10 tokens"),
    error(500, "the input length exceeds the context length"),
    error(413, "Payload too large"),
    detail(400, "This model's maximum context length is 4096 tokens. However, you requested 5000"),
    detail(422, [{"loc": ["body", "messages"], "msg": "the prompt is too long"}]),
    Answer(status=400, body="the input exceeds the context size"),
    Answer(status=400, body={"error": "the input exceeds the context size"}),
    Answer(events=[event({"error": {"message": "exceeds the context size", "code": 500}})]),
]


@pytest.mark.parametrize("refusal", CONTEXT)
async def test_a_prompt_that_does_not_fit_is_told_from_other_refusals(
    server: OpenAIServer, refusal: Answer
) -> None:
    with pytest.raises(PromptTooLong):
        await answer(server, refusal)


BUSY = [
    error(429, "rate limit: your context window of requests is full"),
    error(500, "boom"),
    error(503, "loading model"),
    error(529, "overloaded"),
    Answer(events=[delta("Hi"), event({"error": {"message": "x", "code": 502}})]),
    Answer(events=[delta("Hi"), event({"error": {"message": "x", "type": "server_error"}})]),
]


@pytest.mark.parametrize("overload", BUSY)
async def test_an_overload_may_be_tried_again(server: OpenAIServer, overload: Answer) -> None:
    with pytest.raises(GeneratorBusy) as caught:
        await answer(server, overload, label="Tiny at home")
    assert caught.value.values == {"model": "Tiny at home"}
    assert caught.value.retryable


LEAK = f"{KEY} may not say: {DIARY}"
REFUSALS = [
    (error(401, LEAK, code="invalid_api_key"), "The key was not accepted."),
    (error(403, LEAK), "The key may not use this model."),
    (error(404, LEAK, code="model_not_found"), "does not know this model"),
    (error(400, LEAK, code="unsupported_value"), "rejected the request (400, unsupported_value)."),
    (error(400, LEAK, code=KEY), "rejected the request (400)."),
    (error(422, LEAK), "rejected the request (422)."),
    (detail(422, LEAK), "rejected the request (422)."),
    (error(429, LEAK, code="insufficient_quota"), "no credit left"),
    (Answer(events=[event({"error": {"message": LEAK}})]), "broke off with an error."),
    (Answer(events=[event({"error": LEAK})]), "broke off with an error."),
    (Answer(events=[event("<html>")]), "no chat reply"),
    (Answer(events=[b"data: \xff\xff\n\n"]), "no chat reply"),
    (Answer(events=[b"<html>Welcome</html>"]), "sent a web page. Is /v1 missing from the address?"),
    (Answer(events=[event(1), event([]), event({"choices": "no"})]), "no chat reply"),
    (reply(), "The reply was empty."),
    (reply("", "  ", "\n"), "The reply was empty."),
    (reply("<think>so long", finish="length"), "spent its tokens on thoughts and gave no reply"),
    (reply(finish="length"), "used up its tokens"),
    (reply(finish="content_filter"), "content filter"),
]


@pytest.mark.parametrize(("refusal", "reason"), REFUSALS)
async def test_a_refusal_is_explained_without_the_key_or_the_prompt(
    server: OpenAIServer, refusal: Answer, reason: str
) -> None:
    with pytest.raises(GeneratorRefused) as caught:
        await answer(server, refusal)
    assert caught.value.values["model"] == "tiny"
    told = str(caught.value.values["reason"])
    assert reason in told
    assert KEY not in told
    assert DIARY not in told


async def test_a_key_with_characters_that_no_key_has_is_refused(server: OpenAIServer) -> None:
    with pytest.raises(GeneratorRefused) as caught:
        await answer(server, api_key="sk-…")
    assert caught.value.values["reason"] == "The key has characters that no key has."
    assert server.requests == []


async def test_a_connection_that_is_cut_ends_the_reply_with_an_error(server: OpenAIServer) -> None:
    server.answers.append(Answer(events=[delta("Once upon")], then="cut"))
    async with aclosing(generator(server.base_url)) as client:
        pieces = client.stream(PROMPT)
        assert await anext(pieces) == "Once upon"
        with pytest.raises(GeneratorUnreachable) as caught:
            await anext(pieces)
    assert caught.value.values["address"] == server.base_url


@pytest.mark.parametrize("events", [[], [delta("Once")]])
async def test_a_server_that_falls_silent_is_given_up(
    server: OpenAIServer, events: list[bytes]
) -> None:
    with pytest.raises(GeneratorUnreachable):
        await answer(server, Answer(events=events, then="hang"), timeout_s=0.05)


async def test_nobody_at_the_address_is_told_with_the_address_but_no_password() -> None:
    async with serving() as gone:
        address = gone.base_url
    secret = address.replace("http://", "http://me:hush@")
    async with aclosing(generator(secret)) as client:
        with pytest.raises(GeneratorUnreachable) as caught:
            await anext(client.stream(PROMPT))
    assert caught.value.values["address"] == address


async def test_closing_the_stream_leaves_the_server(server: OpenAIServer) -> None:
    server.answers.append(Answer(events=[delta("Once")], then="hang"))
    async with aclosing(generator(server.base_url)) as client:
        async with aclosing(client.stream(PROMPT)) as pieces:
            assert await anext(pieces) == "Once"
        async with asyncio.timeout(10):
            await server.abandoned.wait()


async def test_a_turn_that_is_cancelled_leaves_the_server(server: OpenAIServer) -> None:
    server.answers.append(Answer(events=[delta("Once")], then="hang"))
    began = asyncio.Event()

    async def turn(client: Generator) -> None:
        async for _ in client.stream(PROMPT):
            began.set()

    async with aclosing(generator(server.base_url)) as client:
        task = asyncio.create_task(turn(client))
        async with asyncio.timeout(10):
            await began.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await server.abandoned.wait()


@pytest.mark.parametrize(
    "refusal", [error(401, "no"), detail(422, LEAK), detail(400, f"{LEAK}: prompt too long")]
)
async def test_neither_prompt_nor_key_is_logged(
    server: OpenAIServer, caplog: pytest.LogCaptureFixture, refusal: Answer
) -> None:
    caplog.set_level("DEBUG")
    with pytest.raises(GeneratorError) as caught:
        await answer(server, refusal)
    told = caplog.text + "".join(traceback.format_exception(caught.value.__cause__))
    assert KEY not in told
    assert DIARY not in told


async def test_an_environment_for_another_service_changes_nothing(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert await answer(server, reply("Hi"), api_key="") == ["Hi"]
    assert "sk-other" not in server.headers[0]["Authorization"]


@given(text=st.text(), more=st.text())
def test_longer_text_never_counts_less(text: str, more: str) -> None:
    count = COUNTER.count_tokens
    assert count(text) <= count(text + more) <= count(text) + count(more)


def test_the_setting_scales_the_estimate() -> None:
    text = "word " * 100
    assert generator(bytes_per_token=5).count_tokens(text) == 100
    assert COUNTER.count_tokens(text) == 179
    assert COUNTER.count_tokens("") == 0


async def test_a_voice_is_another_model_of_the_server_and_all_else_stays(
    server: OpenAIServer,
) -> None:
    options = {"temperature": 0.5, "sees": True, "voices": ["merry", "calm", "calm"]}
    async with aclosing(generator(server.base_url, **options)) as client:
        assert isinstance(client, Voiced)
        assert client.voices == ("calm", "merry")
        calm = client.voiced("calm")
        assert (client.name, calm.name) == ("tiny", "calm")
        assert (calm.context_tokens, calm.reply_tokens, calm.sees) == (4096, 100, True)
        assert calm.voiced("merry").name == "merry"
        server.answers += [reply("Hi"), reply("Om")]
        told: list[int] = []
        assert [piece async for piece in client.stream(PROMPT)] == ["Hi"]
        assert [piece async for piece in calm.metered(PROMPT, told.append)] == ["Om"]
    own, other = server.requests
    assert (own["model"], other["model"]) == ("tiny", "calm")
    assert {**own, "model": ""} == {**other, "model": ""}
    assert server.headers[0]["Authorization"] == server.headers[1]["Authorization"]
    assert told == [1]


async def test_what_one_voice_learns_of_the_server_all_know(server: OpenAIServer) -> None:
    async with aclosing(generator(server.base_url, voices=["calm"])) as client:
        server.answers += [error(400, "unknown field: stream_options"), reply("a"), reply("b")]
        for asked in (client.voiced("calm"), client.voiced("calm")):
            assert [piece async for piece in asked.stream(PROMPT)]
    assert ["stream_options" in sent for sent in server.requests] == [True, False, False]


async def test_a_voice_that_the_server_does_not_serve_is_told_from_a_model_that_it_does_not(
    server: OpenAIServer,
) -> None:
    missing = error(404, "The model `calm` does not exist.")
    async with aclosing(generator(server.base_url, voices=["calm"])) as client:
        server.answers += [missing, missing, missing]
        with pytest.raises(VoiceUnknown, match=r"no voice named calm\. There is: calm\."):
            await anext(client.voiced("calm").stream(PROMPT))
        with pytest.raises(VoiceUnknown):
            await client.voiced("calm").fill(PROMPT, Word)
        with pytest.raises(GeneratorRefused):
            await anext(client.stream(PROMPT))
        with pytest.raises(VoiceUnknown, match="no voice named loud"):
            client.voiced("loud")
    assert generator().voices == ()
