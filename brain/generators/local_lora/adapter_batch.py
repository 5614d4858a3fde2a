"""Many adapters over one model, a different one for each row of a batch.

The adapters in use stand side by side in one pair of matrices a layer, and each row keeps only the
columns of its own: `(x @ down.T * mask) @ up.T`. That is two thin products and one multiplication
whatever the number of adapters, with fixed shapes; peft's mixed batches gather and scatter the rows
of each adapter in each layer, which takes a launch of its own for every one of them
(`benchmarks/generation.py` times both).
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar
from weakref import WeakKeyDictionary, ref

import torch
from torch import Tensor, nn

from brain.generators.local_lora.adapters import Adapter, Shape
from brain.generators.local_lora.errors import ModelTooLarge
from brain.generators.local_lora.memory_budget import is_out_of_memory

LEAST_COLUMNS = 16
"""Columns come in powers of two from here: few shapes, and whole tiles for the matrix units."""


class AdapterStack:
    """Gives hooks to the model's linear layers; `select` says what they add.

    A hook stays for good, and adds nothing where nothing is selected: what torch.compile made of
    the model would not notice that one came or went. Stacks over one model take turns at it, pass
    by pass; two threads cannot.
    """

    def __init__(self, model: nn.Module, *, dtype: torch.dtype, device: torch.device) -> None:
        """`dtype` and `device` are those that the model computes in."""
        self._dtype = dtype
        self._device = device
        self._layers = dict(_linear_layers(model))
        self._hooks = _Hooks.of(model)
        self._adapters: dict[str, Adapter] = {}
        self._active: dict[str, slice] = {}
        self._width = 0
        self._selected: tuple[str | None, ...] | None = None

    @property
    def shapes(self) -> dict[str, Shape]:
        """Of every layer that can be adapted, by path."""
        return {path: shape for path, (_, shape) in self._layers.items()}

    @property
    def hooked(self) -> int:
        """So many layers have a hook. When they grow, what was compiled before knows too few."""
        return len(self._hooks.by_path)

    @property
    def columns(self) -> int:
        """Of the matrices of each layer, as selected now; 0: nothing is added."""
        return self._width if any(self._selected or ()) else 0

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
        for path in pairs:
            self._hooks.put(path, self._layers[path][0])
        self._adapters[name] = Adapter(pairs)

    def remove(self, name: str) -> None:
        """Free it. No row may have it selected."""
        del self._adapters[name]
        if name in self._active:
            # The others are put side by side again when they are next selected.
            self.rest()

    def select(self, names: Sequence[str | None], *, among: Sequence[str | None] = ()) -> None:
        """The adapter of each row of the batches that follow; None: the model alone.

        `among`: those of all rows that are under way, as they are wanted again at once. When memory
        runs out midway nothing is selected, and it may be repeated.
        """
        selected = tuple(names)
        if selected == self._selected:
            return
        self._hooks.hold(self)
        wanted = {name for name in (*names, *among) if name is not None}
        columns = sum(self._adapters[name].rank for name in wanted)
        # Adapters come and go with the rows: what is arranged stays while it is not too wide.
        if not wanted <= self._active.keys() or self._width > 2 * max(columns, LEAST_COLUMNS):
            self._arrange(sorted(wanted))
        self._selected = None
        mask = None
        if any(names):
            table = torch.zeros(len(names), 1, self._width)
            for row, name in enumerate(names):
                if name is not None:
                    table[row, 0, self._active[name]] = 1
            mask = table.to(self._device, self._dtype)
        for hook in self._hooks.by_path.values():
            hook.mask = mask
        self._selected = selected

    def rest(self) -> None:
        """Let the model speak by itself; adapters stay selectable."""
        self._hooks.clear(self)
        self._active = {}
        self._width = 0
        self._selected = None

    def _arrange(self, names: Sequence[str]) -> None:
        """Put these adapters side by side in the hooks."""
        # First of all, so that the old ones do not need memory beside the new ones.
        self.rest()
        active: dict[str, slice] = {}
        end = 0
        for name in names:
            start, end = end, end + self._adapters[name].rank
            active[name] = slice(start, end)
        width = max(LEAST_COLUMNS, 1 << (end - 1).bit_length()) if end else 0
        if not names:
            return
        try:
            # Also where only others of those loaded have weights: few shapes, whoever speaks.
            for path in dict.fromkeys(p for each in self._adapters.values() for p in each.pairs):
                self._fill(path, active, width)
        except BaseException:
            # Some layers would add their part, and the others would not.
            self.rest()
            raise
        self._active, self._width = active, width

    def _fill(self, path: str, active: dict[str, slice], width: int) -> None:
        shape = self._layers[path][1]
        down = self._zeros(width, shape.inputs)
        up = self._zeros(width, shape.outputs)
        for name, columns in active.items():
            if pair := self._adapters[name].pairs.get(path):
                used = slice(columns.start, columns.start + len(pair[0]))
                down[used], up[used] = pair
        self._hooks.by_path[path].adapt(down, up.t().contiguous())

    def _zeros(self, width: int, features: int) -> Tensor:
        return torch.zeros(width, features, dtype=self._dtype, device=self._device)


class _Hook:
    """What one layer adds. A hook, so that quantised layers need not be known."""

    def __init__(self) -> None:
        self.mask: Tensor | None = None
        self._down: Tensor | None = None
        self._up: Tensor | None = None

    def adapt(self, down: Tensor, up: Tensor) -> None:
        """Take weights: [columns, in] and [out, columns]."""
        self._down, self._up = down, up

    def clear(self) -> None:
        """Add nothing."""
        self.mask = self._down = self._up = None

    def __call__(self, _: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if self.mask is None or self._down is None or self._up is None:
            return output
        narrow = nn.functional.linear(args[0].to(self._down.dtype), self._down)
        return output + nn.functional.linear(narrow * self.mask, self._up).to(output.dtype)


class _Hooks:
    """Of one model, for all stacks over it."""

    _of: ClassVar[WeakKeyDictionary[nn.Module, "_Hooks"]] = WeakKeyDictionary()

    def __init__(self) -> None:
        self.by_path: dict[str, _Hook] = {}
        self._holder: ref[AdapterStack] | None = None

    @classmethod
    def of(cls, model: nn.Module) -> "_Hooks":
        """The same ones each time."""
        return cls._of.setdefault(model, cls())

    def put(self, path: str, layer: nn.Module) -> None:
        """Give the layer one, if it has none."""
        if path not in self.by_path:
            self.by_path[path] = _Hook()
            layer.register_forward_hook(self.by_path[path])

    def hold(self, stack: AdapterStack) -> None:
        """From now on they add what this one says; another one has to select anew."""
        holder = self._holder() if self._holder else None
        if holder is stack:
            return
        if holder is not None:
            holder.rest()
        self._holder = ref(stack)
        self.clear(stack)

    def clear(self, stack: AdapterStack) -> None:
        """Add nothing, if they are that one's."""
        if self._holder and self._holder() is stack:
            for hook in self.by_path.values():
                hook.clear()


def _linear_layers(model: nn.Module) -> Iterator[tuple[str, tuple[nn.Module, Shape]]]:
    for path, layer in model.named_modules():
        inputs = getattr(layer, "in_features", getattr(layer, "nx", None))
        outputs = getattr(layer, "out_features", getattr(layer, "nf", None))
        if isinstance(inputs, int) and isinstance(outputs, int):
            yield path, (layer, Shape(inputs, outputs))
