"""Tokens per second of the local model: `python -m benchmarks.generation`.

    --quick       small batches, once
    --mixing      only the second table: adapters in one batch, three ways
    --compiled    decode ours through torch.compile

On a GPU: a model of 7 billion random weights in bfloat16. Elsewhere, and it says so: SmolLM2 on the
processor, against llama.cpp in the same run. Floors, in the same run: `one by one` is
`model.generate` for one chat after the other; `static` is `model.generate` for all of them as one
batch, which waits for the longest reply; `limit` is what the memory allows: for each step the
weights, and the cached keys and values of the chats that are not over, are read once, at the
bandwidth of a large copy. Replies differ in length, and only tokens that a chat asked for count.
Each is run once to warm up, and then timed.
"""

import argparse
import asyncio
from dataclasses import dataclass
from typing import Any

import torch
from rich.console import Console
from transformers import LlamaConfig, LlamaForCausalLM

from benchmarks.generation_floors import (
    Chat,
    by_generate,
    by_llama_cpp,
    chats,
    copy_bandwidth,
    limit,
)
from benchmarks.generation_mixing import mixing
from benchmarks.generation_ours import ours
from benchmarks.timing import machine
from brain.generators.llama_cpp import demonstration_model
from brain.generators.local_lora.loading import LoadedModel, describe, load
from brain.generators.local_lora.options import LocalOptions

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
    return load(LocalOptions(model=str(demonstration_model()), label="SmolLM2", device="cpu"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is asked."""

    crowds: tuple[int, ...]
    """Chats at the same time."""
    prompt: int
    """Tokens."""
    reply: int
    """Tokens of the longest."""
    mixing: tuple[int, ...]
    """Crowds of the second table."""
    voices: tuple[int, ...]
    """Adapters there."""
    runs: int
    """Of each figure there, the best of which counts."""


def scale(*, gpu: bool, quick: bool) -> Scale:
    """What such a machine can do in minutes."""
    voices, runs = ((1, 4), 1) if quick else ((1, 2, 4, ADAPTERS), 3)
    crowds: tuple[int, ...]
    mixed: tuple[int, ...]
    if gpu:
        crowds, mixed = ((1, 8, 32), (8,)) if quick else ((1, 8, 32, 128), (8, 32))
        prompt, reply = 256, 128
    else:
        crowds, mixed = ((1, 4), (4,)) if quick else ((1, 4, 8), (8,))
        prompt, reply = 32, 16
    return Scale(crowds=crowds, prompt=prompt, reply=reply, mixing=mixed, voices=voices, runs=runs)


async def main(*, quick: bool, compiled: bool, only_mixing: bool) -> None:
    """Print the tables."""
    console = Console(width=160)
    gpu = torch.cuda.is_available()
    size = scale(gpu=gpu, quick=quick)
    if gpu:
        loaded, where = seven_billion(), f"{torch.cuda.get_device_name()}, {machine()}"
    else:
        loaded = small()
        where = f"no GPU on this machine, so the part for one was not run. {machine()}"
    console.print(f"{loaded.name}, tokens per second. {where}.")
    console.print(
        f"Prompts of {size.prompt} tokens, replies of {size.reply // 2} to {size.reply};"
        f" torch.compile: {'yes' if compiled else 'no'}.\n"
    )
    if not only_mixing:
        await against_floors(console, loaded, size, compiled=compiled)
        console.print("\nThe same adapters, mixed and one after the other; by ours and by peft.\n")
    asked = [crowd(loaded, size, count) for count in size.mixing]
    await mixing(row, loaded, asked, voices=size.voices, compiled=compiled, runs=size.runs)


def crowd(loaded: LoadedModel, size: Scale, count: int) -> list[Chat]:
    """So many chats that this model can read."""
    vocabulary = loaded.model.config.vocab_size
    return chats(count, prompt=size.prompt, reply=size.reply, vocabulary=vocabulary)


async def against_floors(
    console: Console, loaded: LoadedModel, size: Scale, *, compiled: bool
) -> None:
    """The first table."""
    device = loaded.device
    on_gpu = device.type == "cuda"
    bandwidth = copy_bandwidth(device)
    console.print(f"{bandwidth / 1e9:.0f} GB/s are copied.\n")
    columns = (
        "chats", "ours", "1 adapter", "many (adapters)", "many : 0 adapters", "many : 1 adapter",
        "one by one", "static", "limit", "ours : limit", "ours : one by one",
        "first token p50 / p99 ms",
        *([] if on_gpu else ["llama.cpp"]),
    )  # fmt: skip
    row(*columns)
    row(*("---" for _ in columns))
    for count in size.crowds:
        each = crowd(loaded, size, count)
        plain, first = await ours(loaded, each, adapters=0, compiled=compiled)
        single, _ = await ours(loaded, each, adapters=1, compiled=compiled)
        mixed: float | None = None
        if (voices := min(ADAPTERS, count)) > 1:
            mixed, _ = await ours(loaded, each, adapters=voices, compiled=compiled)
        alone = by_generate(loaded.model, each, together=False, device=device)
        static = by_generate(loaded.model, each, together=True, device=device)
        most = limit(loaded, each, bandwidth)
        row(
            f"{count}", f"{plain:.1f}", f"{single:.1f}",
            f"{mixed:.1f} ({voices})" if mixed else "-",
            f"{mixed / plain:.0%}" if mixed else "-",
            f"{mixed / single:.0%}" if mixed else "-",
            f"{alone:.1f}", f"{static:.1f}", f"{most:.0f}",
            f"{plain / most:.0%}", f"{plain / alone:.1f}", f"{first.p50:.0f} / {first.p99:.0f}",
            *([] if on_gpu else [f"{await by_llama_cpp(each):.1f}"]),
        )  # fmt: skip


def row(*cells: str) -> None:
    """One line of a Markdown table, as soon as it is known."""
    print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the largest batch")
    parser.add_argument("--compiled", action="store_true", help="decode through torch.compile")
    parser.add_argument("--mixing", action="store_true", help="only the table of adapters")
    arguments = parser.parse_args()
    asyncio.run(
        main(quick=arguments.quick, compiled=arguments.compiled, only_mixing=arguments.mixing)
    )
