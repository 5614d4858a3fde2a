"""Applies many LoRA adapters to one model, a different one for each row of a batch.

In each layer the adapters in use stand side by side in one pair of matrices, and a mask keeps for
each row only the columns of its own adapter: `(x @ down.T * mask) @ up.T`. That is two thin matrix
products and one multiplication of fixed shapes, however many adapters there are. The mixed batches
of peft gather and scatter the rows of each adapter in each layer, which launches kernels for every
one of them (`benchmarks/generation.py` times both).
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar
from weakref import WeakKeyDictionary, ref

import torch
from torch import Tensor, nn

from brain.generators.local_lora.adapters import Adapter, LayerShape
from brain.generators.local_lora.errors import ModelTooLarge
from brain.generators.local_lora.memory_budget import is_out_of_memory

LEAST_COLUMNS = 16
"""Least number of columns. Columns are padded to powers of two from here on, which makes few shapes
and whole tiles for the matrix units."""


class AdapterStack:
    """Holds the loaded adapters of a model and adds those that `select` names to its linear layers.

    It registers forward hooks on the layers and never removes them: code that torch.compile has
    made of the model would not notice that. A hook without a selection adds nothing. Several stacks
    over one model may alternate between forward passes, but not from two threads.
    """

    def __init__(self, model: nn.Module, *, dtype: torch.dtype, device: torch.device) -> None:
        """Finds the model's linear layers; no layer has a hook yet.

        Args:
            model: the base model.
            dtype: in which the model computes, and the adapters too.
            device: on which the model computes.
        """
        self._dtype = dtype
        self._device = device
        self._layers = dict(_linear_layers(model))
        self._hooks = _Hooks.for_model(model)
        self._adapters: dict[str, Adapter] = {}
        self._active: dict[str, slice] = {}
        self._width = 0
        self._selected: tuple[str | None, ...] | None = None

    @property
    def shapes(self) -> dict[str, LayerShape]:
        """Shape of every layer that can be adapted, by its path in the model."""
        return {path: shape for path, (_, shape) in self._layers.items()}

    @property
    def hooked_layers(self) -> int:
        """Number of layers with a hook; when it grows, code compiled before is out of date."""
        return len(self._hooks.by_path)

    @property
    def columns(self) -> int:
        """Columns of the matrices of each layer in the current selection; 0 if nothing is added."""
        return self._width if any(self._selected or ()) else 0

    def add(self, name: str, adapter: Adapter) -> None:
        """Moves an adapter to the model's device and makes it selectable.

        Raises:
            ModelTooLarge: the device has too little memory for it.
        """
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
            self._hooks.add(path, self._layers[path][0])
        self._adapters[name] = Adapter(pairs)

    def remove(self, name: str) -> None:
        """Frees an adapter, which no row may have selected."""
        del self._adapters[name]
        if name in self._active:
            # The next selection arranges the other adapters anew.
            self.deactivate()

    def select(
        self, names: Sequence[str | None], *, also_active: Sequence[str | None] = ()
    ) -> None:
        """Sets the adapter of each row of the following batches.

        It may be called again after memory ran out midway, when nothing is selected.

        Args:
            names: one for each row; None for the model without an adapter.
            also_active: adapters of all running rows. They are arranged as well, because they will
                be selected again soon.
        """
        selected = tuple(names)
        if selected == self._selected:
            return
        self._hooks.acquire(self)
        wanted = {name for name in (*names, *also_active) if name is not None}
        columns = sum(self._adapters[name].rank for name in wanted)
        # Adapters change with the rows, so an arrangement is kept until it is far too wide.
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

    def deactivate(self) -> None:
        """Makes all hooks add nothing; the adapters stay selectable."""
        self._hooks.clear(self)
        self._active = {}
        self._width = 0
        self._selected = None

    def _arrange(self, names: Sequence[str]) -> None:
        """Puts the matrices of these adapters side by side in the hooks."""
        # The old matrices are freed first, so that both never need memory at the same time.
        self.deactivate()
        active: dict[str, slice] = {}
        end = 0
        for name in names:
            start, end = end, end + self._adapters[name].rank
            active[name] = slice(start, end)
        width = max(LEAST_COLUMNS, 1 << (end - 1).bit_length()) if end else 0
        if not names:
            return
        try:
            # Layers that only other loaded adapters change are filled too, so that the shapes do
            # not depend on the selection.
            for path in dict.fromkeys(
                p for adapter in self._adapters.values() for p in adapter.pairs
            ):
                self._fill(path, active, width)
        except BaseException:
            # Otherwise some layers would add their part and the others would not.
            self.deactivate()
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
    """The forward hook of one layer; as a hook it works on quantised layers of any class."""

    def __init__(self) -> None:
        self.mask: Tensor | None = None
        self._down: Tensor | None = None
        self._up: Tensor | None = None

    def adapt(self, down: Tensor, up: Tensor) -> None:
        """Sets the weights: down [columns, in] and up [out, columns]."""
        self._down, self._up = down, up

    def clear(self) -> None:
        """Makes the hook add nothing."""
        self.mask = self._down = self._up = None

    def __call__(self, _: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if self.mask is None or self._down is None or self._up is None:
            return output
        narrow = nn.functional.linear(args[0].to(self._down.dtype), self._down)
        return output + nn.functional.linear(narrow * self.mask, self._up).to(output.dtype)


class _Hooks:
    """The hooks of one model, shared by all stacks over it."""

    _by_model: ClassVar[WeakKeyDictionary[nn.Module, "_Hooks"]] = WeakKeyDictionary()

    def __init__(self) -> None:
        self.by_path: dict[str, _Hook] = {}
        self._holder: ref[AdapterStack] | None = None

    @classmethod
    def for_model(cls, model: nn.Module) -> "_Hooks":
        """Returns the one object that belongs to the model."""
        return cls._by_model.setdefault(model, cls())

    def add(self, path: str, layer: nn.Module) -> None:
        """Registers a hook on the layer unless it has one already."""
        if path not in self.by_path:
            self.by_path[path] = _Hook()
            layer.register_forward_hook(self.by_path[path])

    def acquire(self, stack: AdapterStack) -> None:
        """Hands the hooks to a stack; the stack that had them has to select its adapters again."""
        holder = self._holder() if self._holder else None
        if holder is stack:
            return
        if holder is not None:
            holder.deactivate()
        self._holder = ref(stack)
        self.clear(stack)

    def clear(self, stack: AdapterStack) -> None:
        """Makes all hooks add nothing, provided that the stack holds them."""
        if self._holder and self._holder() is stack:
            for hook in self.by_path.values():
                hook.clear()


def _linear_layers(model: nn.Module) -> Iterator[tuple[str, tuple[nn.Module, LayerShape]]]:
    for path, layer in model.named_modules():
        inputs = getattr(layer, "in_features", getattr(layer, "nx", None))
        outputs = getattr(layer, "out_features", getattr(layer, "nf", None))
        if isinstance(inputs, int) and isinstance(outputs, int):
            yield path, (layer, LayerShape(inputs, outputs))
