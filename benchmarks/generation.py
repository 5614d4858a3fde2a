"""Tokens per second of the local model: `python -m benchmarks.generation [--quick] [--compiled]`.

On a GPU: a model of 7 billion random weights in bfloat16. Elsewhere, and it says so: SmolLM2 on the
processor, against llama.cpp in the same run. Floors, in the same run: `one by one` is
`model.generate` for one chat after the other; `static` is `model.generate` for all of them as one
batch, which waits for the longest reply; `limit` is what the memory allows: for each step the
weights and the cached keys and values are read once, at the bandwidth of a large copy. Replies
differ in length, and only tokens that a chat asked for count.
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from rich.console import Console
from transformers import LlamaConfig, LlamaForCausalLM

from benchmarks.generation_floors import (
    RANK,
    Chat,
    by_generate,
    by_llama_cpp,
    chats,
    copy_bandwidth,
    limit,
    with_peft,
)
from benchmarks.timing import Samples, machine
from brain.generators.bundled import _demonstration_model
from brain.generators.local_lora.adapters import Adapter
from brain.generators.local_lora.engine import engine_for
from brain.generators.local_lora.loading import LoadedModel, describe, load
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.requests import Ended, Request

ADAPTERS = 8


class Bare:
    """In place of a tokenizer: prompts are random tokens."""

    eos_token_id = None
    chat_template = None


def seven_billion() -> LoadedModel:
    """LLaMA-7B's shape on the GPU; the weights are drawn there."""
    device = torch.device("cuda")
    config = LlamaConfig(
        vocab_size=32_000,
        hidden_size=4096,
        intermediate_size=11_008,
        num_hidden_layers=32,
        num_attention_heads=32,
        num_key_value_heads=32,
        max_position_embeddings=4096,
    )
    torch.set_default_dtype(torch.bfloat16)
    with device:
        model: Any = LlamaForCausalLM(config)
        model.eval()
    torch.set_default_dtype(torch.float32)
    options = LocalOptions(model="7B of random weights")
    return describe(model, Bare(), options, dtype=torch.bfloat16, device=device)


def small() -> LoadedModel:
    """The demonstration model, through transformers."""
    return load(LocalOptions(model=str(_demonstration_model()), label="SmolLM2", device="cpu"))


async def ours(
    loaded: LoadedModel, asked: Sequence[Chat], *, adapters: int, compiled: bool
) -> tuple[float, Samples]:
    """Tokens per second of the running batch, and the times to the first token."""
    options = LocalOptions(
        model="", temperature=0, most_rows=len(asked), most_waiting=len(asked), compiled=compiled
    )
    engine = engine_for(replace(loaded, stops=frozenset()), options)
    names = [f"{number}" for number in range(adapters)]
    for number, name in enumerate(names):
        adapter = random_adapter(engine.runner.stack.shapes, seed=number)
        engine.batcher.call(lambda n=name, a=adapter: engine.runner.stack.add(n, a)).result()  # type: ignore[misc]
    first = Samples()

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
        turns = itertools.cycle(names or [None])
        start = time.perf_counter()
        await asyncio.gather(*(one(chat, next(turns)) for chat in asked))
        return time.perf_counter() - start

    try:
        if loaded.device.type == "cuda":
            await everyone()  # To warm up, and to compile where that was asked for.
            first.values.clear()
        seconds = await everyone()
    finally:
        await asyncio.to_thread(engine.batcher.close)
    return sum(chat.reply for chat in asked) / seconds, first


def random_adapter(shapes: Any, *, seed: int) -> Adapter:  # noqa: ANN401 by path
    """For every layer but the last."""
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


async def main(*, quick: bool, compiled: bool) -> None:
    """Print the tables."""
    console = Console(width=160)
    has_gpu = torch.cuda.is_available()
    sizes: tuple[int, ...]
    if has_gpu:
        loaded, sizes = seven_billion(), ((1, 8, 32) if quick else (1, 8, 32, 128))
        where = f"{torch.cuda.get_device_name()}, {machine()}"
        prompt, reply = 256, 128
    else:
        loaded, sizes = small(), ((1, 4) if quick else (1, 4, 8))
        where = f"no GPU on this machine, so the part for one was not run. {machine()}"
        prompt, reply = 32, 16
    bandwidth = copy_bandwidth(loaded.device)
    console.print(f"{loaded.name}, tokens per second. {where}.")
    console.print(
        f"Prompts of {prompt} tokens, replies of {reply // 2} to {reply};"
        f" {bandwidth / 1e9:.0f} GB/s copied; torch.compile: {'yes' if compiled else 'no'}.\n"
    )
    columns = (
        "chats", "ours", "1 adapter", f"{ADAPTERS} adapters", "cost of mixing", "one by one",
        "static", "limit", "ours : limit", "ours : one by one", "first token p50 / p99 ms",
        *([] if has_gpu else ["llama.cpp"]),
    )  # fmt: skip
    row(*columns)
    row(*("---" for _ in columns))
    vocabulary = loaded.model.config.vocab_size
    asked = {n: chats(n, prompt=prompt, reply=reply, vocabulary=vocabulary) for n in sizes}
    for count, each in asked.items():
        plain, first = await ours(loaded, each, adapters=0, compiled=compiled)
        single, _ = await ours(loaded, each, adapters=1, compiled=compiled)
        mixed, _ = await ours(loaded, each, adapters=min(ADAPTERS, count), compiled=compiled)
        device = loaded.device
        alone = by_generate(loaded.model, each, together=False, device=device)
        static = by_generate(loaded.model, each, together=True, device=device)
        most = limit(loaded, each, bandwidth)
        row(
            f"{count}", f"{plain:.1f}", f"{single:.1f}", f"{mixed:.1f}",
            f"{1 - mixed / plain:.0%}", f"{alone:.1f}", f"{static:.1f}", f"{most:.0f}",
            f"{plain / most:.0%}", f"{plain / alone:.1f}", f"{first.p50:.0f} / {first.p99:.0f}",
            *([] if has_gpu else [f"{await by_llama_cpp(each):.1f}"]),
        )  # fmt: skip
    mixing(console, loaded, asked)


def mixing(console: Console, loaded: LoadedModel, asked: dict[int, list[Chat]]) -> None:
    """What peft's mixed batches cost. Last, as it changes the model."""
    device = loaded.device
    plain = {
        n: by_generate(loaded.model, c, together=True, device=device) for n, c in asked.items()
    }
    adapted = with_peft(loaded.model, ADAPTERS)
    console.print("\nThe same adapters, mixed by peft (`adapter_names`) in a static batch.\n")
    row("chats", "static", "static, mixed by peft", "cost")
    row("---", "---", "---", "---")
    for count, each in asked.items():
        names = [f"{number % ADAPTERS}" for number in range(count)]
        mixed = by_generate(adapted, each, together=True, device=device, names=names)
        cost = f"{1 - mixed / plain[count]:.0%}"
        row(f"{count}", f"{plain[count]:.1f}", f"{mixed:.1f}", cost)


def row(*cells: str) -> None:
    """One line of a Markdown table, as soon as it is known."""
    print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the largest batch")
    parser.add_argument("--compiled", action="store_true", help="decode through torch.compile")
    arguments = parser.parse_args()
    asyncio.run(main(quick=arguments.quick, compiled=arguments.compiled))
