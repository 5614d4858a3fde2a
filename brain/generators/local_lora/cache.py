"""Keys and values of a running batch: a slot for each conversation, each as long as it is.

A conversation's token at position p lies at p in its slot, so that one can join or leave while the
others go on, and nothing is padded on the left or moved. A step writes in place.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, CacheLayerMixin


@dataclass(slots=True)
class Window:
    """Which part of the slots the next forward pass reads and writes."""

    first: int
    """The first slot."""
    count: int
    """So many slots from there."""
    length: int
    """Positions that are read, from 0."""
    before: int
    """So many of them are said to be older than this pass, to models that ask."""
    slots: Tensor
    """Where the new tokens go: [count, 1]."""
    positions: Tensor
    """[count, new tokens]."""


@dataclass(slots=True)
class _Shared:
    compiled: bool
    slots: int = 0
    length: int = 0
    window: Window | None = field(default=None)


class SlotLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """One layer's keys and values: [slots, heads, positions, features]."""

    is_compileable = True
    is_sliding = False

    def __init__(self, shared: _Shared) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._shared = shared

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Zeros, as what was never written is multiplied by zero, and must be finite for that."""
        slots, length = self._shared.slots, self._shared.length
        shape = (slots, key_states.shape[1], length)
        self.keys = key_states.new_zeros(*shape, key_states.shape[-1])
        self.values = value_states.new_zeros(*shape, value_states.shape[-1])
        self._pin()
        self.is_initialized = True

    def update(
        self,
        key_states: Tensor,
        value_states: Tensor,
        *args: Any,  # noqa: ANN401, ARG002 the signature is given
        **kwargs: Any,  # noqa: ANN401, ARG002
    ) -> tuple[Tensor, Tensor]:
        """Write the new ones, [count, heads, new, features]; give all of the window."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        window = self._shared.window
        if window is None or self.keys is None or self.values is None:
            raise RuntimeError("no window is set")
        rows = slice(window.first, window.first + window.count)
        self.keys[window.slots, :, window.positions] = key_states.transpose(1, 2)
        self.values[window.slots, :, window.positions] = value_states.transpose(1, 2)
        return self.keys[rows, :, : window.length], self.values[rows, :, : window.length]

    def resize(self, slots: int, length: int) -> None:
        """Keep what fits. Only this layer is there twice for the moment."""
        if self.keys is not None and self.values is not None:
            self.keys = _resized(self.keys, slots, length)
            self.values = _resized(self.values, slots, length)
            self._pin()

    def move(self, source: int, target: int, length: int) -> None:
        """Copy one slot over another."""
        if self.keys is not None and self.values is not None:
            self.keys[target, :, :length] = self.keys[source, :, :length]
            self.values[target, :, :length] = self.values[source, :, :length]

    def _pin(self) -> None:
        """A CUDA graph writes into these very tensors, not into copies."""
        if self._shared.compiled:
            torch._dynamo.mark_static_address(self.keys)  # noqa: SLF001
            torch._dynamo.mark_static_address(self.values)  # noqa: SLF001

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Asked by models that make their own mask; ours is always given."""
        return self.get_seq_length() + query_length, 0

    def get_seq_length(self) -> int:
        """Positions of earlier passes."""
        return self._shared.window.before if self._shared.window else 0

    def get_max_length(self) -> int:
        """Positions there is room for."""
        return self._shared.length


class SlotCache(Cache):
    """All layers. Slots from 0 on are in use, without gaps."""

    def __init__(self, layers: int, *, compiled: bool = False) -> None:
        """`layers`: of the model that have keys and values."""
        self._shared = _Shared(compiled)
        self._slot_layers = [SlotLayer(self._shared) for _ in range(layers)]
        super().__init__(layers=list(self._slot_layers))

    @property
    def room(self) -> tuple[int, int]:
        """Slots and positions that memory is taken for."""
        return self._shared.slots, self._shared.length

    def resize(self, slots: int, length: int) -> None:
        """Take memory for so many slots and positions; safe to repeat when it failed."""
        # What all layers have, should memory run out between two of them.
        self._shared.slots = min(self._shared.slots, slots)
        self._shared.length = min(self._shared.length, length)
        for layer in self._slot_layers:
            layer.resize(slots, length)
        self._shared.slots, self._shared.length = slots, length

    def look_at(self, window: Window) -> None:
        """What the next forward pass reads and writes."""
        self._shared.window = window

    def move(self, source: int, target: int, length: int) -> None:
        """Copy `length` positions of one slot over another."""
        for layer in self._slot_layers:
            layer.move(source, target, length)


def _resized(old: Tensor, slots: int, length: int) -> Tensor:
    if (old.shape[0], old.shape[2]) == (slots, length):
        return old
    new = torch.zeros(slots, old.shape[1], length, old.shape[3], dtype=old.dtype, device=old.device)
    rows, columns = min(slots, old.shape[0]), min(length, old.shape[2])
    new[:rows, :, :columns] = old[:rows, :, :columns]
    return new
