"""What `benchmarks.generation` measures: the running batch, and random adapters for it."""

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch

from benchmarks.generation_floors import RANK, Chat
from benchmarks.timing import Samples
from brain.generators.local_lora.adapters import Adapter, Shape
from brain.generators.local_lora.engine import engine_for
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.requests import Ended, Request


async def ours(
    loaded: LoadedModel,
    asked: Sequence[Chat],
    *,
    adapters: int,
    compiled: bool,
    apart: bool = False,
) -> tuple[float, Samples]:
    """Tokens per second, and the times to the first token.

    Args:
        loaded: the model; it is left as it was.
        asked: all at the same time.
        adapters: so many, in turns; 0: the model by itself.
        compiled: decode through torch.compile.
        apart: the chats of one adapter after those of the other, for comparison.
    """
    options = LocalOptions(
        model="", temperature=0, most_rows=len(asked), most_waiting=len(asked), compiled=compiled
    )
    engine = engine_for(replace(loaded, stops=frozenset()), options)
    names = [f"{number}" for number in range(adapters)]
    for number, name in enumerate(names):
        adapter = random_adapter(engine.runner.stack.shapes, seed=number)
        engine.batcher.call(lambda n=name, a=adapter: engine.runner.stack.add(n, a)).result()  # type: ignore[misc]
    first = Samples()
    turns = list(zip(asked, itertools.cycle(names or [None]), strict=False))
    groups = [[turn for turn in turns if turn[1] == name] for name in names] if apart else [turns]

    async def one(chat: Chat, adapter: str | None) -> None:
        start = time.perf_counter()
        request = Request(list(chat.prompt), chat.reply, adapter)
        engine.batcher.submit(request)
        piece = await request.pieces.get()
        first.since(start)
        while not isinstance(piece, Ended):
            if isinstance(piece, Exception):
                raise piece
            piece = await request.pieces.get()

    async def everyone() -> float:
        start = time.perf_counter()
        for group in groups:
            await asyncio.gather(*(one(chat, adapter) for chat, adapter in group))
        return time.perf_counter() - start

    try:
        await everyone()  # To warm up, and to compile where that was asked for.
        first.values.clear()
        seconds = await everyone()
    finally:
        await asyncio.to_thread(engine.batcher.close)
    return sum(chat.reply for chat in asked) / seconds, first


def random_adapter(shapes: Mapping[str, Shape], *, seed: int) -> Adapter:
    """For every layer but the last; `shapes` by path."""
    draw = torch.Generator().manual_seed(seed)
    return Adapter(
        {
            path: (
                torch.randn(RANK, shape.inputs, generator=draw) * 0.01,
                torch.randn(shape.outputs, RANK, generator=draw) * 0.01,
            )
            for path, shape in shapes.items()
            if path != "lm_head"
        }
    )
