"""Many adapters over one model, a different one for each row of a batch.

The adapters in use stand side by side in one pair of matrices a layer, and each row keeps only the
columns of its own: `(x @ down.T * mask) @ up.T`. That is two thin products and one multiplication
whatever the number of adapters, with fixed shapes; peft's mixed batches gather and scatter the rows
of each adapter in each layer, which takes a launch of its own for every one of them
(`benchmarks/generation.py` times both).
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from brain.generators.local_lora.adapters import Adapter, Shape
from brain.generators.local_lora.errors import ModelTooLarge
from brain.generators.local_lora.memory import is_out_of_memory

LEAST_COLUMNS = 16
"""Columns come in powers of two from here: few shapes, and whole tiles for the matrix units."""


class AdapterStack:
    """Adds hooks to the model's linear layers; `select` says what they add."""

    def __init__(self, model: nn.Module, *, dtype: torch.dtype, device: torch.device) -> None:
        """`dtype` and `device` are those that the model computes in."""
        self._dtype = dtype
        self._device = device
        self._layers = dict(_linear_layers(model))
        self._adapters: dict[str, Adapter] = {}
        self._hooks: dict[str, _Hook] = {}
        self._active: dict[str, slice] = {}
        self._width = 0

    @property
    def shapes(self) -> dict[str, Shape]:
        """Of every layer that can be adapted, by path."""
        return {path: shape for path, (_, shape) in self._layers.items()}

    def add(self, name: str, adapter: Adapter) -> None:
        """Make it selectable; it is moved to the model's device. Raises ModelTooLarge."""
        try:
            pairs = {
                path: (
                    down.to(self._device, self._dtype),
                    up.t().contiguous().to(self._device, self._dtype),
                )
                for path, (down, up) in adapter.pairs.items()
            }
        except (RuntimeError, MemoryError) as exc:
            if is_out_of_memory(exc):
                raise ModelTooLarge(model=name, device=str(self._device)) from exc
            raise
        self._adapters[name] = Adapter(pairs)

    def remove(self, name: str) -> None:
        """Free it. No row may have it selected."""
        del self._adapters[name]
        if name in self._active:
            self._arrange([each for each in self._active if each != name])

    def select(self, names: Sequence[str | None], *, among: Sequence[str | None] = ()) -> None:
        """The adapter of each row of the batches that follow; None: the model alone.

        `among`: those of all rows that are under way, as they are wanted again at once.
        """
        wanted = {name for name in (*names, *among) if name is not None}
        columns = sum(self._adapters[name].rank for name in wanted)
        # Adapters come and go with the rows: what is arranged stays while it is not too wide.
        if not wanted <= self._active.keys() or self._width > 2 * max(columns, LEAST_COLUMNS):
            self._arrange(sorted(wanted))
        mask = None
        if any(names):
            table = torch.zeros(len(names), 1, self._width)
            for row, name in enumerate(names):
                if name is not None:
                    table[row, 0, self._active[name]] = 1
            mask = table.to(self._device, self._dtype)
        for hook in self._hooks.values():
            hook.mask = mask

    def rest(self) -> None:
        """Leave the model as it was; adapters stay selectable."""
        self._arrange([])

    def _arrange(self, names: Sequence[str]) -> None:
        """Put these adapters side by side, and hooks where they have weights."""
        for hook in self._hooks.values():
            hook.remove()
        self._hooks.clear()
        self._active.clear()
        end = 0
        for name in names:
            start, end = end, end + self._adapters[name].rank
            self._active[name] = slice(start, end)
        self._width = max(LEAST_COLUMNS, 1 << (end - 1).bit_length()) if end else 0
        for path in dict.fromkeys(p for name in names for p in self._adapters[name].pairs):
            layer, shape = self._layers[path]
            down = self._zeros(shape.inputs)
            up = self._zeros(shape.outputs)
            for name, columns in self._active.items():
                if pair := self._adapters[name].pairs.get(path):
                    used = slice(columns.start, columns.start + len(pair[0]))
                    down[used], up[used] = pair
            self._hooks[path] = _Hook(layer, down, up.t().contiguous())

    def _zeros(self, features: int) -> Tensor:
        return torch.zeros(self._width, features, dtype=self._dtype, device=self._device)


class _Hook:
    """What one layer adds. A hook, so that quantised layers need not be known."""

    def __init__(self, layer: nn.Module, down: Tensor, up: Tensor) -> None:
        self.mask: Tensor | None = None
        self._down = down
        self._up = up
        handle = layer.register_forward_hook(self)
        self.remove: Callable[[], None] = handle.remove

    def __call__(self, _: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if self.mask is None:
            return output
        narrow = nn.functional.linear(args[0].to(self._down.dtype), self._down)
        return output + nn.functional.linear(narrow * self.mask, self._up).to(output.dtype)


def _linear_layers(model: nn.Module) -> Iterator[tuple[str, tuple[nn.Module, Shape]]]:
    for path, layer in model.named_modules():
        inputs = getattr(layer, "in_features", getattr(layer, "nx", None))
        outputs = getattr(layer, "out_features", getattr(layer, "nf", None))
        if isinstance(inputs, int) and isinstance(outputs, int):
            yield path, (layer, Shape(inputs, outputs))
