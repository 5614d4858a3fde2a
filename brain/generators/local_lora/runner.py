"""Forward passes over the rows of a running batch. A runner belongs to one thread."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch._dynamo.exc import TorchDynamoException

from brain.generators.local_lora.adapter_batch import AdapterStack
from brain.generators.local_lora.compiling import CompiledSteps
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.kv_cache import SlotCache, Window
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.memory_budget import is_out_of_memory
from brain.generators.local_lora.positions_and_masks import PositionIds
from brain.generators.local_lora.requests import Guide
from brain.generators.local_lora.sampling import Sampler

_log = logging.getLogger(__name__)

BUCKET = 64
"""Lengths are rounded up to multiples of this many tokens, which suits the attention kernels and
makes few shapes."""
COMPILED_BUCKET = 256
"""Where each shape is compiled by itself, lengths are rounded up to powers of two from here on."""
MOST_SPARE = 4
"""An empty batch keeps its memory while its rows are at most so many times as long as the next
row."""


@dataclass(slots=True)
class _Slot:
    """The state of one row."""

    adapter: str | None
    guide: Guide | None = None
    length: int = 0
    """Number of cached positions."""
    token: int | None = None
    """The next token to read; None while the prompt is being read."""
    position_ids: PositionIds = (0,)
    """Position ids of that token."""


class TransformersRunner:
    """Fulfils `brain.generators.local_lora.requests.Runner` with a model of transformers."""

    def __init__(
        self,
        loaded: LoadedModel,
        *,
        sampler: Sampler,
        compiled: bool = False,
        most_rows: int = 1,
    ) -> None:
        """Prepares the runner; memory for rows is allocated when they are opened.

        Args:
            loaded: the model.
            sampler: chooses the next tokens.
            compiled: whether to run decoding steps through torch.compile.
            most_rows: if compiled, number of rows to allocate memory for at once, as far as it
                suffices.
        """
        self._loaded = loaded
        self._sampler = sampler
        self._use_compile = compiled
        self._cache = SlotCache(loaded.layers, compiled=compiled)
        self._most_rows = most_rows
        self._slots: list[_Slot] = []
        self._layout = loaded.layout
        self.stack = AdapterStack(loaded.model, dtype=loaded.dtype, device=loaded.device)
        self._forward: Callable[..., Any] = loaded.model.forward
        self._compiled = CompiledSteps(self._forward) if compiled else None

    def open(self, adapter: str | None, tokens: int, guide: Guide | None = None) -> None:
        """Opens a new last slot with room for so many tokens. Raises ModelOutOfMemory."""
        slots, length = self._cache.capacity
        wanted = self._rounded_up(tokens + self._layout.prefix_length)
        if not self._slots and length > MOST_SPARE * wanted:
            # After an exceptionally long conversation its length is not kept for all later ones.
            slots = length = 0
        needed, length = len(self._slots) + 1, max(length, wanted)
        if needed > 1 and needed * length > self._loaded.cache_tokens:
            raise ModelOutOfMemory(model=self._loaded.name)
        if not any(
            self._resize(count, length)
            for count in dict.fromkeys((self._slots_to_allocate(slots, needed, length), needed))
        ):
            self._trim()
            raise ModelOutOfMemory(model=self._loaded.name)
        self._slots.append(_Slot(adapter, guide))

    def read(self, slot: int, tokens: Sequence[int], *, last: bool) -> int | None:
        """Reads the next tokens of a prompt; returns the reply's first token after the last."""
        row, layout = self._slots[slot], self._layout
        prefix_length = 0 if row.length else layout.prefix_length
        end = row.length + prefix_length + len(tokens)
        # A prompt that is read as a whole must not see positions that were never written.
        length = end if layout.needs_whole_prompt else self._rounded_up(end)
        with self._map_out_of_memory():
            self._select((row.adapter,))
            positions = self._on_device([list(range(row.length, end))])
            self._set_window(slot, positions, length=length, before=row.length)
            logits = self._pass(
                self._forward, [tokens], layout.prompt_inputs(positions[:, prefix_length:], length)
            )
            token = self._sampler.choose(logits, [row.guide])[0] if last else None
        row.length = end
        row.token = token
        row.position_ids = layout.next_position_ids(tokens, end)
        _advance_guide(row)
        return token

    def step(self) -> list[int | None]:
        """Returns one token for each slot, None for a slot whose prompt is still being read."""
        if all(slot.token is None for slot in self._slots):
            return [None] * len(self._slots)
        count = len(self._slots)
        # If compiled, the number of rows is rounded up to a power of two; the additional rows are
        # free slots, which does no harm.
        width = count
        if self._compiled:
            width = min(_doubled(count), self._cache.capacity[0])
        rows = [
            *self._slots,
            *[_Slot(None, position_ids=self._slots[0].position_ids)] * (width - count),
        ]
        length = self._rounded_up(max(row.length for row in rows) + 1)
        with self._map_out_of_memory():
            self._select([row.adapter for row in rows])
            positions = self._on_device([[row.length] for row in rows])
            written = self._layout.cache_positions(positions, length)
            self._set_window(0, written, length=length, before=length - 1)
            inputs, next_ids = self._layout.step_inputs(
                positions, [row.position_ids for row in rows], length
            )
            tokens = [[row.token or 0] for row in rows]
            logits = self._step_pass(tokens, inputs, length)
            guides = [None if row.token is None else row.guide for row in rows]
            chosen = self._sampler.choose(logits, guides)
        for row, token, ids in zip(self._slots, chosen, next_ids, strict=False):
            if row.token is not None:
                row.length += 1
                row.token, row.position_ids = token, ids
                _advance_guide(row)
        return [row.token for row in self._slots]

    def close(self, slot: int, *, trim: bool = False) -> None:
        """Frees a slot and moves the last slot into its place; `trim` gives spare memory back."""
        last = self._slots.pop()
        if slot < len(self._slots):
            self._cache.move(len(self._slots), slot, last.length)
            self._slots[slot] = last
        if trim:
            self._trim()

    def reset(self) -> None:
        """Frees all slots and their memory and removes the adapters from the model."""
        self._slots.clear()
        self.stack.deactivate()
        self._cache = SlotCache(self._loaded.layers, compiled=self._use_compile)
        self._release_memory()

    def _trim(self) -> None:
        longest = max((slot.length + 1 for slot in self._slots), default=0)
        # Shrinking needs memory for a moment too, one layer at a time, and may fail for lack of it.
        self._resize(len(self._slots), self._rounded_up(longest))
        self._release_memory()

    def _resize(self, slots: int, length: int) -> bool:
        """Resizes the cache; returns whether memory sufficed."""
        if (slots, length) == self._cache.capacity:
            return True
        try:
            self._cache.resize(slots, length)
        except (RuntimeError, MemoryError) as exc:
            if not is_out_of_memory(exc):
                raise
            return False
        return True

    def _slots_to_allocate(self, slots: int, needed: int, length: int) -> int:
        """Returns the number of slots to allocate memory for.

        It is a power of two if that fits, because each reallocation copies everything. If compiled,
        it covers all rows, because each number of slots is a shape of its own.
        """
        if slots < needed:
            slots = _doubled(needed)
        if self._compiled:
            slots = max(slots, _doubled(self._most_rows))
        return max(needed, min(slots, self._loaded.cache_tokens // length))

    def _release_memory(self) -> None:
        if self._loaded.device.type == "cuda":
            # After an error of the device every call fails; the next request reports that.
            with suppress(RuntimeError):
                torch.cuda.empty_cache()

    def _rounded_up(self, tokens: int) -> int:
        if not self._compiled:
            return -(-tokens // BUCKET) * BUCKET
        most = self._loaded.context_tokens + self._layout.prefix_length
        return max(tokens, min(_doubled(max(tokens, COMPILED_BUCKET)), most))

    def _select(self, adapters: Sequence[str | None]) -> None:
        self.stack.select(adapters, also_active=[slot.adapter for slot in self._slots])

    def _set_window(self, first: int, positions: Tensor, *, length: int, before: int) -> None:
        count = len(positions)
        slots_there, positions_there = self._cache.capacity
        if positions_there < length:
            needed = max(len(self._slots), first + count)
            self._cache.resize(self._slots_to_allocate(slots_there, needed, length), length)
        slots = torch.arange(first, first + count, device=positions.device)[:, None]
        self._cache.set_window(
            Window(
                first=first,
                count=count,
                length=length,
                before=before,
                slots=slots,
                positions=positions,
            )
        )

    def _step_pass(
        self, tokens: Sequence[Sequence[int]], inputs: Mapping[str, Any], length: int
    ) -> Tensor:
        if self._compiled:
            shape = (len(tokens), length, self._cache.capacity, self.stack.columns)
            forward = self._compiled.forward(shape, hooked_layers=self.stack.hooked_layers)
            try:
                return self._pass(forward, tokens, inputs)
            except TorchDynamoException as exc:
                # This happens on a machine without a compiler, for example; the model runs
                # uncompiled then.
                _log.warning("the model cannot be compiled: %s", type(exc).__name__)
                self._compiled = None
        return self._pass(self._forward, tokens, inputs)

    @torch.no_grad()
    def _pass(
        self,
        forward: Callable[..., Any],
        tokens: Sequence[Sequence[int]],
        inputs: Mapping[str, Any],
    ) -> Tensor:
        """Returns the logits after the last token of each row, [rows, vocabulary]."""
        output = forward(
            input_ids=self._on_device(tokens),
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
            **inputs,
        )
        logits: Tensor = output.logits
        return logits[:, -1]

    def _on_device(self, numbers: Sequence[Sequence[int]]) -> Tensor:
        return torch.tensor(numbers).to(self._loaded.device)

    @contextmanager
    def _map_out_of_memory(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, MemoryError) as exc:
            if is_out_of_memory(exc):
                raise ModelOutOfMemory(model=self._loaded.name) from exc
            raise


def _advance_guide(row: _Slot) -> None:
    # Called last of all, so that a failed pass leaves the guide in its old state.
    if row.guide is not None and row.token is not None:
        row.guide.advance(row.token)


def _doubled(number: int) -> int:
    """Returns the smallest power of two that is at least the number."""
    return 1 << (number - 1).bit_length()
