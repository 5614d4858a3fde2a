"""Forms that a model of one's own fills in, token by token."""

import asyncio
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from pydantic import BaseModel, Field, field_validator

from brain.consolidation.summariser import Summariser
from brain.errors import AnswerUnusable, FormRefused, GeneratorError, MissingPart, PromptTooLong
from brain.generators.local_lora import constrained_decoding, engine, generator, sampling
from brain.generators.local_lora.constrained_decoding import FormGuide, GuideFactory, with_limits
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.generator import start_local_model
from brain.generators.local_lora.loading import LoadedModel, describe
from brain.generators.local_lora.requests import Guide
from brain.generators.local_lora.runner import TransformersRunner
from brain.generators.local_lora.sampling import Sampler
from brain.ports import FormFiller
from tests.brain.generators.chatglm.models import small_model
from tests.brain.generators.chatglm.models import tokenizer as chatglm_tokenizer
from tests.brain.generators.local_lora.tiny_model import (
    RunnerWrapper,
    options,
    reply,
    said,
    speaking,
)

# The compiler imports parts of PyTorch that PyTorch itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CPU = torch.device("cpu")
HELLO = said("Hello, sea!")
MOST = 150
"""Tokens of the forms below; they need fewer."""
Adapters = dict[str, Path]
Mood = Literal["calm", "merry"]


class Sight(BaseModel):
    """One thing that was seen."""

    name: str = Field(max_length=6)
    times: int
    mood: Mood | None


class Walk(BaseModel):
    """What was seen on a walk."""

    sights: list[Sight] = Field(min_length=1, max_length=2)
    far: bool


class Picky(BaseModel):
    """What no answer is."""

    far: bool

    @field_validator("far")
    @classmethod
    def _refuse(cls, _: object) -> bool:
        raise ValueError("never")


def guides_of(loaded: LoadedModel) -> GuideFactory:
    return GuideFactory(loaded.tokenizer, stops=loaded.stops, model="tiny")


def runner_of(
    loaded: LoadedModel, *, compiled: bool = False, most_rows: int = 1
) -> TransformersRunner:
    sampler = Sampler(None, temperature=0, device=CPU)
    return TransformersRunner(loaded, sampler=sampler, compiled=compiled, most_rows=most_rows)


def tokens_of(
    runner: TransformersRunner,
    guide: Guide | None,
    prompt: Sequence[int] = (5, 6, 7),
    *,
    most: int = MOST,
) -> list[int | None]:
    """What one row says alone, until its guide is over."""
    runner.open(None, 200, guide)
    found = [runner.read(0, list(prompt), last=True)]
    while len(found) < most and not (guide and guide.is_over):
        found += runner.step()
    runner.close(0)
    return found


def written(loaded: LoadedModel, tokens: Sequence[int | None]) -> Walk:
    """The form, read strictly: there is nothing else in it."""
    text = loaded.tokenizer.decode([token for token in tokens if token is not None])
    assert set(json.loads(text)) == {"sights", "far"}
    return Walk.model_validate_json(text)


@pytest.mark.parametrize("temperature", [0, 1])
async def test_a_model_that_knows_nothing_fills_in_a_form(
    loaded: LoadedModel, temperature: float
) -> None:
    async with speaking(loaded, temperature=temperature, seed=1) as model:
        assert isinstance(model, FormFiller)
        assert await Summariser(model, idle=_at_once).fill("Which?", "The sea.", Walk) is not None
        walk = await model.fill(HELLO, Walk)
        again = await model.fill(HELLO, Walk)
    assert 1 <= len(walk.sights) <= 2
    # The likeliest words, whatever the temperature of chats is.
    assert walk == again


async def _at_once() -> None:
    return None


async def test_a_form_in_a_voice_is_that_voices_own(
    loaded: LoadedModel, adapters: Adapters
) -> None:
    async with speaking(loaded, adapters) as model:
        forms = [await view.fill(HELLO, Walk) for view in (model, model.voiced("wise"))]
    assert forms[0] != forms[1]


async def test_forms_and_chats_in_one_batch_are_each_as_they_are_alone(
    loaded: LoadedModel, adapters: Adapters
) -> None:
    async with speaking(loaded, adapters, reply_tokens=40) as model:
        calm = model.voiced("calm")
        alone = [
            await reply(model, HELLO),
            await model.fill(HELLO, Walk),
            await reply(calm, HELLO),
            await calm.fill(said("x"), Walk),
        ]
        together = await asyncio.gather(
            reply(model, HELLO),
            model.fill(HELLO, Walk),
            reply(calm, HELLO),
            calm.fill(said("x"), Walk),
        )
    assert list(together) == alone


class Crowded(RunnerWrapper):
    """Memory for two rows runs out in the middle of a form, and stays so."""

    steps = 0
    halved = 0

    def step(self) -> list[int | None]:
        self.steps += 1
        if self.rows > 1 and self.steps > 8:
            self.halved += 1
            raise ModelOutOfMemory(model="tiny")
        return super().step()


async def test_a_form_whose_row_went_back_into_the_queue_goes_on_where_it_was(
    loaded: LoadedModel,
) -> None:
    prompts = [HELLO, said("x")]
    async with speaking(loaded) as model:
        alone = [await model.fill(prompt, Walk) for prompt in prompts]
    async with speaking(loaded, around=Crowded) as model:
        together = await asyncio.gather(*(model.fill(prompt, Walk) for prompt in prompts))
        around = model._engine.runner
        assert isinstance(around, Crowded)
        assert around.halved
    assert together == alone


class Noting:
    """A guide that tells what it took, and how often it was asked."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.taken: list[int] = []
        self.asked = 0

    @property
    def is_sampled(self) -> bool:
        return self.guide.is_sampled

    @property
    def is_over(self) -> bool:
        return self.guide.is_over

    def allowed(self) -> bytes:
        self.asked += 1
        return self.guide.allowed()

    def advance(self, token: int) -> None:
        self.taken.append(token)
        self.guide.advance(token)


def test_a_step_that_fails_has_taken_nothing(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    guides, runner = guides_of(loaded), runner_of(loaded)
    expected = tokens_of(runner, guides.guide(Walk))
    guide = Noting(guides.guide(Walk))
    choose, times = Sampler.choose, iter(range(9999))

    def failing(self: Sampler, *args: Any) -> list[int]:  # noqa: ANN401
        chosen = choose(self, *args)
        if next(times) in {0, 3, 4}:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return chosen

    monkeypatch.setattr(Sampler, "choose", failing)
    runner.open(None, 200, guide)
    with pytest.raises(ModelOutOfMemory):
        runner.read(0, [5, 6, 7], last=True)
    assert guide.taken == []
    found = [runner.read(0, [5, 6, 7], last=True)]
    while not guide.is_over:
        try:
            found += runner.step()
        except ModelOutOfMemory:
            assert guide.taken == found
    assert found == guide.taken == expected
    runner.reset()


@pytest.mark.parametrize("compiled", [False, True])
def test_a_guide_moves_with_its_row(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch, *, compiled: bool
) -> None:
    monkeypatch.setattr(torch, "compile", lambda forward, **_: forward)
    guides = guides_of(loaded)
    plain = runner_of(loaded)
    expected = tokens_of(plain, guides.guide(Walk))
    free = tokens_of(plain, None, [8] * 20, most=9)
    runner = runner_of(loaded, compiled=compiled, most_rows=4)
    guide = guides.guide(Walk)
    first: list[int | None] = []
    for slot, (row, prompt) in enumerate(
        ((None, [8] * 20), (guides.guide(Walk), [9, 10]), (guide, [5, 6, 7]))
    ):
        runner.open(None, 200, row)
        first.append(runner.read(slot, prompt, last=True))
    found = [first[2]]
    told = [first[0]]
    for _ in range(4):
        tokens = runner.step()
        told.append(tokens[0])
        found.append(tokens[2])
    runner.close(1)
    for _ in range(4):
        tokens = runner.step()
        told.append(tokens[0])
        found.append(tokens[1])
    runner.close(0)
    while not guide.is_over:
        found += runner.step()
    runner.reset()
    assert told == free
    assert found == expected
    assert 1 <= len(written(loaded, found).sights) <= 2


def test_who_reads_beside_a_form_is_not_guided_before_the_prompt_is_read(
    loaded: LoadedModel,
) -> None:
    guides, runner = guides_of(loaded), runner_of(loaded)
    expected = tokens_of(runner, guides.guide(Walk), [9] * 30)
    runner.open(None, 200, guides.guide(Walk))
    runner.read(0, [5, 6, 7], last=True)
    guide = Noting(guides.guide(Walk))
    runner.open(None, 200, guide)
    assert runner.read(1, [9] * 10, last=False) is None
    assert runner.step()[1] is None
    assert (guide.asked, guide.taken) == (0, [])
    found = [runner.read(1, [9] * 20, last=True)]
    while not guide.is_over:
        found.append(runner.step()[1])
    runner.reset()
    assert found == expected


def test_a_slot_that_is_taken_again_is_free(loaded: LoadedModel) -> None:
    runner = runner_of(loaded)
    free = tokens_of(runner, None, most=6)
    leaving: list[Callable[[], None]] = [partial(runner.close, 0), runner.reset]
    for leave in leaving:
        runner.open(None, 200, guides_of(loaded).guide(Walk))
        runner.read(0, [5, 6, 7], last=True)
        leave()
        assert tokens_of(runner, None, most=6) == free


async def test_what_is_cut_or_no_form_is_asked_for_twice(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    guide = GuideFactory.guide

    def noted(self: GuideFactory, form: type[BaseModel], *, is_sampled: bool) -> FormGuide:
        asked.append(is_sampled)
        return guide(self, form, is_sampled=is_sampled)

    monkeypatch.setattr(GuideFactory, "guide", noted)
    async with speaking(loaded) as model:
        with pytest.raises(AnswerUnusable):
            await model.fill(HELLO, Picky)
        assert asked == [False, True]
        monkeypatch.setattr(generator, "form_token_limit", lambda *_, **__: 5)
        with pytest.raises(AnswerUnusable):
            await model.fill(HELLO, Walk)
        assert asked == [False, True] * 2
        # Nothing is left behind.
        batcher = model._engine.batcher
        assert await asyncio.wrap_future(batcher.call(lambda: batcher.rows)) == 0


async def test_a_form_may_be_longer_than_a_reply_but_not_than_the_context(
    loaded: LoadedModel,
) -> None:
    async with speaking(loaded, reply_tokens=4) as model:
        assert (await model.fill(HELLO, Walk)).sights
        with pytest.raises(PromptTooLong):
            await model.fill(said("x" * 600), Walk)


async def test_a_model_that_fails_says_so(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(loaded.model, "forward", fail)
    async with speaking(loaded) as model:
        with pytest.raises(GeneratorError):
            await model.fill(HELLO, Walk)


async def test_whoever_stops_waiting_for_a_form_frees_its_row(loaded: LoadedModel) -> None:
    async with speaking(loaded, around=RunnerWrapper) as model:
        around = model._engine.runner
        assert isinstance(around, RunnerWrapper)
        around.gate.clear()
        asked = asyncio.ensure_future(model.fill(HELLO, Walk))
        assert await asyncio.to_thread(around.entered.wait, 60)
        asked.cancel()
        await asyncio.wait([asked])
        batcher = model._engine.batcher
        rows = asyncio.wrap_future(batcher.call(lambda: batcher.rows))
        around.gate.set()
        assert await rows == 0


async def test_a_tokenizer_that_cannot_be_read_gives_no_forms_and_all_else_goes_on() -> None:
    model = small_model()
    chatglm = describe(model, chatglm_tokenizer(), options(), dtype=torch.float32, device=CPU)
    async with speaking(chatglm) as chatting:
        with pytest.raises(FormRefused, match="tiny cannot answer in the form"):
            await chatting.fill(HELLO, Walk)
        summariser = Summariser(chatting, idle=_at_once)
        assert await summariser.fill("Which?", "The sea.", Walk) is None


def test_a_form_that_is_no_grammar_is_refused(loaded: LoadedModel) -> None:
    class Looking(BaseModel):
        name: str = Field(json_schema_extra={"pattern": "(?=x)y"})

    with pytest.raises(FormRefused):
        guides_of(loaded).guide(Looking)


async def test_without_its_library_the_command_that_installs_it_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _: None)
    with pytest.raises(MissingPart, match=r"llguidance .*pip install 'siliconfriend\[local\]'"):
        await start_local_model(options(model=str(folder)))


def test_a_form_is_compiled_once_and_each_answer_has_a_guide_of_its_own(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    guides = guides_of(loaded)
    one = guides.guide(Walk)
    monkeypatch.delattr(constrained_decoding, "from_tokenizer")
    monkeypatch.delattr(constrained_decoding, "with_limits")
    one.advance(loaded.tokenizer.convert_tokens_to_ids("{"))
    other = guides.guide(Walk)
    assert other.allowed() != one.allowed()


def test_a_token_that_does_not_fit_ends_the_answer_and_nothing_else(loaded: LoadedModel) -> None:
    guide = guides_of(loaded).guide(Walk)
    guide.advance(5)
    assert guide.is_over
    assert any(guide.allowed())
    assert not guides_of(loaded).guide(Walk).is_over


def test_lists_texts_and_numbers_without_a_limit_get_one() -> None:
    class Loose(BaseModel):
        names: list[str]
        count: int
        type: str = Field(min_length=500)
        kind: Mood

    found = with_limits(Loose.model_json_schema())
    assert found["additionalProperties"] is False
    fields = found["properties"]
    assert fields["names"]["maxItems"] == constrained_decoding.MOST_LIST_ITEMS
    assert fields["names"]["items"]["maxLength"] == constrained_decoding.MOST_TEXT_CHARACTERS
    largest = constrained_decoding.LARGEST_INTEGER
    assert fields["count"]["maximum"] == -fields["count"]["minimum"] == largest
    assert "maxLength" not in fields["type"]
    assert fields["kind"] == Loose.model_json_schema()["properties"]["kind"]


async def test_a_chat_pays_nothing_for_forms(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(sampling, "_guide", unwanted)
    monkeypatch.setattr(constrained_decoding, "from_tokenizer", unwanted)
    async with speaking(loaded) as model:
        assert await reply(model, HELLO)
