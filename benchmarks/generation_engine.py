"""Measures this project's engine for local models, with random adapters."""

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch

from benchmarks.generation_baselines import RANK, Chat
from benchmarks.timing import Samples
from brain.generators.local_lora.adapters import Adapter, LayerShape
from brain.generators.local_lora.engine import create_engine
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.requests import Ended, Request


async def by_engine(
    loaded: LoadedModel,
    asked: Sequence[Chat],
    *,
    adapters: int,
    compiled: bool,
    apart: bool = False,
) -> tuple[float, Samples]:
    """Returns the tokens per second, and the times to the first token.

    Args:
        loaded: the model, which is left as it was.
        asked: the chats, which are started together.
        adapters: the number of random adapters, given to the chats in turns; 0 for none.
        compiled: whether to decode through torch.compile.
        apart: whether to run the chats of one adapter after those of the other.
    """
    options = LocalOptions(
        model="", temperature=0, most_rows=len(asked), most_waiting=len(asked), compiled=compiled
    )
    engine = create_engine(replace(loaded, stops=frozenset()), options)
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
        await everyone()  # the first run warms up and compiles
        first.values.clear()
        seconds = await everyone()
    finally:
        await asyncio.to_thread(engine.batcher.close)
    return sum(chat.reply for chat in asked) / seconds, first


def random_adapter(shapes: Mapping[str, LayerShape], *, seed: int) -> Adapter:
    """Returns a random adapter for every layer in `shapes` (by path) but the output layer."""
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
