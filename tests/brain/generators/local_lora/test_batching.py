import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brain.errors import GeneratorBusy, GeneratorError, PromptTooLong
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.generator import LocalGenerator
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.text import ChatText, PieceDecoder
from tests.brain.generators.local_lora.small import Around, reply, said, speaking

PROMPTS = (
    said("Hello, sea!"),
    said("I walked with my sister in the park. " * 5),
    said("你好", "hm", "And then?"),
    said("x"),
    said("今天过得怎么样？" * 9),
)
Adapters = dict[str, Path]


def of(generator: LocalGenerator) -> Around:
    """What stands before the model in this test."""
    around = generator._engine.runner
    assert isinstance(around, Around)
    return around


async def rows_and_waiting(generator: LocalGenerator) -> tuple[int, int]:
    """As the model's own thread sees them between two steps."""
    batcher = generator._engine.batcher
    return await asyncio.wrap_future(batcher.call(lambda: (batcher.rows, batcher.waiting)))


async def entered(around: Around) -> None:
    """Wait until the model is at work."""
    assert await asyncio.to_thread(around.entered.wait, 60)


async def waiting(generator: LocalGenerator, count: int) -> None:
    """Return when so many wait."""
    batcher = generator._engine.batcher

    def wait() -> bool:
        with batcher._changed:
            return batcher._changed.wait_for(lambda: batcher.waiting >= count, 60)

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


def written(text: ChatText, tokens: list[int]) -> str:
    """As they are shown, without outer white space at the beginning."""
    decoder = PieceDecoder(text)
    return ("".join(map(decoder.feed, tokens)) + decoder.finish()).lstrip()


async def test_a_batch_says_what_each_would_be_told_alone(loaded: LoadedModel) -> None:
    async with speaking(loaded) as generator:
        together = await replies(generator)
        text = generator._engine.text
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
            decode = generator._engine.text.decode
            asked = [(decode(ids), adapter, leave) for ids, adapter, leave in wanted]
            together = await asyncio.gather(*(ask(generator, *each) for each in asked))
            alone = [await ask(generator, *each) for each in asked]
            assert list(together) == alone
            assert await rows_and_waiting(generator) == (0, 0)

    asyncio.run(compare())


async def test_who_comes_later_is_answered_while_a_long_reply_goes_on(loaded: LoadedModel) -> None:
    async with (
        speaking(loaded, reply_tokens=200) as patient,
        aclosing(endless(patient).stream(PROMPTS[0])) as long,
    ):
        assert await anext(long)
        first = asyncio.ensure_future(drain(long))
        patient.reply_tokens = 2
        assert await reply(patient, PROMPTS[3])
        assert not first.done()
        assert await first > 2


def endless(generator: LocalGenerator) -> LocalGenerator:
    """A view that keeps asking for as much as at first, with no word that ends a reply."""
    generator._engine.batcher._stops = frozenset()
    return generator.voiced(None)


async def drain(pieces: AsyncGenerator[str, None]) -> int:
    """How many there are."""
    return len([piece async for piece in pieces])


async def test_closing_the_stream_frees_the_row(loaded: LoadedModel) -> None:
    async with speaking(loaded, reply_tokens=200) as generator:
        async with aclosing(endless(generator).stream(PROMPTS[0])) as pieces:
            assert await anext(pieces)
            assert await rows_and_waiting(generator) == (1, 0)
        assert await rows_and_waiting(generator) == (0, 0)


async def test_a_request_given_up_while_it_waits_is_never_read(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=Around, most_rows=1) as generator:
        around = of(generator)
        around.gate.clear()
        first = asyncio.ensure_future(reply(generator, PROMPTS[0]))
        await entered(around)
        second = asyncio.ensure_future(reply(generator, PROMPTS[1]))
        await waiting(generator, 1)
        second.cancel()
        await asyncio.wait([second])
        around.gate.set()
        assert await rows_and_waiting(generator) == (1, 0)
        assert await first


async def test_more_than_may_wait_are_told_that_the_model_is_busy(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=Around, most_rows=1, most_waiting=2) as generator:
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

    async with speaking(loaded, around=Around, most_rows=1) as generator:
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
    async with speaking(loaded, around=Around) as generator:
        around = of(generator)
        around.gate.clear()
        asked = asyncio.ensure_future(reply(generator, PROMPTS[0]))
        await entered(around)
        # The model's thread stands still in a pass, and this goes on.
        assert generator.count_tokens("the sea is calm") > 0
        assert not asked.done()
        around.gate.set()
        assert await asked


class Narrow(Around):
    """Memory for two rows."""

    def step(self) -> list[int | None]:
        if self.rows > 2:
            raise ModelOutOfMemory(model="tiny")
        return super().step()


class Blind(Around):
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
        Blind.lifted = True
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


async def test_out_of_memory_in_the_middle_loses_no_word(
    loaded: LoadedModel, errors: list[Exception]
) -> None:
    async with speaking(loaded) as generator:
        enough = await replies(generator)
        started = [generator.stream(prompt) for prompt in PROMPTS]
        begun = [await anext(pieces) for pieces in started]
        errors.append(torch.OutOfMemoryError("CUDA out of memory"))
        rest = await asyncio.gather(*(joined(pieces) for pieces in started))
    assert [first + more for first, more in zip(begun, rest, strict=True)] == enough
    assert not errors


async def joined(pieces: AsyncGenerator[str, None]) -> str:
    return "".join([piece async for piece in pieces])


async def test_closing_breaks_off_what_is_under_way(loaded: LoadedModel) -> None:
    async with speaking(loaded, reply_tokens=200) as generator:
        view = endless(generator)
        pieces = view.stream(PROMPTS[0])
        assert await anext(pieces)
        await generator.aclose()
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
