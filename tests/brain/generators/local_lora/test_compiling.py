from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch._dynamo.exc import Unsupported

from brain.generators.local_lora import compiling as shapes
from brain.generators.local_lora.adapters import read_adapter
from brain.generators.local_lora.loading import LoadedModel, load
from brain.generators.local_lora.runner import TransformersRunner
from brain.generators.local_lora.sampling import Sampler
from tests.brain.generators.local_lora.tiny_model import options, save_model

# The compiler imports parts of PyTorch that PyTorch itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ROWS: list[tuple[str | None, list[int]]] = [
    ("calm", [5, 6, 7]),
    (None, [8] * 20),
    ("wise", [9, 10]),
]
ORDERS: list[list[str | None]] = [
    [None, "calm", "wise", "calm", None],
    ["calm", None, "wise"],
    ["wise", "merry", None, "calm", "merry"],
]
Adapters = dict[str, Path]


class Compiling:
    """In place of torch.compile: its graphs are run as they are, and counted."""

    def __init__(self, compile_: Any) -> None:  # noqa: ANN401
        self.graphs = 0
        self._compile = compile_

    def __call__(self, forward: Callable[..., Any], *, mode: str, **options: Any) -> Any:  # noqa: ANN401
        assert mode == "reduce-overhead"
        return self._compile(forward, backend=self._as_it_is, **options)

    def _as_it_is(self, graph: Any, _: object) -> Any:  # noqa: ANN401
        self.graphs += 1
        return graph.forward


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiling]:
    torch._dynamo.reset()
    fake = Compiling(torch.compile)
    monkeypatch.setattr(torch, "compile", fake)
    yield fake
    torch._dynamo.reset()


def runner_of(
    loaded: LoadedModel,
    adapters: Adapters,
    *names: str,
    compiled: bool,
    most_rows: int = 1,
) -> TransformersRunner:
    sampler = Sampler(None, temperature=0, device=loaded.device)
    runner = TransformersRunner(loaded, sampler=sampler, compiled=compiled, most_rows=most_rows)
    for name in names:
        give(runner, adapters, name)
    return runner


def give(runner: TransformersRunner, adapters: Adapters, name: str) -> None:
    stack = runner.stack
    stack.add(name, read_adapter(adapters[name], name=name, layers=stack.shapes, base=""))


def steps(loaded: LoadedModel, adapters: Adapters, *, compiled: bool) -> list[Any]:
    """A row joins every second step; then the first leaves."""
    runner = runner_of(loaded, adapters, "calm", "wise", compiled=compiled)
    found: list[Any] = []
    for slot, (adapter, prompt) in enumerate(ROWS):
        runner.open(adapter, 40)
        found.append(runner.read(slot, prompt, last=True))
        found += [runner.step(), runner.step()]
    runner.close(0)
    found.append(runner.step())
    runner.reset()
    return found


def alone(runner: TransformersRunner, adapter: str | None, *, most: int = 6) -> list[int | None]:
    """What one row is told."""
    runner.open(adapter, 40)
    found = [runner.read(0, [5, 6, 7], last=True)]
    found += [runner.step()[0] for _ in range(most)]
    runner.close(0)
    return found


def test_what_cannot_be_compiled_is_run_as_it_is(
    loaded: LoadedModel, adapters: Adapters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise Unsupported("no compiler", gb_type="none")

    monkeypatch.setattr(torch, "compile", lambda *_, **__: refuse)
    expected = steps(loaded, adapters, compiled=False)
    assert steps(loaded, adapters, compiled=True) == expected


def test_compiled_a_batch_says_what_it_says_as_it_is(
    loaded: LoadedModel, adapters: Adapters, compiling: Compiling
) -> None:
    expected = steps(loaded, adapters, compiled=False)
    assert steps(loaded, adapters, compiled=True) == expected
    assert compiling.graphs


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_compiled_each_adapter_speaks_for_itself_whoever_spoke_before(
    loaded: LoadedModel, adapters: Adapters, compiling: Compiling, order: list[str | None]
) -> None:
    plain = runner_of(loaded, adapters, *adapters, compiled=False)
    expected = {name: alone(plain, name) for name in (None, *adapters)}
    plain.reset()
    assert len({str(each) for each in expected.values()}) == len(expected)
    runner = runner_of(loaded, adapters, *adapters, compiled=True)
    assert [alone(runner, name) for name in order] == [expected[name] for name in order]
    runner.reset()
    # With adapters and without; a different voice is no other shape.
    assert compiling.graphs <= 2


def test_compiled_an_adapter_that_is_loaded_later_is_heard(
    folder: Path, adapters: Adapters, compiling: Compiling
) -> None:
    # Models that nothing has spoken through yet: hooks stay.
    one, other = (load(options(model=str(folder), device="cpu")) for _ in range(2))
    plain = runner_of(one, adapters, "calm", "wise", compiled=False)
    expected = [alone(plain, name) for name in (None, "calm", "wise")]
    runner = runner_of(other, adapters, compiled=True)
    found = [alone(runner, None)]
    for name in ("calm", "wise"):
        give(runner, adapters, name)
        found.append(alone(runner, name))
    assert found == expected
    runner.stack.remove("wise")
    runner.reset()
    assert [alone(runner, name) for name in (None, "calm")] == expected[:2]
    runner.reset()
    assert compiling.graphs


def test_compiled_two_models_in_one_process_speak_for_themselves(
    loaded: LoadedModel, adapters: Adapters, compiling: Compiling, tmp_path: Path
) -> None:
    other = load(options(model=str(save_model(tmp_path / "other", seed=5)), device="cpu"))
    models = (loaded, other)
    plain = [runner_of(each, adapters, "calm", compiled=False) for each in models]
    order = (None, "calm", None, "calm")
    expected = [[alone(runner, name) for runner in plain] for name in order]
    for runner in plain:
        runner.reset()
    compiled = [runner_of(each, adapters, "calm", compiled=True) for each in models]
    assert [[alone(runner, name) for runner in compiled] for name in order] == expected
    assert expected[0][0] != expected[0][1]
    for runner in compiled:
        runner.reset()
    assert compiling.graphs


@pytest.mark.parametrize("compiled", [False, True])
def test_two_runners_over_one_model_take_turns(
    loaded: LoadedModel, adapters: Adapters, compiling: Compiling, *, compiled: bool
) -> None:
    one, other = (runner_of(loaded, adapters, name, compiled=compiled) for name in ("calm", "wise"))
    expected = alone(one, "calm"), alone(other, "wise"), alone(one, None)
    rows = ((one, "calm"), (other, "wise"))
    found = []
    for runner, adapter in rows:
        runner.open(adapter, 40)
        found.append([runner.read(0, [5, 6, 7], last=True)])
    for _ in range(6):
        for (runner, _name), tokens in zip(rows, found, strict=True):
            tokens.extend(runner.step())
    assert tuple(found) == expected[:2]
    assert compiling.graphs or not compiled
    other.reset()
    one.close(0)
    assert alone(one, None) == expected[2]
    one.reset()


def crowd(runner: TransformersRunner, rows: int, *, most: int, prompt: int = 3) -> None:
    """So many rows come, and go when each has so many tokens."""
    for slot in range(rows):
        runner.open(None, prompt + most)
        runner.read(slot, list(range(5, 5 + prompt)), last=True)
        runner.step()
    for _ in range(most - rows):
        runner.step()
    for slot in reversed(range(rows)):
        runner.close(slot)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """By us: PyTorch says much more to its developers."""
    return [each.getMessage() for each in caplog.records if each.name.startswith("brain.")]


def test_compiled_a_batch_that_grows_has_few_shapes(
    loaded: LoadedModel, adapters: Adapters, compiling: Compiling, caplog: pytest.LogCaptureFixture
) -> None:
    runner = runner_of(loaded, adapters, compiled=True, most_rows=4)
    for _ in range(2):
        crowd(runner, 4, most=40)
        # Beyond the first length, from 256 on.
        for rows in (3, 2, 1):
            crowd(runner, rows, most=60, prompt=230)
    assert runner._compiled
    runner.reset()
    # Of 1, 2 and 4 rows each: in room for 256, and both windows in room for 512.
    assert compiling.graphs == len(runner._compiled.shapes) == 3 * 3
    assert not told(caplog)


def test_compiled_shapes_beyond_the_most_are_run_as_they_are_and_told_once(
    loaded: LoadedModel,
    adapters: Adapters,
    compiling: Compiling,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shapes, "MOST_SHAPES", 2)
    expected = steps(loaded, adapters, compiled=False)
    assert steps(loaded, adapters, compiled=True) == expected
    assert compiling.graphs == 2
    assert told(caplog) == ["2 shapes are compiled; any other is run as it is"]
