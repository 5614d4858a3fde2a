"""A real model, small as it is, states facts: the form holds, and what is kept was said."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from brain.consolidation.fact_schema import Facts
from brain.generators.local_lora import constrained_decoding
from brain.generators.local_lora.generator import LocalGenerator
from brain.generators.local_lora.loading import LoadedModel, load
from brain.memory.lexical import telling
from brain.memory.record import Kind
from brain.messages import ChatMessage
from brain.ports import Form
from brain.texts import say
from tests.brain.generators.local_lora.tiny_model import options, speaking
from tests.factories import IN_PRIVATE
from tests.world import World, open_world

SAID = ("I moved to Kyoto last week.", "My sister Lena lives in Oslo and plays the cello.")
NOW = timedelta(0)


@pytest.fixture(scope="module")
def real(smollm2: Path) -> LoadedModel:
    return load(options(model=str(smollm2), device="cpu"))


@pytest.fixture
async def model(
    real: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[LocalGenerator, None]:
    # It finds no end by itself, and a test should.
    monkeypatch.setattr(constrained_decoding, "MOST_LIST_ITEMS", 1)
    monkeypatch.setattr(constrained_decoding, "MOST_TEXT_CHARACTERS", 60)
    async with speaking(real, context_tokens=2048) as speaker:
        yield speaker


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path / "memories.db") as opened:
        yield opened


async def test_a_small_model_states_facts_in_their_form(model: LocalGenerator) -> None:
    asked = say("en", "consolidate-facts", name="Anna", date="1 March 2026")
    lines = "\n".join(f"{number}. Anna: {text}" for number, text in enumerate(SAID, start=1))
    stated = await model.fill([ChatMessage("system", asked), ChatMessage("user", lines)], Facts)
    [fact] = stated.facts
    assert fact.statement.strip()
    assert telling(fact.statement)


async def test_of_what_a_local_model_states_only_what_was_said_is_kept(
    model: LocalGenerator, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms: list[Facts] = []

    async def fill(messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        filled = await model.fill(messages, form)
        assert isinstance(filled, Facts)
        forms.append(filled)
        return filled

    # Its summaries would take minutes.
    monkeypatch.setattr(world.model, "fill", fill)
    turns = {turn.id: turn for turn in [await world.say(text) for text in SAID]}
    report = await world.companion.consolidator.run(quiet=NOW)
    assert (report.days, report.error) == (1, None)
    kept = await world.notes(IN_PRIVATE, Kind.FACT)
    stated = {fact.statement for form in forms for fact in form.facts}
    assert stated
    assert {text for _, text in kept} <= stated
    for fact in kept.values():
        sources = [turns[source] for source in fact.sources]
        assert sources
        assert all(telling(fact.text) & telling(turn.text) for turn in sources)
