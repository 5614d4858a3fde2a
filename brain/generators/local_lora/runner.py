"""Forward passes over the rows of a running batch. Belongs to one thread."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch._dynamo.exc import TorchDynamoException

from brain.generators.local_lora.cache import SlotCache, Window
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.geometry import Place
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.memory import is_out_of_memory
from brain.generators.local_lora.sampling import Sampler
from brain.generators.local_lora.stack import AdapterStack

_log = logging.getLogger(__name__)

BUCKET = 64
"""Lengths come in multiples of this: aligned for the attention kernels, and few shapes."""
COMPILED_BUCKET = 256
"""The same where each shape is compiled by itself."""
MOST_SPARE = 4
"""An empty batch keeps memory for rows this many times as long as the next one."""


@dataclass(slots=True)
class _Slot:
    adapter: str | None
    length: int = 0
    """Positions that are cached."""
    token: int | None = None
    """What comes next; None while the prompt is being read."""
    place: Place = (0,)


class Runner:
    """Fulfils `brain.generators.local_lora.requests.Runner` with a transformers model."""

    def __init__(self, loaded: LoadedModel, *, sampler: Sampler, compiled: bool = False) -> None:
        """`compiled`: decoding steps through torch.compile, with CUDA graphs on a GPU."""
        self._loaded = loaded
        self._sampler = sampler
        self._cache = SlotCache(loaded.layers, compiled=compiled)
        self._compiled = compiled
        self._bucket = COMPILED_BUCKET if compiled else BUCKET
        self._slots: list[_Slot] = []
        self._geometry = loaded.geometry
        self._selected: tuple[str | None, ...] | None = None
        self.stack = AdapterStack(loaded.model, dtype=loaded.dtype, device=loaded.device)
        forward: Callable[..., Any] = loaded.model.forward
        self._forward = forward
        self._step_forward = (
            torch.compile(forward, dynamic=False, mode="reduce-overhead") if compiled else forward
        )

    def open(self, adapter: str | None, tokens: int) -> None:
        """Take a new last slot, with room for so many tokens. Raises ModelOutOfMemory."""
        tokens += self._geometry.ahead
        slots, length = self._cache.room
        if not self._slots and length > MOST_SPARE * self._up(tokens):
            # An exceptionally long conversation is over: its length is not kept for all.
            slots = length = 0
        needed = len(self._slots) + 1
        length = max(length, self._up(tokens))
        if needed > 1 and needed * length > self._loaded.cells:
            raise ModelOutOfMemory(model=self._loaded.name)
        if slots < needed:
            # In powers of two while that fits, as each time all is copied.
            doubled = 1 << (needed - 1).bit_length()
            slots = doubled if doubled * length <= self._loaded.cells else needed
        if (slots, length) != self._cache.room:
            try:
                with self._mapped():
                    self._cache.resize(slots, length)
            except ModelOutOfMemory:
                self._trim()
                raise
        self._slots.append(_Slot(adapter))

    def read(self, slot: int, tokens: Sequence[int], *, last: bool) -> int | None:
        """Read the next tokens of a prompt; after the last of them, the first of the reply."""
        row, geometry = self._slots[slot], self._geometry
        ahead = 0 if row.length else geometry.ahead
        end = row.length + ahead + len(tokens)
        # What is read whole is alone: it sees no position that nothing was written to.
        length = end if geometry.reads_whole else self._up(end)
        with self._mapped():
            self._select((row.adapter,))
            positions = self._on_device([list(range(row.length, end))])
            self._look(slot, positions, length=length, before=row.length)
            logits = self._pass(
                self._forward, [tokens], geometry.reading(positions[:, ahead:], length)
            )
            token = self._sampler.choose(logits)[0] if last else None
        row.length = end
        row.token = token
        row.place = geometry.after(tokens, end)
        return token

    def step(self) -> list[int | None]:
        """One token for each slot; None where the prompt is still being read."""
        if all(slot.token is None for slot in self._slots):
            return [None] * len(self._slots)
        count = len(self._slots)
        # Compiled, rows come in powers of two; those beyond are free slots, and do no harm.
        width = count
        if self._compiled:
            width = min(1 << (count - 1).bit_length(), self._cache.room[0])
        rows = [*self._slots, *[_Slot(None, place=self._slots[0].place)] * (width - count)]
        length = self._up(max(row.length for row in rows) + 1)
        with self._mapped():
            self._select(tuple(row.adapter for row in rows))
            positions = self._on_device([[row.length] for row in rows])
            kept = self._geometry.writing(positions, length)
            self._look(0, kept, length=length, before=length - 1)
            inputs, places = self._geometry.stepping(positions, [row.place for row in rows], length)
            tokens = [[row.token or 0] for row in rows]
            chosen = self._sampler.choose(self._stepped(tokens, inputs))
        for row, token, place in zip(self._slots, chosen, places, strict=False):
            if row.token is not None:
                row.length += 1
                row.token, row.place = token, place
        return [row.token for row in self._slots]

    def close(self, slot: int, *, trim: bool = False) -> None:
        """Free a slot; the last one moves into its place. `trim` gives spare memory back."""
        last = self._slots.pop()
        if slot < len(self._slots):
            self._cache.move(len(self._slots), slot, last.length)
            self._slots[slot] = last
        if trim:
            self._trim()

    def reset(self) -> None:
        """Free all slots and their memory, and leave the model as it was."""
        self._slots.clear()
        self.stack.rest()
        self._selected = None
        self._cache = SlotCache(self._loaded.layers, compiled=self._compiled)
        self._empty()

    def _trim(self) -> None:
        longest = max((slot.length + 1 for slot in self._slots), default=0)
        # Even this takes memory for a moment, a layer at a time.
        with suppress(torch.OutOfMemoryError):
            self._cache.resize(len(self._slots), self._up(longest))
        self._empty()

    def _empty(self) -> None:
        if self._loaded.device.type == "cuda":
            # After an error of the device every call fails; the next request says so.
            with suppress(RuntimeError):
                torch.cuda.empty_cache()

    def _up(self, tokens: int) -> int:
        return -(-tokens // self._bucket) * self._bucket

    def _select(self, adapters: tuple[str | None, ...]) -> None:
        if adapters != self._selected:
            # Forgotten first: should it fail midway, it is done anew.
            self._selected = None
            self.stack.select(adapters, among=[slot.adapter for slot in self._slots])
            self._selected = adapters

    def _look(self, first: int, positions: Tensor, *, length: int, before: int) -> None:
        if self._cache.room[1] < length:
            self._cache.resize(self._cache.room[0], length)
        count = len(positions)
        slots = torch.arange(first, first + count, device=positions.device)[:, None]
        self._cache.look_at(
            Window(
                first=first,
                count=count,
                length=length,
                before=before,
                slots=slots,
                positions=positions,
            )
        )

    def _stepped(self, tokens: Sequence[Sequence[int]], inputs: Mapping[str, Any]) -> Tensor:
        if not self._compiled:
            return self._pass(self._forward, tokens, inputs)
        try:
            torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]
            return self._pass(self._step_forward, tokens, inputs)
        except TorchDynamoException as exc:
            # Such as a machine without a compiler: slower is better than silent.
            _log.warning("the model cannot be compiled: %s", type(exc).__name__)
            self._compiled = False
            return self._pass(self._forward, tokens, inputs)

    @torch.no_grad()
    def _pass(
        self,
        forward: Callable[..., Any],
        tokens: Sequence[Sequence[int]],
        inputs: Mapping[str, Any],
    ) -> Tensor:
        """Logits after the last token of each row: [rows, vocabulary]."""
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
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, MemoryError) as exc:
            if is_out_of_memory(exc):
                raise ModelOutOfMemory(model=self._loaded.name) from exc
            raise
