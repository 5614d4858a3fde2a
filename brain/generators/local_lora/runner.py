"""Forward passes over the rows of a running batch. Belongs to one thread."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch._dynamo.exc import TorchDynamoException

from brain.generators.local_lora.adapter_batch import AdapterStack
from brain.generators.local_lora.cache import SlotCache, Window
from brain.generators.local_lora.compiling import CompiledSteps
from brain.generators.local_lora.errors import ModelOutOfMemory
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.memory_budget import is_out_of_memory
from brain.generators.local_lora.positions import Place
from brain.generators.local_lora.requests import Guide
from brain.generators.local_lora.sampling import Sampler

_log = logging.getLogger(__name__)

BUCKET = 64
"""Lengths come in multiples of this: aligned for the attention kernels, and few shapes."""
COMPILED_BUCKET = 256
"""Where each shape is compiled by itself they come in powers of two from here."""
MOST_SPARE = 4
"""An empty batch keeps memory for rows this many times as long as the next one."""


@dataclass(slots=True)
class _Slot:
    adapter: str | None
    guide: Guide | None = None
    length: int = 0
    """Positions that are cached."""
    token: int | None = None
    """What comes next; None while the prompt is being read."""
    place: Place = (0,)


class Runner:
    """Fulfils `brain.generators.local_lora.requests.Runner` with a transformers model."""

    def __init__(
        self,
        loaded: LoadedModel,
        *,
        sampler: Sampler,
        compiled: bool = False,
        most_rows: int = 1,
    ) -> None:
        """`compiled`: decoding steps through torch.compile, with CUDA graphs on a GPU.

        Then memory is taken for `most_rows` at once, as far as it suffices.
        """
        self._loaded = loaded
        self._sampler = sampler
        self._pinned = compiled
        self._cache = SlotCache(loaded.layers, compiled=compiled)
        self._most_rows = most_rows
        self._slots: list[_Slot] = []
        self._geometry = loaded.geometry
        self.stack = AdapterStack(loaded.model, dtype=loaded.dtype, device=loaded.device)
        self._forward: Callable[..., Any] = loaded.model.forward
        self._compiled = CompiledSteps(self._forward) if compiled else None

    def open(self, adapter: str | None, tokens: int, guide: Guide | None = None) -> None:
        """Take a new last slot, with room for so many tokens. Raises ModelOutOfMemory."""
        slots, length = self._cache.room
        wanted = self._up(tokens + self._geometry.ahead)
        if not self._slots and length > MOST_SPARE * wanted:
            # An exceptionally long conversation is over: its length is not kept for all.
            slots = length = 0
        needed, length = len(self._slots) + 1, max(length, wanted)
        if needed > 1 and needed * length > self._loaded.cells:
            raise ModelOutOfMemory(model=self._loaded.name)
        if not any(
            self._resize(each, length)
            for each in dict.fromkeys((self._roomy(slots, needed, length), needed))
        ):
            self._trim()
            raise ModelOutOfMemory(model=self._loaded.name)
        self._slots.append(_Slot(adapter, guide))

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
            token = self._sampler.choose(logits, [row.guide])[0] if last else None
        row.length = end
        row.token = token
        row.place = geometry.after(tokens, end)
        _take(row)
        return token

    def step(self) -> list[int | None]:
        """One token for each slot; None where the prompt is still being read."""
        if all(slot.token is None for slot in self._slots):
            return [None] * len(self._slots)
        count = len(self._slots)
        # Compiled, rows come in powers of two; those beyond are free slots, and do no harm.
        width = count
        if self._compiled:
            width = min(_doubled(count), self._cache.room[0])
        rows = [*self._slots, *[_Slot(None, place=self._slots[0].place)] * (width - count)]
        length = self._up(max(row.length for row in rows) + 1)
        with self._mapped():
            self._select([row.adapter for row in rows])
            positions = self._on_device([[row.length] for row in rows])
            kept = self._geometry.writing(positions, length)
            self._look(0, kept, length=length, before=length - 1)
            inputs, places = self._geometry.stepping(positions, [row.place for row in rows], length)
            tokens = [[row.token or 0] for row in rows]
            logits = self._stepped(tokens, inputs, length)
            guides = [None if row.token is None else row.guide for row in rows]
            chosen = self._sampler.choose(logits, guides)
        for row, token, place in zip(self._slots, chosen, places, strict=False):
            if row.token is not None:
                row.length += 1
                row.token, row.place = token, place
                _take(row)
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
        self._cache = SlotCache(self._loaded.layers, compiled=self._pinned)
        self._empty()

    def _trim(self) -> None:
        longest = max((slot.length + 1 for slot in self._slots), default=0)
        # Even this takes memory for a moment, a layer at a time, and may not get it.
        self._resize(len(self._slots), self._up(longest))
        self._empty()

    def _resize(self, slots: int, length: int) -> bool:
        """Whether memory sufficed for that room."""
        if (slots, length) == self._cache.room:
            return True
        try:
            self._cache.resize(slots, length)
        except (RuntimeError, MemoryError) as exc:
            if not is_out_of_memory(exc):
                raise
            return False
        return True

    def _roomy(self, slots: int, needed: int, length: int) -> int:
        """Slots to take memory for: in powers of two, as all is copied each time, while that fits.

        Compiled, all of them, as each number of them is a shape of its own.
        """
        if slots < needed:
            slots = _doubled(needed)
        if self._compiled:
            slots = max(slots, _doubled(self._most_rows))
        return max(needed, min(slots, self._loaded.cells // length))

    def _empty(self) -> None:
        if self._loaded.device.type == "cuda":
            # After an error of the device every call fails; the next request says so.
            with suppress(RuntimeError):
                torch.cuda.empty_cache()

    def _up(self, tokens: int) -> int:
        if not self._compiled:
            return -(-tokens // BUCKET) * BUCKET
        most = self._loaded.context_tokens + self._geometry.ahead
        return max(tokens, min(_doubled(max(tokens, COMPILED_BUCKET)), most))

    def _select(self, adapters: Sequence[str | None]) -> None:
        self.stack.select(adapters, among=[slot.adapter for slot in self._slots])

    def _look(self, first: int, positions: Tensor, *, length: int, before: int) -> None:
        count = len(positions)
        room, there = self._cache.room
        if there < length:
            needed = max(len(self._slots), first + count)
            self._cache.resize(self._roomy(room, needed, length), length)
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

    def _stepped(
        self, tokens: Sequence[Sequence[int]], inputs: Mapping[str, Any], length: int
    ) -> Tensor:
        if self._compiled:
            shape = (len(tokens), length, self._cache.room, self.stack.columns)
            forward = self._compiled.forward(shape, hooked=self.stack.hooked)
            try:
                return self._pass(forward, tokens, inputs)
            except TorchDynamoException as exc:
                # Such as a machine without a compiler: slower is better than silent.
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


def _take(row: _Slot) -> None:
    # Last of all: when a pass has failed, the guide still stands where it stood before.
    if row.guide is not None and row.token is not None:
        row.guide.take(row.token)


def _doubled(number: int) -> int:
    """The next power of two."""
    return 1 << (number - 1).bit_length()
