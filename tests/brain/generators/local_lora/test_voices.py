"""Adapters as voices: two places, each with an adapter of its own, answered in one batch."""

import asyncio
from pathlib import Path

import pytest

from brain.clock import ManualClock
from brain.companion import Companion
from brain.errors import VoiceUnknown
from brain.generators.local_lora.errors import AdapterUnknown
from brain.generators.local_lora.generator import LocalGenerator
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.runner import TransformersRunner
from brain.ids import MessageId, PersonId
from brain.memory.retention import COMPANION
from brain.messages import Incoming, Person, Place
from brain.ports import Voiced
from storage.sqlite.store import SqliteStore
from tests.brain.generators.local_lora.tiny_model import RunnerWrapper, speaking
from tests.doubles import HashEmbedder
from tests.factories import CAFE, GARDEN, NOON

Adapters = dict[str, Path]


class Counting(RunnerWrapper):
    """Notes how many replies were written in each step."""

    def __init__(self, runner: TransformersRunner) -> None:
        super().__init__(runner)
        self.steps: list[int] = []

    def step(self) -> list[int | None]:
        self.steps.append(self.rows)
        return super().step()


async def held_up(generator: LocalGenerator) -> None:
    """Wait until one is being read and another one waits."""
    batcher = generator._engine.batcher

    def wait() -> bool:
        with batcher._changed:
            return batcher._changed.wait_for(lambda: batcher.waiting >= 1, 60)

    assert await asyncio.to_thread(wait)


async def test_two_places_with_two_adapters_are_answered_in_one_batch(
    loaded: LoadedModel, adapters: Adapters, tmp_path: Path
) -> None:
    store = await SqliteStore.open(tmp_path / "memories.db")
    embedder = HashEmbedder()
    await store.check_embedder(
        curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
    )
    asked = 0

    async def answer(companion: Companion, place: Place, voice: str | None) -> str:
        nonlocal asked
        asked += 1
        # Somebody new each time: what was said before would stand in the prompt.
        person = Person(PersonId(f"discord:{asked}"))
        incoming = Incoming(
            id=MessageId(str(asked)), person=person, place=place, text="Hello, sea!", voice=voice
        )
        async with companion.turn(incoming) as turn:
            async for _ in turn:
                pass
        return turn.reply

    async with speaking(loaded, adapters, around=Counting) as generator:
        around = generator._engine.runner
        assert isinstance(around, Counting)
        companion = Companion(
            store=store,
            embedder=embedder,
            generator=generator,
            clock=ManualClock(NOON),
            curve=COMPANION,
            persona=lambda _: "A friend.",
        )
        calm = await answer(companion, CAFE, "calm")
        merry = await answer(companion, GARDEN, "merry")
        plain = await answer(companion, CAFE, None)
        assert max(around.steps) == 1
        around.steps.clear()
        around.gate.clear()
        around.entered.clear()
        together = [asyncio.ensure_future(answer(companion, CAFE, "calm"))]
        assert await asyncio.to_thread(around.entered.wait, 60)
        together.append(asyncio.ensure_future(answer(companion, GARDEN, "merry")))
        await held_up(generator)
        around.gate.set()
        assert await asyncio.gather(*together) == [calm, merry]
        assert len({calm, merry, plain}) == 3
        # All but the first and the last few steps wrote both replies.
        assert around.steps.count(2) >= 8
        assert await answer(companion, CAFE, "loud") == plain
        await companion.drain()
    await store.close()


async def test_an_adapter_is_a_voice(loaded: LoadedModel, adapters: Adapters) -> None:
    async with speaking(loaded, adapters) as generator:
        assert isinstance(generator, Voiced)
        assert generator.voices == ("calm", "merry", "wise")
        calm = generator.voiced("calm")
        assert calm.voices == generator.voices
        assert (calm.name, calm.voiced("wise").name) == ("tiny (calm)", "tiny (wise)")
        # To whoever asks without knowing what kind of model it is, and to who does.
        with pytest.raises(VoiceUnknown, match="No adapter named loud") as caught:
            generator.voiced("loud")
    assert isinstance(caught.value, AdapterUnknown)
    assert caught.value.values["voice"] == "loud"
