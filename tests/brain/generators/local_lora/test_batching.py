import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from threading import Semaphore
from weakref import ref

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brain.errors import GeneratorBusy, GeneratorError, PromptTooLong
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.generator import LocalGenerator
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.requests import Guide
from brain.generators.local_lora.runner import TransformersRunner
from brain.generators.local_lora.tokenizing import LONGEST_CHARACTER, ChatTokenizer, StreamDecoder
from tests.brain.generators.local_lora.tiny_model import RunnerWrapper, reply, said, speaking

PROMPTS = (
    said("Hello, sea!"),
    said("I walked with my sister in the park. " * 5),
    said("你好", "hm", "And then?"),
    said("x"),
    said("今天过得怎么样？" * 9),
)
Adapters = dict[str, Path]


def of(generator: LocalGenerator) -> RunnerWrapper:
    """What stands before the model in this test."""
    around = generator._engine.runner
    assert isinstance(around, RunnerWrapper)
    return around


def rows_and_waiting(generator: LocalGenerator) -> "asyncio.Future[tuple[int, int]]":
    """As the model's own thread sees them between two steps; asked for at once."""
    batcher = generator._engine.batcher
    return asyncio.wrap_future(batcher.call(lambda: (batcher.rows, batcher.waiting)))


async def entered(around: RunnerWrapper) -> None:
    """Wait until the model is at work."""
    assert await asyncio.to_thread(around.entered.wait, 60)


async def starved(around: RunnerWrapper) -> None:
    """Wait until it has made all the steps that it may."""
    assert await asyncio.to_thread(around.starved.wait, 60)


async def waiting(generator: LocalGenerator, count: int) -> None:
    """Return when so many wait."""
    batcher = generator._engine.batcher

    def wait() -> bool:
        with batcher._changed:
            return batcher._changed.wait_for(lambda: batcher.waiting >= count, 60)

    assert await asyncio.to_thread(wait)


async def closed(generator: LocalGenerator) -> None:
    """Return when it takes up nothing any more."""
    batcher = generator._engine.batcher

    def wait() -> bool:
        with batcher._changed:
            return batcher._changed.wait_for(lambda: batcher._closed, 60)

    assert await asyncio.to_thread(wait)


async def replies(*views: LocalGenerator) -> list[str]:
    """All prompts at once, view by view in turn."""
    pairs = [(views[number % len(views)], prompt) for number, prompt in enumerate(PROMPTS)]
    return list(await asyncio.gather(*(reply(view, prompt) for view, prompt in pairs)))


def by_transformers(loaded: LoadedModel, prompt: list[int], *, most: int = 12) -> list[int]:
    """What the library's own loop gives for one prompt alone."""
    ids = torch.tensor([prompt])
    mask = torch.ones_like(ids)
    output = loaded.model.generate(ids, attention_mask=mask, do_sample=False, max_new_tokens=most)
    return [token for token in output[0, len(prompt) :].tolist() if token not in loaded.stops]


def written(text: ChatTokenizer, tokens: list[int]) -> str:
    """As they are shown, without outer white space at the beginning."""
    decoder = StreamDecoder(text)
    return ("".join(map(decoder.feed, tokens)) + decoder.finish()).lstrip()


async def test_a_batch_says_what_each_would_be_told_alone(loaded: LoadedModel) -> None:
    async with speaking(loaded) as generator:
        together = await replies(generator)
        text = generator._engine.tokenizer
        alone = [written(text, by_transformers(loaded, text.prompt(prompt))) for prompt in PROMPTS]
    assert together == alone
    assert len(set(together)) == len(PROMPTS)


async def test_adapters_mixed_in_one_batch_say_what_each_says_alone(
    loaded: LoadedModel, adapters: Adapters
) -> None:
    async with speaking(loaded, adapters) as generator:
        views = [generator, *(generator.voiced(name) for name in generator.voices)]
        alone = [
            await reply(views[number % len(views)], prompt) for number, prompt in enumerate(PROMPTS)
        ]
        together = await replies(*views)
        plain = await replies(generator)
    assert together == alone
    assert [a == b for a, b in zip(together, plain, strict=True)] == [True, *[False] * 3, True]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    wanted=st.lists(
        st.tuples(
            st.lists(st.integers(5, 300), min_size=1, max_size=90),
            st.sampled_from([None, "calm", "wise"]),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=6,
    ),
    most_rows=st.integers(1, 4),
    chunk_tokens=st.integers(1, 70),
)
def test_however_rows_come_and_go_each_reply_is_its_own(
    loaded: LoadedModel,
    adapters: Adapters,
    wanted: list[tuple[list[int], str | None, int]],
    most_rows: int,
    chunk_tokens: int,
) -> None:
    async def ask(generator: LocalGenerator, text: str, adapter: str | None, leave: int) -> str:
        """Some leave early: after as many pieces."""
        pieces = []
        async with aclosing(generator.voiced(adapter).stream(said(text))) as stream:
            async for piece in stream:
                pieces.append(piece)
                if len(pieces) == leave and adapter is None:
                    break
        return "".join(pieces)

    async def compare() -> None:
        some = {name: adapters[name] for name in ("calm", "wise")}
        size = {"most_rows": most_rows, "chunk_tokens": chunk_tokens, "reply_tokens": 8}
        async with speaking(loaded, some, **size) as generator:
            decode = generator._engine.tokenizer.decode
            asked = [(decode(ids), adapter, leave) for ids, adapter, leave in wanted]
            together = await asyncio.gather(*(ask(generator, *each) for each in asked))
            alone = [await ask(generator, *each) for each in asked]
            assert list(together) == alone
            assert await rows_and_waiting(generator) == (0, 0)

    asyncio.run(compare())


async def test_who_comes_later_is_answered_while_a_long_reply_goes_on(loaded: LoadedModel) -> None:
    async with (
        speaking(loaded, around=RunnerWrapper, reply_tokens=200) as patient,
        aclosing(endless(patient).stream(PROMPTS[0])) as long,
    ):
        permits = of(patient).permits = Semaphore(LONGEST_CHARACTER)
        assert await anext(long)
        first = asyncio.ensure_future(drain(long))
        await starved(of(patient))
        patient.reply_tokens = 2
        later = asyncio.ensure_future(reply(patient, PROMPTS[3]))
        await waiting(patient, 1)
        # The one under way, and one for both: that is all that the short reply needs.
        permits.release(2)
        assert await later
        assert not first.done()
        permits.release(200)
        assert await first > 2


def endless(generator: LocalGenerator) -> LocalGenerator:
    """A view that keeps asking for as much as at first, with no word that ends a reply."""
    generator._engine.batcher._stops = frozenset()
    return generator.voiced(None)


async def drain(pieces: AsyncGenerator[str, None]) -> int:
    """How many there are."""
    return len([piece async for piece in pieces])


async def test_closing_the_stream_frees_the_row(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=RunnerWrapper, reply_tokens=200) as generator:
        permits = of(generator).permits = Semaphore(LONGEST_CHARACTER)
        async with aclosing(endless(generator).stream(PROMPTS[0])) as pieces:
            assert await anext(pieces)
            await starved(of(generator))
            there = rows_and_waiting(generator)
            permits.release()
            assert await there == (1, 0)
            await starved(of(generator))
        gone = rows_and_waiting(generator)
        permits.release()
        assert await gone == (0, 0)


async def test_a_request_given_up_while_it_waits_is_never_read(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=RunnerWrapper, most_rows=1) as generator:
        around = of(generator)
        around.gate.clear()
        first = asyncio.ensure_future(reply(generator, PROMPTS[0]))
        await entered(around)
        second = asyncio.ensure_future(reply(generator, PROMPTS[1]))
        await waiting(generator, 1)
        second.cancel()
        await asyncio.wait([second])
        # Asked before the first one goes on: it is done between that pass and the next.
        seen = rows_and_waiting(generator)
        around.gate.set()
        assert await seen == (1, 0)
        assert await first


async def test_more_than_may_wait_are_told_that_the_model_is_busy(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=RunnerWrapper, most_rows=1, most_waiting=2) as generator:
        around = of(generator)
        around.gate.clear()
        asked = [asyncio.ensure_future(reply(generator, PROMPTS[0]))]
        await entered(around)
        asked += [asyncio.ensure_future(reply(generator, PROMPTS[0])) for _ in range(2)]
        await waiting(generator, 2)
        with pytest.raises(GeneratorBusy):
            await reply(generator, PROMPTS[0])
        around.gate.set()
        assert len(set(await asyncio.gather(*asked))) == 1


async def test_who_came_first_is_answered_first(loaded: LoadedModel) -> None:
    order: list[int] = []

    async def ask(generator: LocalGenerator, number: int) -> None:
        await reply(generator, PROMPTS[number % 3])
        order.append(number)

    async with speaking(loaded, around=RunnerWrapper, most_rows=1) as generator:
        around = of(generator)
        around.gate.clear()
        asked = []
        for number in range(6):
            asked.append(asyncio.ensure_future(ask(generator, number)))
            await entered(around)
            await waiting(generator, number)
        around.gate.set()
        await asyncio.gather(*asked)
    assert order == [0, 1, 2, 3, 4, 5]


async def test_the_event_loop_runs_on_while_the_model_computes(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=RunnerWrapper) as generator:
        around = of(generator)
        around.gate.clear()
        asked = asyncio.ensure_future(reply(generator, PROMPTS[0]))
        await entered(around)
        # The model's thread stands still in a pass, and this goes on.
        assert generator.count_tokens("the sea is calm") > 0
        assert not asked.done()
        around.gate.set()
        assert await asked


class Narrow(RunnerWrapper):
    """Memory for two rows."""

    def step(self) -> list[int | None]:
        if self.rows > 2:
            raise ModelOutOfMemory(model="tiny")
        return super().step()


class Blind(RunnerWrapper):
    """Memory for no prompt at all, until it is lifted."""

    lifted = False

    def read(self, slot: int, tokens: list[int], *, last: bool) -> int | None:  # type: ignore[override]
        if not self.lifted:
            raise ModelOutOfMemory(model="tiny")
        return super().read(slot, tokens, last=last)


async def test_when_memory_runs_out_fewer_are_answered_at_a_time(loaded: LoadedModel) -> None:
    async with speaking(loaded) as generator:
        enough = await replies(generator)
    async with speaking(loaded, around=Narrow) as generator:
        assert await replies(generator) == enough
        assert await rows_and_waiting(generator) == (0, 0)


async def test_what_fits_not_even_alone_is_told_so_and_the_next_is_answered(
    loaded: LoadedModel,
) -> None:
    async with speaking(loaded, around=Blind) as generator:
        failed = await asyncio.gather(
            *(reply(generator, prompt) for prompt in PROMPTS), return_exceptions=True
        )
        assert [type(each) for each in failed] == [ModelOutOfMemory] * len(PROMPTS)
        blind = of(generator)
        assert isinstance(blind, Blind)
        blind.lifted = True
        assert await reply(generator, PROMPTS[0])


@pytest.fixture
def errors(loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """Errors that the model's passes raise, one each, the last first."""
    coming: list[Exception] = []
    forward = loaded.model.forward

    def pass_or_fail(**inputs: object) -> object:
        if coming:
            raise coming.pop()
        return forward(**inputs)

    monkeypatch.setattr(loaded.model, "forward", pass_or_fail)
    return coming


class Failing:
    """Lets memory run out in one pass of the model."""

    passes = 0
    """Until that one, itself included."""

    def count(self) -> None:
        self.passes -= 1
        if self.passes == 0:
            raise torch.OutOfMemoryError("CUDA out of memory")


@pytest.fixture
def failing(loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> Failing:
    failing, forward = Failing(), loaded.model.forward

    def counted(**inputs: object) -> object:
        failing.count()
        return forward(**inputs)

    monkeypatch.setattr(loaded.model, "forward", counted)
    return failing


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), ModelOutOfMemory),
        (RuntimeError("DefaultCPUAllocator: not enough memory"), ModelOutOfMemory),
        (RuntimeError("CUDA error: unspecified launch failure"), GeneratorError),
    ],
)
async def test_a_pass_that_fails_ends_in_a_sentence_and_the_model_goes_on(
    loaded: LoadedModel,
    errors: list[Exception],
    error: Exception,
    shown: type[Exception],
) -> None:
    async with speaking(loaded) as generator:
        before = await reply(generator, PROMPTS[0])
        errors.append(error)
        with pytest.raises(GeneratorError) as caught:
            await reply(generator, PROMPTS[0])
        assert type(caught.value) is shown
        assert await reply(generator, PROMPTS[0]) == before


@pytest.mark.parametrize("nth", range(2, 12, 3))
async def test_out_of_memory_in_the_middle_loses_no_word(
    loaded: LoadedModel, failing: Failing, nth: int
) -> None:
    async with speaking(loaded) as generator:
        enough = await replies(generator)
        failing.passes = nth
        assert await replies(generator) == enough
    assert failing.passes < 0


async def joined(pieces: AsyncGenerator[str, None]) -> str:
    return "".join([piece async for piece in pieces])


class Sick(RunnerWrapper):
    """Fails at one thing, once, in a way that nobody expects."""

    at = ""

    def open(self, adapter: str | None, tokens: int, guide: Guide | None = None) -> None:
        self._fail("open")
        super().open(adapter, tokens, guide)

    def close(self, slot: int, *, trim: bool = False) -> None:
        self._fail("close")
        super().close(slot, trim=trim)

    def reset(self) -> None:
        super().reset()
        self._fail("reset")

    def step(self) -> list[int | None]:
        # After a failed reset one more thing fails, lest it is made for nothing.
        if self.at == "reset":
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        if self.at == "thread":
            self.at = ""
            raise SystemExit
        if self.at == "close of the trimmed" and self.rows > 1:
            self.at = "close"
            raise ModelOutOfMemory(model="tiny")
        return super().step()

    def _fail(self, at: str) -> None:
        if self.at == at:
            self.at = ""
            raise RuntimeError("CUDA error: an illegal memory access was encountered")


@pytest.mark.parametrize("at", ["open", "close", "close of the trimmed", "reset"])
async def test_whatever_fails_every_reply_ends_and_the_next_is_answered(
    loaded: LoadedModel, at: str
) -> None:
    async with speaking(loaded, around=Sick, most_rows=3) as generator:
        enough = await replies(generator)
        sick = of(generator)
        assert isinstance(sick, Sick)
        sick.at = at
        async with asyncio.timeout(60):
            ended = await asyncio.gather(
                *(reply(generator, prompt) for prompt in PROMPTS), return_exceptions=True
            )
        failed = [each for each in ended if each not in enough]
        assert {type(each) for each in failed} <= {GeneratorError}
        assert failed or at == "close"
        assert not sick.at
        assert await replies(generator) == enough
        assert await rows_and_waiting(generator) == (0, 0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_should_the_thread_end_nobody_waits_for_ever(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=Sick, most_rows=2) as generator:
        sick = of(generator)
        assert isinstance(sick, Sick)
        sick.at = "thread"
        async with asyncio.timeout(60):
            ended = await asyncio.gather(
                *(reply(generator, prompt) for prompt in PROMPTS), return_exceptions=True
            )
        assert {type(each) for each in ended} <= {GeneratorError, GeneratorBusy}
        with pytest.raises(GeneratorBusy):
            await reply(generator, PROMPTS[0])


class Holding(RunnerWrapper):
    """Notes what of a failed step is still held when its memory is to be given back."""

    def __init__(self, runner: TransformersRunner) -> None:
        super().__init__(runner)
        self.failed = False
        self.trims: list[bool] = []
        self._computed: ref[torch.Tensor] | None = None

    def step(self) -> list[int | None]:
        if self.rows == len(PROMPTS) and not self.failed:
            self.failed = True
            computed = torch.zeros(4)
            self._computed = ref(computed)
            raise ModelOutOfMemory(model="tiny")
        return super().step()

    def close(self, slot: int, *, trim: bool = False) -> None:
        if trim:
            assert self._computed
            self.trims.append(self._computed() is None)
        super().close(slot, trim=trim)


async def test_memory_is_given_back_once_and_when_the_failed_step_has_let_go_of_it(
    loaded: LoadedModel,
) -> None:
    async with speaking(loaded, around=Holding) as generator:
        around = of(generator)
        assert isinstance(around, Holding)
        around.gate.clear()
        asked = [asyncio.ensure_future(reply(generator, prompt)) for prompt in PROMPTS]
        await entered(around)
        await waiting(generator, len(PROMPTS) - 1)
        around.gate.set()
        assert all(await asyncio.gather(*asked))
        # Three rows left the batch.
        assert around.trims == [True]


async def test_closing_breaks_off_what_is_under_way(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=RunnerWrapper, reply_tokens=200) as generator:
        permits = of(generator).permits = Semaphore(LONGEST_CHARACTER)
        view = endless(generator)
        pieces = view.stream(PROMPTS[0])
        assert await anext(pieces)
        await starved(of(generator))
        closing = asyncio.ensure_future(generator.aclose())
        await closed(generator)
        permits.release()
        await closing
        with pytest.raises(GeneratorError):
            await joined(pieces)
        with pytest.raises(GeneratorBusy):
            await reply(generator, PROMPTS[0])


async def test_a_prompt_that_leaves_no_room_for_a_reply_is_too_long(loaded: LoadedModel) -> None:
    async with speaking(loaded, reply_tokens=100) as generator:
        with pytest.raises(PromptTooLong):
            await reply(generator, said("sea " * 500))
        assert generator.context_tokens == 512
        assert await rows_and_waiting(generator) == (0, 0)
