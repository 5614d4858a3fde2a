"""The key-value cache of a running batch, with one slot for each conversation.

The token at position p of a conversation is stored at index p of its slot. So a conversation can
join or leave while the others continue, and nothing has to be padded on the left or moved. A step
writes in place.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, CacheLayerMixin


@dataclass(slots=True)
class Window:
    """The part of the slots that the next forward pass reads and writes."""

    first: int
    """Index of the first slot."""
    count: int
    """Number of slots from there on."""
    length: int
    """Number of positions to read, from 0 on."""
    before: int
    """Number of positions to report as cached by earlier passes, to models that ask."""
    slots: Tensor
    """Slots to write the new tokens to, [count, 1]."""
    positions: Tensor
    """Positions to write the new tokens to, [count, new tokens]."""


@dataclass(slots=True)
class _Shared:
    """What all layers of one cache share."""

    compiled: bool
    slots: int = 0
    length: int = 0
    window: Window | None = field(default=None)


class SlotCacheLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """Keys and values of one layer, each [slots, heads, positions, features]."""

    is_compileable = True
    is_sliding = False

    def __init__(self, shared: _Shared) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._shared = shared

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Allocates zeros.

        Positions that were never written get a weight of zero, and must be finite for that.
        """
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
        """Writes new keys and values and returns those of the whole window.

        Args:
            key_states: [count, heads, new tokens, features].
            value_states: the same shape.
            args: ignored; transformers passes them to any cache.
            kwargs: ignored as well.
        """
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
        """Reallocates the layer and copies what fits; only one layer exists twice at a time."""
        if self.keys is not None and self.values is not None:
            self.keys = _resized(self.keys, slots, length)
            self.values = _resized(self.values, slots, length)
            self._pin()

    def move(self, source: int, target: int, length: int) -> None:
        """Copies one slot over another."""
        if self.keys is not None and self.values is not None:
            self.keys[target, :, :length] = self.keys[source, :, :length]
            self.values[target, :, :length] = self.values[source, :, :length]

    def _pin(self) -> None:
        """Marks the tensors as static, so that a CUDA graph writes into these, not into copies."""
        if self._shared.compiled:
            torch._dynamo.mark_static_address(self.keys)  # noqa: SLF001
            torch._dynamo.mark_static_address(self.values)  # noqa: SLF001

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Answers models that make their own mask; here the mask is always passed to them."""
        return self.get_seq_length() + query_length, 0

    def get_seq_length(self) -> int:
        """Returns the number of positions cached by earlier passes."""
        return self._shared.window.before if self._shared.window else 0

    def get_max_length(self) -> int:
        """Returns the number of positions in each slot."""
        return self._shared.length


class SlotCache(Cache):
    """The cache of all layers. Slots from 0 on are in use, without gaps."""

    def __init__(self, layers: int, *, compiled: bool = False) -> None:
        """Allocates nothing yet.

        Args:
            layers: number of layers of the model that have keys and values.
            compiled: whether the model runs through torch.compile.
        """
        self._shared = _Shared(compiled)
        self._slot_layers = [SlotCacheLayer(self._shared) for _ in range(layers)]
        super().__init__(layers=list(self._slot_layers))

    @property
    def capacity(self) -> tuple[int, int]:
        """Number of allocated slots, and of positions in each."""
        return self._shared.slots, self._shared.length

    def resize(self, slots: int, length: int) -> None:
        """Allocates memory for so many slots and positions; may be repeated after it has failed."""
        # The size that all layers have, in case memory runs out between two of them.
        self._shared.slots = min(self._shared.slots, slots)
        self._shared.length = min(self._shared.length, length)
        for layer in self._slot_layers:
            layer.resize(slots, length)
        self._shared.slots, self._shared.length = slots, length

    def set_window(self, window: Window) -> None:
        """Sets what the next forward pass reads and writes."""
        self._shared.window = window

    def move(self, source: int, target: int, length: int) -> None:
        """Copies `length` positions of one slot over another."""
        for layer in self._slot_layers:
            layer.move(source, target, length)


def _resized(old: Tensor, slots: int, length: int) -> Tensor:
    if (old.shape[0], old.shape[2]) == (slots, length):
        return old
    new = torch.zeros(slots, old.shape[1], length, old.shape[3], dtype=old.dtype, device=old.device)
    rows, columns = min(slots, old.shape[0]), min(length, old.shape[2])
    new[:rows, :, :columns] = old[:rows, :, :columns]
    return new
