"""What a runner holds when memory runs out midway, and after it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch
from torch import Tensor

from brain.generators.local_lora import kv_cache
from brain.generators.local_lora.adapters import read_adapter
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.runner import TransformersRunner
from brain.generators.local_lora.sampling import Sampler

# The compiler imports parts of PyTorch that PyTorch itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

Adapters = dict[str, Path]
GPU = torch.OutOfMemoryError("CUDA out of memory")
CPU = RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 64 bytes")


@pytest.fixture
def runner(loaded: LoadedModel, adapters: Adapters) -> Iterator[TransformersRunner]:
    sampler = Sampler(None, temperature=0, device=loaded.device)
    runner = TransformersRunner(loaded, sampler=sampler)
    for name, folder in adapters.items():
        layers = runner.stack.shapes
        runner.stack.add(name, read_adapter(folder, name=name, layers=layers, base=""))
    yield runner
    runner.reset()


def alone(runner: TransformersRunner, adapter: str | None) -> list[int | None]:
    """What one row is told."""
    runner.open(adapter, 40)
    found = [runner.read(0, [5, 6, 7], last=True)]
    found += [runner.step()[0] for _ in range(8)]
    runner.close(0)
    return found


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception, *, at: range) -> Callable[[], None]:
    """Let the cache get no memory at those times that it asks; the function ends that."""
    asked, resized = count(), kv_cache._resized

    def resize(old: Tensor, slots: int, length: int) -> Tensor:
        if (old.shape[0], old.shape[2]) != (slots, length) and next(asked) in at:
            raise error
        return resized(old, slots, length)

    monkeypatch.setattr(kv_cache, "_resized", resize)
    return lambda: monkeypatch.setattr(kv_cache, "_resized", resized)


@pytest.mark.parametrize("nth", [1, 4, 9])
def test_an_adapter_is_not_half_there_after_memory_ran_out(
    runner: TransformersRunner, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    expected = alone(runner, "wise")
    by_itself = alone(runner, None)
    runner.stack.deactivate()
    zeros, made = type(runner.stack)._zeros, count(1)

    def short(self: object, *sizes: int) -> Tensor:
        if next(made) == nth:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return zeros(self, *sizes)  # type: ignore[arg-type]

    monkeypatch.setattr(type(runner.stack), "_zeros", short)
    runner.open("wise", 40)
    with pytest.raises(ModelOutOfMemory):
        runner.read(0, [5, 6, 7], last=True)
    runner.close(0, trim=True)
    assert alone(runner, None) == by_itself
    assert alone(runner, "wise") == expected


def test_a_row_keeps_its_voice_when_another_adapter_is_unloaded(runner: TransformersRunner) -> None:
    expected = alone(runner, "calm")
    rows = ("calm", [5, 6, 7]), ("wise", [9, 10])
    for slot, (adapter, prompt) in enumerate(rows):
        runner.open(adapter, 40)
        first = runner.read(slot, prompt, last=True)
        if not slot:
            found = [first]
    found.append(runner.step()[0])
    runner.close(1)
    found.append(runner.step()[0])
    runner.stack.remove("wise")
    found += [runner.step()[0] for _ in range(6)]
    assert found == expected


@pytest.mark.parametrize("error", [GPU, CPU], ids=["GPU", "processor"])
@pytest.mark.parametrize("failed", range(4))
def test_a_trim_that_gets_no_memory_midway_harms_no_row(
    runner: TransformersRunner, monkeypatch: pytest.MonkeyPatch, error: Exception, failed: int
) -> None:
    expected = alone(runner, None)
    told: list[int | None] = []
    for slot in range(4):
        runner.open(None, 40)
        token = runner.read(slot, [5, 6, 7] if slot == 0 else [9, 9, slot], last=True)
        told = told or [token]
    told.append(runner.step()[0])
    again = failing(monkeypatch, error, at=range(failed, 99))
    runner.close(3, trim=True)
    told.append(runner.step()[0])
    again()
    # One more comes, and all go on.
    runner.open(None, 40)
    runner.read(3, [8] * 20, last=True)
    told += [runner.step()[0] for _ in range(6)]
    assert told == expected


@pytest.mark.parametrize("failed", range(4))
def test_room_that_could_not_be_made_midway_harms_no_row(
    runner: TransformersRunner, monkeypatch: pytest.MonkeyPatch, failed: int
) -> None:
    expected = alone(runner, None)
    runner.reset()
    runner.open(None, 40)
    told = [runner.read(0, [5, 6, 7], last=True), *runner.step()]
    again = failing(monkeypatch, CPU, at=range(failed, 99))
    with pytest.raises(ModelOutOfMemory):
        runner.open(None, 300)
    told += runner.step()
    again()
    runner.open(None, 300)
    runner.read(1, [8] * 200, last=True)
    told += [runner.step()[0] for _ in range(6)]
    assert told == expected


def test_compiled_room_for_all_is_not_insisted_on(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampler = Sampler(None, temperature=0, device=loaded.device)
    monkeypatch.setattr(torch, "compile", lambda forward, **_: forward)
    runner = TransformersRunner(loaded, sampler=sampler, compiled=True, most_rows=6)
    runner.open(None, 40)
    assert runner._cache.capacity == (8, 256)
    runner.read(0, [5, 6, 7], last=True)
    # For longer ones there is no memory but for one.
    resized = kv_cache._resized

    def short(old: Tensor, slots: int, length: int) -> Tensor:
        if slots > 1 and length > 256:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return resized(old, slots, length)

    monkeypatch.setattr(kv_cache, "_resized", short)
    runner.close(0)
    runner.open(None, 400)
    assert runner._cache.capacity == (1, 512)
    assert runner.read(0, [5] * 300, last=True) is not None
    runner.reset()


def test_compiled_rows_that_grow_where_memory_is_short_find_room(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "compile", lambda forward, **_: forward)
    few = replace(loaded, cache_tokens=3 * 512)
    sampler = Sampler(None, temperature=0, device=loaded.device)
    runner = TransformersRunner(few, sampler=sampler, compiled=True, most_rows=4)
    for slot in range(3):
        runner.open(None, 400)
        runner.read(slot, [5, 6, slot] * 84, last=True)
    with pytest.raises(ModelOutOfMemory):
        runner.open(None, 400)
    runner.close(2, trim=True)
    runner.open(None, 40)
    runner.read(2, [8] * 20, last=True)
    # Over the 256th position.
    assert all(None not in runner.step() for _ in range(12))
    runner.reset()
