from pathlib import Path
from typing import Any

import pytest
import torch
from torch._dynamo.exc import Unsupported

from brain.generators.local_lora.adapters import read_adapter
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.runner import Runner
from brain.generators.local_lora.sampling import Sampler

# The compiler imports parts of PyTorch that PyTorch itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ROWS: list[tuple[str | None, list[int]]] = [
    ("calm", [5, 6, 7]),
    (None, [8] * 20),
    ("wise", [9, 10]),
]


def steps(loaded: LoadedModel, adapters: dict[str, Path], *, compiled: bool) -> list[Any]:
    """A row joins every second step; then the first leaves."""
    sampler = Sampler(None, temperature=0, device=loaded.device)
    runner = Runner(loaded, sampler=sampler, compiled=compiled)
    stack = runner.stack
    for name in ("calm", "wise"):
        stack.add(name, read_adapter(adapters[name], name=name, layers=stack.shapes, base=""))
    found: list[Any] = []
    for slot, (adapter, prompt) in enumerate(ROWS):
        runner.open(adapter, 40)
        found.append(runner.read(slot, prompt, last=True))
        found += [runner.step(), runner.step()]
    runner.close(0)
    found.append(runner.step())
    runner.reset()
    return found


def test_what_cannot_be_compiled_is_run_as_it_is(
    loaded: LoadedModel, adapters: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise Unsupported("no compiler", gb_type="none")

    monkeypatch.setattr(torch, "compile", lambda *_, **__: refuse)
    expected = steps(loaded, adapters, compiled=False)
    assert steps(loaded, adapters, compiled=True) == expected
