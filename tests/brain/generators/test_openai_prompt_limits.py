"""How long a prompt a server accepts, where it does not say that this was the reason to refuse."""

from contextlib import aclosing

import pytest

from brain.errors import PromptTooLong
from brain.generators.openai import OpenAIGenerator
from brain.messages import ChatMessage
from tests.brain.generators.openai_server import Answer, OpenAIServer, error, reply
from tests.brain.generators.servers import Request, prompt_of

SET = 20_000
REPLY = 100
LONG, SHORTER, SHORT = 4_000, 3_000, 200
ACCEPTED = 1_000


def generator(server: OpenAIServer) -> OpenAIGenerator:
    return OpenAIGenerator(
        model="tiny",
        context_tokens=SET,
        reply_tokens=REPLY,
        base_url=server.base_url,
        max_retries=0,
    )


def prompt(words: int, *, said: str = "How was my week?") -> list[ChatMessage]:
    return [ChatMessage("system", "Diary. " * words), ChatMessage("user", said)]


def tokens(client: OpenAIGenerator, messages: list[ChatMessage]) -> int:
    return sum(client.count_tokens(message.content) for message in messages)


async def refused(client: OpenAIGenerator, messages: list[ChatMessage]) -> None:
    with pytest.raises(PromptTooLong):
        await anext(client.stream(messages))


async def accepted(client: OpenAIGenerator, messages: list[ChatMessage]) -> None:
    assert [piece async for piece in client.stream(messages)] == ["Hello"]


@pytest.mark.parametrize(
    ("words", "is_learnt"),
    [
        ("参数有误，请检查文档", True),  # GLM
        ("Bad Request", True),
        ("Output data may contain inappropriate content. data_inspection_failed", False),
    ],
)
async def test_what_a_shorter_prompt_shows_is_remembered(
    server: OpenAIServer, words: str, *, is_learnt: bool
) -> None:
    def play(asked: Request) -> Answer:
        is_long = len(prompt_of(asked)) > ACCEPTED * len("Diary. ") + 100
        return error(400, words) if is_long else reply("Hello")

    server.answer_by = play
    async with aclosing(generator(server)) as client:
        await refused(client, prompt(LONG))
        await accepted(client, prompt(SHORT, said="Good morning!"))
        assert client.context_tokens == SET, "this was no shorter form of that"
        await accepted(client, prompt(ACCEPTED))
        expected = tokens(client, prompt(LONG)) // 2 + REPLY if is_learnt else SET
        assert client.context_tokens == expected
        # A single message that is far too long tells nothing new.
        await refused(client, prompt(1, said="Diary. " * 3 * LONG))
        await accepted(client, prompt(1, said="Diary. " * 3 * SHORT))
        assert client.context_tokens == expected


async def test_who_accepted_a_longer_prompt_refuses_one_for_another_reason(
    server: OpenAIServer,
) -> None:
    async with aclosing(generator(server)) as client:
        server.answers.append(reply("Hello"))
        await accepted(client, prompt(LONG))
        server.answers += [error(400, "Bad Request")] * 9
        await refused(client, prompt(SHORTER))
        server.answers.clear()
        server.answers.append(reply("Hello"))
        await accepted(client, prompt(SHORT))
        assert client.context_tokens == SET


async def test_a_limit_that_a_giant_message_showed_does_not_widen_the_known_one(
    server: OpenAIServer,
) -> None:
    async with aclosing(generator(server)) as client:
        server.answers += [error(400, "prompt exceeds the context"), reply("Hello")]
        await refused(client, prompt(LONG))
        await accepted(client, prompt(ACCEPTED))
        known = client.context_tokens
        server.answers += [error(400, "prompt exceeds the context"), reply("Hello")]
        await refused(client, prompt(1, said="Diary. " * 3 * LONG))
        await accepted(client, prompt(SHORT))
        assert client.context_tokens == known
