"""What an embedder is calibrated with is embedded once for a store, and not for somebody new."""

import numpy as np
import pytest

from brain.calibrating import OWNER, Calibrator, encoded, measure, sentences_by_language
from brain.embedders.e5_small import E5SmallEmbedder
from brain.ids import MemoryId
from brain.memory.nearness import answered
from brain.recall import Recall
from tests.doubles import HashEmbedder
from tests.factories import IN_PRIVATE, NOON, memory, vector
from tests.world import World

ALL = [each for some, _ in sentences_by_language().values() for each in (*some, *answered(some))]


async def test_the_next_process_need_not_measure_it(either_world: World) -> None:
    first = HashEmbedder()
    one, other = (
        Calibrator(either_world.store, first),
        Calibrator(either_world.store, HashEmbedder()),
    )
    measured = await one.calibrate()
    assert await one.calibrate() is measured
    assert first.embedded == ALL
    assert encoded(await other.calibrate()) == encoded(measured)


async def test_another_embedder_is_measured_by_itself(world: World) -> None:
    await Calibrator(world.store, HashEmbedder()).calibrate()
    another = HashEmbedder(name="another")
    await Calibrator(world.store, another).calibrate()
    assert another.embedded == ALL


@pytest.mark.parametrize("kept", ["", "{", '{"en": 1}', '{"en": {"everyday": ["=", 1]}}'])
async def test_what_was_kept_and_cannot_be_read_is_measured_anew(world: World, kept: str) -> None:
    await Calibrator(world.store, HashEmbedder()).calibrate()
    [name] = await world.store.values.get(OWNER)
    await world.store.values.set(OWNER, name, kept)
    embedder = HashEmbedder()
    await Calibrator(world.store, embedder).calibrate()
    assert embedder.embedded == ALL


async def test_for_the_bundled_embedder_it_comes_with_the_package(world: World) -> None:
    """After a change of it or of the sentences: `python -m brain.calibrating`."""
    embedder = E5SmallEmbedder()
    bundled = await Calibrator(world.store, embedder).calibrate()
    assert await world.store.values.get(OWNER) == {}
    measured = await measure(embedder, sentences_by_language())
    await embedder.aclose()
    assert bundled.keys() == measured.keys()
    for language, sample in measured.items():
        assert np.allclose(bundled[language].everyday, sample.everyday, atol=0.01)
        assert np.allclose(bundled[language].personal, sample.personal, atol=0.01)
        for one, other in (
            (bundled[language].single, sample.single),
            (bundled[language].answered, sample.answered),
        ):
            assert np.allclose(one.centre, other.centre, atol=0.01)
            assert (one.mean, one.deviation) == pytest.approx(
                (other.mean, other.deviation), abs=0.01
            )


async def test_somebody_new_does_not_wait_for_it(world: World) -> None:
    embedder = HashEmbedder()
    recall = Recall(world.store, embedder, world.clock)
    said = memory("I planted two roses.", said_at=NOON)
    await world.store.add([said], [vector(1)])
    for without, embedded in (({said.id}, []), (set[MemoryId](), ALL)):
        await recall.find(
            IN_PRIVATE, "My roses are dying", limit=6, only_relevant=True, without=without
        )
        assert embedder.embedded == embedded
