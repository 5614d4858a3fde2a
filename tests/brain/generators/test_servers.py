"""Replies from servers as they are, over real sockets."""

from contextlib import aclosing
from typing import Any

import pytest

from brain.errors import GeneratorError, GeneratorUnreachable, PromptTooLong
from brain.generators.openai import OpenAIGenerator
from brain.messages import ChatMessage, Image
from brain.ports import Generator, Limited, Replacement
from brain.prompt import Prompt
from brain.turns.turn import Turn
from tests.brain.generators.openai_server import (
    Answer,
    OpenAIServer,
    delta,
    error,
    event,
    reply,
)
from tests.brain.generators.servers import (
    DONE,
    SAID,
    THOUGHT,
    WORDS,
    WORKING,
    Request,
    ollama_qwen3,
    openrouter_that_breaks_off,
    thought,
    vllm_with_gemma,
)
from tests.factories import memory

LONG = "My diary of today. " * 400


def generator(server: OpenAIServer, **options: Any) -> OpenAIGenerator:  # noqa: ANN401
    settings = {"model": "tiny", "context_tokens": 16_384, "reply_tokens": 512, "max_retries": 0}
    return OpenAIGenerator(base_url=server.base_url, **{**settings, **options})


def turn(client: Generator, *, said: str = "Hi") -> Turn:
    """A turn whose prompt is as long as its budget allows."""

    def arrange(speaker: Generator, budget: int) -> Prompt:
        diary = LONG
        while speaker.count_tokens(diary) > budget:
            diary = diary[: len(diary) // 2]
        messages = (ChatMessage("system", f"Be kind. {diary}"), ChatMessage("user", said))
        tokens = sum(speaker.count_tokens(message.content) for message in messages)
        return Prompt(messages, (), (), tokens=tokens)

    return Turn(begun=memory(), generator=client, arrange=arrange)


async def answered(client: Generator) -> str:
    held = turn(client)
    async for _ in held:
        pass
    assert held.complete
    return held.words


@pytest.mark.parametrize("kind", WORKING)
async def test_every_server_answers_and_what_was_learnt_of_it_is_remembered(
    server: OpenAIServer, kind: str
) -> None:
    server.answer_by = WORKING[kind]
    async with aclosing(generator(server, temperature=0.5)) as client:
        assert await answered(client) == SAID
        before = len(server.requests)
        assert await answered(client) == SAID
        again = len(server.requests) - before
        before = len(server.requests)
        assert await answered(client) == SAID
        assert len(server.requests) - before <= again
    assert THOUGHT not in str(server.requests)


@pytest.mark.parametrize(
    "kind", ["vLLM with Gemma", "OpenAI through a proxy", "Mistral", "a sparse gateway"]
)
async def test_what_a_server_refused_once_it_is_not_sent_again(
    server: OpenAIServer, kind: str
) -> None:
    server.answer_by = WORKING[kind]
    async with aclosing(generator(server, temperature=0.5)) as client:
        await answered(client)
        while True:
            before = len(server.requests)
            await answered(client)
            if len(server.requests) == before + 1:
                break
            assert before < 20


async def test_only_what_was_refused_is_left_out(server: OpenAIServer) -> None:
    server.answer_by = vllm_with_gemma
    async with aclosing(generator(server, temperature=0.5)) as client:
        await answered(client)
        await answered(client)
    sent = server.requests[-1]
    assert sent.keys() == {
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
        "temperature",
    }
    [message] = sent["messages"]
    assert message["role"] == "user"
    assert message["content"].startswith("Be kind.")
    assert message["content"].endswith("\n\nHi")


@pytest.mark.parametrize(
    "refused",
    ["stream_options", "max_tokens", "temperature", "reasoning_effort", "chat_template_kwargs"],
)
@pytest.mark.parametrize("words", ["Bad request", "参数错误", "{}"])
async def test_any_option_may_be_refused_in_any_words(
    server: OpenAIServer, refused: str, words: str
) -> None:
    server.answer_by = lambda asked: error(422, words) if refused in asked else reply("Hi")
    async with aclosing(generator(server, temperature=0.5, thinking="off")) as client:
        assert await answered(client) == "Hi"
        assert await answered(client) == "Hi"
    kept = {"stream_options", "temperature", "reasoning_effort", "chat_template_kwargs"} - {refused}
    assert kept <= server.requests[-1].keys()


@pytest.mark.parametrize("words", ["Bad request", "{} is not supported"])
async def test_of_several_things_refused_only_these_are_left_out_in_the_end(
    server: OpenAIServer, words: str
) -> None:
    refused = ("stream_options", "temperature", "think")

    def strict(asked: Request) -> Answer:
        bad = [name for name in refused if name in asked]
        return error(400, words.format(bad[0])) if bad else reply("Hi")

    server.answer_by = strict
    costs = []
    async with aclosing(generator(server, temperature=0.5, thinking="off")) as client:
        for _ in range(9):
            before = len(server.requests)
            assert await answered(client) == "Hi"
            costs.append(len(server.requests) - before)
    assert max(costs[1:]) <= 2
    assert costs[-1] == 1
    assert {"max_tokens", "reasoning_effort", "chat_template_kwargs"} <= server.requests[-1].keys()
    assert server.requests[-1]["messages"][0]["role"] == "system"


async def test_pictures_that_are_refused_become_a_note(server: OpenAIServer) -> None:
    def blind(asked: Request) -> Answer:
        seen = any(isinstance(message["content"], list) for message in asked["messages"])
        # OpenRouter says this with the status 404.
        words = "No endpoints found that support image input"
        return error(404, words) if seen else reply("What does it show?")

    server.answer_by = blind
    look = [ChatMessage("user", "Look!", (Image("image/png", b"\x89PNG"),))]
    async with aclosing(generator(server, sees=True)) as client:
        assert [piece async for piece in client.stream(look)] == ["What does it show?"]
    [told] = server.requests[-1]["messages"]
    assert told["content"].startswith("Look!\n\n[A picture came")


async def test_qwen3_of_the_readme_answers_within_512_tokens(server: OpenAIServer) -> None:
    server.answer_by = ollama_qwen3
    async with aclosing(generator(server, model="qwen3:8b")) as client:
        assert await answered(client) == SAID
        first, second = server.requests
        assert "reasoning_effort" not in first
        assert (second["reasoning_effort"], second["think"]) == ("none", False)
        assert await answered(client) == SAID
        assert server.requests[2]["max_tokens"] == 512 + 2_048, "thoughts have room now"
        assert len(server.requests) == 3


@pytest.mark.parametrize(("chosen", "effort"), [("off", "none"), ("on", "medium")])
async def test_thoughts_can_be_switched(server: OpenAIServer, chosen: Any, effort: str) -> None:  # noqa: ANN401
    server.answers.append(reply("Hi"))
    async with aclosing(generator(server, thinking=chosen, thinking_tokens=100)) as client:
        assert await answered(client) == "Hi"
    [sent] = server.requests
    assert sent["reasoning_effort"] == effort
    assert sent["chat_template_kwargs"]["enable_thinking"] is (chosen == "on")
    assert sent["think"] is (chosen == "on")
    assert sent["max_tokens"] == (612 if chosen == "on" else 512)


async def test_thoughts_without_end_are_told_as_such(server: OpenAIServer) -> None:
    server.answers.append(Answer(events=[thought(THOUGHT), delta("", finish="length"), DONE]))
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError, match="spent its tokens on thoughts"):
            await answered(client)
        assert len(server.requests) == 2, "it was asked once more without thinking"


async def test_thoughts_in_their_field_are_no_reply_where_replies_come_beside_them(
    server: OpenAIServer,
) -> None:
    alone = Answer(events=[thought(THOUGHT, finish="stop"), DONE])
    server.answers += [Answer(events=[thought(THOUGHT), delta("Hi", finish="stop"), DONE]), alone]
    async with aclosing(generator(server)) as client:
        assert await answered(client) == "Hi"
        with pytest.raises(GeneratorError, match="spent its tokens on thoughts"):
            await answered(client)


async def test_a_model_that_may_think_is_held_back_at_first(server: OpenAIServer) -> None:
    server.answer_by = WORKING["vLLM without its parser of reasoning"]
    async with aclosing(generator(server, model="deepseek-r1:8b")) as client:
        for _ in range(2):
            pieces = [piece async for piece in client.stream([ChatMessage("user", "Hi")])]
            assert "".join(pieces) == SAID
            assert not any(isinstance(piece, Replacement) for piece in pieces)


@pytest.mark.parametrize("model", ["deepseek-r1:8b", "tiny"])
async def test_unmarked_thoughts_that_reach_the_limit_are_no_reply(
    server: OpenAIServer, model: str
) -> None:
    def muses(asked: Request) -> Answer:
        if asked.get("reasoning_effort") == "none":
            return reply(*WORDS)
        return reply("Okay, the user says hi.", " I should be", finish="length")

    server.answer_by = muses
    async with aclosing(generator(server, model=model)) as client:
        for _ in range(3):
            assert await answered(client) == SAID
    assert len(server.requests) == 6 - 1, (
        "with room and without end: asked without thoughts at once"
    )


async def test_a_model_that_thinks_no_longer_is_shown_at_once_again(server: OpenAIServer) -> None:
    server.answers += [reply(THOUGHT, "\n</think>", "Hi"), reply("Hi"), reply("Hi"), reply(*WORDS)]
    async with aclosing(generator(server)) as client:
        assert await answered(client) == "Hi"
        assert await answered(client) == "Hi"
        assert len(server.requests) == 3, "it was asked once more without thinking"
        pieces = [piece async for piece in client.stream([ChatMessage("user", "Hi")])]
    assert pieces == WORDS


HALF = {
    "cut": Answer(events=[delta("Good")], then="cut"),
    "ends without a reason": Answer(events=[delta("Good"), delta(" morning")]),
    "ends in the middle of an event": Answer(events=[delta("Good"), delta(" morning")[:30]]),
    "an error as its reason": Answer(events=[delta("Good"), delta("", finish="error"), DONE]),
    "aborted": Answer(events=[delta("Good"), delta("", finish="abort"), DONE]),
    "DeepSeek overloaded": Answer(
        events=[delta("Good"), delta("", finish="insufficient_system_resource"), DONE]
    ),
    "OpenRouter breaks off": openrouter_that_breaks_off({}),
    "text after its end, then cut": Answer(
        events=[delta("Good", finish="stop"), delta(" morning")], then="cut"
    ),
    "withheld in the middle": Answer(
        events=[delta("Good"), delta("", finish="content_filter"), DONE]
    ),
    "a reason with each piece": Answer(
        events=[delta("Good", finish="stop"), delta(" morning", finish="stop")]
    ),
    "null as a text": Answer(events=[delta("Good", finish="null")]),
    "half an object": Answer(raw=b'{"choices": [{"message": {"content": "Good mor'),
}


@pytest.mark.parametrize("kind", HALF)
async def test_half_a_reply_is_none(server: OpenAIServer, kind: str) -> None:
    server.answers.append(HALF[kind])
    async with aclosing(generator(server)) as client:
        held = turn(client)
        with pytest.raises(GeneratorError):
            async for _ in held:
                pass
    assert held.words == ""


async def test_a_stream_that_lacks_the_end_its_server_always_sends_is_cut(
    server: OpenAIServer,
) -> None:
    server.answers += [reply("Hi"), Answer(events=[delta("Good", finish="stop")])]
    async with aclosing(generator(server)) as client:
        assert await answered(client) == "Hi"
        with pytest.raises(GeneratorUnreachable):
            await answered(client)


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS", "model_length"])
async def test_a_reply_that_reached_its_limit_says_that_more_may_follow(
    server: OpenAIServer, reason: str
) -> None:
    server.answers.append(reply("Once", " upon", finish=reason))
    async with aclosing(generator(server)) as client:
        held = turn(client)
        pieces = [piece async for piece in held]
    assert isinstance(pieces[-1], Limited)
    assert held.is_limited
    assert held.words == "Once upon"


WRONG = {
    "a web page": (
        Answer(raw=b"<!doctype html><html>", headers={"Content-Type": "text/html"}),
        "sent a web page. Is /v1 missing from the address?",
    ),
    "a web page that is not there": (
        Answer(status=404, raw=b"<html>Not Found", headers={"Content-Type": "text/html"}),
        "is /v1 missing from it?",
    ),
    "an error with 200": (
        Answer(body={"error": {"message": "nope", "code": 1}}),
        "broke off with an error",
    ),
    "MiniMax": (
        Answer(body={"base_resp": {"status_code": 1004, "status_msg": "login fail"}}),
        "broke off with an error",
    ),
    "LM Studio without /v1": (
        Answer(body={"error": "Unexpected endpoint or method. (POST /chat/completions)"}),
        "broke off with an error. Is /v1 missing from the address?",
    ),
    "another object": (Answer(body={"status": "ok"}), "no chat reply"),
    "nothing": (Answer(events=[]), "no chat reply"),
}


@pytest.mark.parametrize("kind", WRONG)
async def test_what_is_no_answer_is_told_in_a_sentence(server: OpenAIServer, kind: str) -> None:
    answer, words = WRONG[kind]
    server.answers.append(answer)
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError) as caught:
            await anext(client.stream([ChatMessage("user", "Hi")]))
    assert words in str(caught.value)
    assert "nope" not in str(caught.value)


async def test_a_refusal_that_is_no_shorter_prompt_s_fault_is_told_after_one_shorter_try(
    server: OpenAIServer,
) -> None:
    server.answers.append(error(400, "not on a Sunday"))
    async with aclosing(generator(server)) as client:
        with pytest.raises(GeneratorError, match=r"rejected the request \(400\)") as caught:
            await answered(client)
    assert not isinstance(caught.value, PromptTooLong)
    lengths = [len(str(sent["messages"])) for sent in server.requests]
    assert lengths[-1] < lengths[0] / 1.5
    assert len(set(lengths)) <= 4, "the prompt as it is and one shorter, each with and without role"


@pytest.mark.parametrize("kind", ["GLM", "DashScope", "SiliconFlow", "LM Studio", "llama.cpp"])
async def test_the_next_long_prompt_is_as_short_at_once(server: OpenAIServer, kind: str) -> None:
    server.answer_by = WORKING[kind]
    async with aclosing(generator(server)) as client:
        assert await answered(client) == SAID
        before = len(server.requests)
        assert await answered(client) == SAID
    assert before > 1
    assert len(server.requests) == before + 1


async def test_events_that_say_nothing_are_passed_over(server: OpenAIServer) -> None:
    odd = [event(1), event([]), event({"choices": "no"}), event({"choices": [None]}), event("null")]
    server.answers.append(Answer(events=[*odd, delta("Hi"), *odd, delta("", finish="stop"), DONE]))
    async with aclosing(generator(server)) as client:
        assert await answered(client) == "Hi"
