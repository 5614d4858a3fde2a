import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta

import pytest
from pydantic import BaseModel

from brain.clock import ManualClock
from brain.errors import (
    FormRefused,
    GeneratorBusy,
    GeneratorError,
    GeneratorRefused,
    GeneratorUnreachable,
    PromptTooLong,
    VoiceUnknown,
)
from brain.generators.failover import PAUSE, Failover
from brain.generators.openai import OpenAIGenerator
from brain.generators.openai_memory import ServerMemory
from brain.messages import ChatMessage, Image
from brain.ports import FormFiller, Generator, Metered, Seeing, Voiced
from tests.brain.generators.openai_server import (
    Answer,
    OpenAIServer,
    delta,
    error,
    reply,
    serving,
)
from tests.doubles import NotesGenerator, ScriptedGenerator, VoicedGenerator
from tests.factories import NOON

PROMPT = [ChatMessage("user", "Good morning!")]
PICTURE = Image("image/png", b"\x89PNG")


class Word(BaseModel):
    word: str


class Endpoints:
    """A preferred server and another one, and the failover over both."""

    def __init__(self, first: OpenAIServer, second: OpenAIServer, *, seeing: str = "") -> None:
        self.first, self.second = first, second
        self.clock = ManualClock(NOON)
        self.clients = [
            OpenAIGenerator(
                model=name,
                base_url=server.base_url,
                context_tokens=context,
                reply_tokens=100,
                max_retries=0,
                sees=name == seeing,
                voices=voices,
                server=ServerMemory(is_plain=True),
            )
            for name, server, context, voices in (
                ("best", first, 8_192, ("calm", "merry")),
                ("spare", second, 4_096, ("calm", "wise")),
            )
        ]
        self.failover = Failover(self.clients, clock=self.clock)

    async def ask(self, messages: Sequence[ChatMessage] = PROMPT) -> str:
        return "".join([piece async for piece in self.failover.stream(messages)])


@asynccontextmanager
async def endpoints(*, seeing: str = "") -> AsyncGenerator[Endpoints, None]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(serving())
        second = await stack.enter_async_context(serving())
        both = Endpoints(first, second, seeing=seeing)
        for client in both.clients:
            await stack.enter_async_context(aclosing(client))
        yield both


@pytest.fixture
async def both() -> AsyncGenerator[Endpoints, None]:
    async with endpoints() as made:
        yield made


async def test_the_preferred_model_answers_as_long_as_it_does(both: Endpoints) -> None:
    both.first.answers += [reply("Good"), reply("Fine")]
    assert [await both.ask(), await both.ask()] == ["Good", "Fine"]
    assert both.failover.name == "best"
    assert both.second.requests == []


@pytest.mark.parametrize(
    "failure",
    [
        error(503, "loading model"),
        error(429, "slow down"),
        error(401, "no"),
        error(404, "no such model"),
        Answer(events=[], then="cut"),
        reply(),
    ],
)
async def test_the_next_one_answers_in_its_place(both: Endpoints, failure: Answer) -> None:
    both.first.answers.append(failure)
    both.second.answers.append(reply("Good", " morning"))
    assert await both.ask() == "Good morning"
    assert both.second.requests[0]["model"] == "spare"


async def test_a_server_that_is_gone_is_passed_over() -> None:
    async with serving() as gone:
        address = gone.base_url
    async with serving() as other:
        other.answers.append(reply("Hi"))
        clients = [
            OpenAIGenerator(model="m", base_url=url, context_tokens=99, reply_tokens=9)
            for url in (address, other.base_url)
        ]
        failover = Failover(clients, clock=ManualClock(NOON))
        assert [piece async for piece in failover.stream(PROMPT)] == ["Hi"]
        for client in clients:
            await client.aclose()


async def test_one_that_failed_rests_for_a_while_and_is_then_preferred_again(
    both: Endpoints,
) -> None:
    both.first.answers += [error(503, "loading"), reply("Back")]
    both.second.answers += [reply("One"), reply("Two")]
    assert [await both.ask(), await both.ask()] == ["One", "Two"]
    assert len(both.first.requests) == 1
    assert both.failover.name == "spare"
    both.clock.advance(PAUSE - timedelta(seconds=1))
    assert both.failover.name == "spare"
    both.clock.advance(timedelta(seconds=1))
    assert both.failover.name == "best"
    assert await both.ask() == "Back"


async def test_who_refused_this_message_is_asked_the_next_one(both: Endpoints) -> None:
    both.first.answers += [reply(finish="content_filter"), reply("Hi")]
    both.second.answers.append(reply("Well"))
    assert [await both.ask(), await both.ask()] == ["Well", "Hi"]


async def test_when_all_rest_all_are_asked_again(both: Endpoints) -> None:
    both.first.answers += [error(503, "x"), reply("Hi")]
    both.second.answers.append(error(503, "x"))
    with pytest.raises(GeneratorBusy) as caught:
        await both.ask()
    assert caught.value.values == {"model": "best"}
    assert await both.ask() == "Hi"
    assert both.failover.name == "best"


async def test_what_has_begun_is_not_begun_again_by_another(both: Endpoints) -> None:
    both.first.answers.append(Answer(events=[delta("Once upon")], then="cut"))
    pieces = both.failover.stream(PROMPT)
    assert await anext(pieces) == "Once upon"
    with pytest.raises(GeneratorUnreachable):
        await anext(pieces)
    assert both.second.requests == []
    assert both.failover.name == "spare"


async def test_a_prompt_that_is_too_long_is_no_reason_to_change(both: Endpoints) -> None:
    both.first.answers.append(error(400, "maximum context length", code="context_length_exceeded"))
    with pytest.raises(PromptTooLong):
        await both.ask()
    assert both.failover.name == "best"
    assert both.second.requests == []


async def test_closing_the_stream_leaves_the_server_that_answers(both: Endpoints) -> None:
    both.first.answers.append(error(503, "x"))
    both.second.answers.append(Answer(events=[delta("Once")], then="hang"))
    async with aclosing(both.failover.stream(PROMPT)) as pieces:
        assert await anext(pieces) == "Once"
    async with asyncio.timeout(10):
        await both.second.abandoned.wait()


async def test_what_it_cost_is_told_by_who_answered(both: Endpoints) -> None:
    both.first.answers.append(error(503, "x"))
    both.second.answers.append(reply("Hi"))
    told: list[int] = []
    assert [piece async for piece in both.failover.metered(PROMPT, told.append)] == ["Hi"]
    assert told == [1]


def test_the_limits_fit_whoever_answers(both: Endpoints) -> None:
    assert both.failover.context_tokens == 4_096
    assert both.failover.reply_tokens == 100
    assert both.failover.count_tokens("word " * 100) == both.clients[0].count_tokens("word " * 100)


def first_valid_form(content: str) -> Answer:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}}
    return Answer(body={"id": "1", "choices": [{**choice, "finish_reason": "stop"}]})


async def test_a_form_is_filled_in_by_the_first_that_can(both: Endpoints) -> None:
    both.first.answers.append(error(400, "response_format is not supported"))
    both.second.answers.append(first_valid_form('{"word": "tea"}'))
    assert await both.failover.fill(PROMPT, Word) == Word(word="tea")
    # It knows no forms, and talks all the same.
    assert both.failover.name == "best"


async def test_nobody_who_fills_in_forms_is_told_from_somebody_who_is_away(
    both: Endpoints,
) -> None:
    refusal = error(400, "response_format is not supported")
    both.first.answers.append(refusal)
    both.second.answers.append(refusal)
    with pytest.raises(FormRefused):
        await both.failover.fill(PROMPT, Word)
    both.second.answers.append(error(503, "x"))
    with pytest.raises(GeneratorBusy):
        await both.failover.fill(PROMPT, Word)


async def test_a_refusal_that_may_be_for_the_length_is_first_shown_to_the_next_model() -> None:
    refused = GeneratorRefused(model="m", reason="no")
    doubt = PromptTooLong(otherwise=refused)
    both = [ScriptedGenerator([doubt]), ScriptedGenerator(["Hi"])]
    asked = Failover(both, clock=ManualClock(NOON))
    assert [piece async for piece in asked.stream(PROMPT)] == ["Hi"]
    alone = Failover(both[:1], clock=ManualClock(NOON))
    with pytest.raises(PromptTooLong):
        await anext(alone.stream(PROMPT))


async def test_models_that_know_no_forms_are_passed_over() -> None:
    notes = NotesGenerator()
    failover = Failover([ScriptedGenerator(), notes], clock=ManualClock(NOON))
    with pytest.raises(FormRefused):
        await Failover([ScriptedGenerator()], clock=ManualClock(NOON)).fill(PROMPT, Word)
    notes.can_fill = False
    with pytest.raises(FormRefused):
        await failover.fill(PROMPT, Word)
    assert notes.forms == 1


async def test_pictures_go_first_to_who_sees_them() -> None:
    messages = [ChatMessage("user", "Look!", (PICTURE,))]
    async with endpoints(seeing="spare") as both:
        assert both.failover.sees
        both.second.answers += [reply("A cat"), error(503, "x")]
        both.first.answers += [reply("I cannot see it")]
        assert await both.ask(messages) == "A cat"
        assert await both.ask(messages) == "I cannot see it"
        seen = both.second.requests[0]["messages"][0]["content"]
        assert seen[1]["image_url"]["url"] == "data:image/png;base64,iVBORw=="
        unseen = both.first.requests[0]["messages"][0]["content"]
        assert unseen.startswith("Look!\n\n[A picture came with this message.")


async def test_without_anybody_who_sees_it_is_known(both: Endpoints) -> None:
    assert not both.failover.sees
    blind = ScriptedGenerator()
    failover = Failover([blind], clock=ManualClock(NOON))
    async for _ in failover.stream([ChatMessage("user", "", (PICTURE, PICTURE))]):
        pass
    [[message]] = blind.asked
    assert message.images == ()
    assert message.content.startswith("[2 pictures came")


async def test_a_refusal_of_all_is_that_of_the_preferred(both: Endpoints) -> None:
    both.first.answers.append(error(401, "x"))
    both.second.answers.append(error(503, "x"))
    with pytest.raises(GeneratorRefused):
        await both.ask()


def test_it_fulfils_the_ports(both: Endpoints) -> None:
    generator: Generator = both.failover
    assert isinstance(generator, FormFiller)
    assert isinstance(generator, Seeing)
    assert isinstance(generator, Metered)
    with pytest.raises(ValueError, match="needs a model"):
        Failover([], clock=both.clock)


async def test_an_error_that_no_other_model_mends_comes_out() -> None:
    failover = Failover([ScriptedGenerator([GeneratorError()])], clock=ManualClock(NOON))
    with pytest.raises(GeneratorError):
        async for _ in failover.stream(PROMPT):
            pass


async def test_a_voice_is_asked_of_those_who_have_it_and_the_others_answer_as_they_are(
    both: Endpoints,
) -> None:
    assert isinstance(both.failover, Voiced)
    assert both.failover.voices == ("calm", "merry", "wise")
    both.first.answers += [reply("a"), reply("b"), error(503, "x")]
    both.second.answers += [reply("c"), reply("d")]
    for name in ("merry", "wise", "merry", "calm"):
        assert [piece async for piece in both.failover.voiced(name).stream(PROMPT)]
    assert [sent["model"] for sent in both.first.requests] == ["merry", "best", "merry"]
    # The last one found the first server paused: a pause holds for all voices.
    assert [sent["model"] for sent in both.second.requests] == ["spare", "calm"]
    assert both.failover.name == "spare"
    assert both.failover.voiced("merry").context_tokens == 4_096


async def test_a_voice_that_a_server_lost_is_for_whoever_asked_to_replace(both: Endpoints) -> None:
    both.first.answers += [error(404, "no such model"), reply("Hi")]
    with pytest.raises(VoiceUnknown):
        await anext(both.failover.voiced("calm").stream(PROMPT))
    assert await both.ask() == "Hi"
    assert both.second.requests == []
    with pytest.raises(VoiceUnknown, match=r"loud\. There is: calm, merry, wise"):
        both.failover.voiced("loud")


async def test_who_has_no_voices_is_asked_as_it_is() -> None:
    failover = Failover([ScriptedGenerator(), VoicedGenerator("calm")], clock=ManualClock(NOON))
    assert failover.voices == ("calm",)
    assert [piece async for piece in failover.voiced("calm").stream(PROMPT)] == ["I see."]
    alone = Failover([ScriptedGenerator()], clock=ManualClock(NOON))
    assert alone.voices == ()
    with pytest.raises(VoiceUnknown, match="It has none"):
        alone.voiced("calm")
