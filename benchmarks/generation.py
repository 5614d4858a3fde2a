"""Measures the tokens per second of the local model: `python -m benchmarks.generation`.

    --quick       small batches, once
    --mixing      only the second table: adapters in one batch, three ways
    --compiled    decode with this project's engine through torch.compile

On a GPU the model has 7 billion random weights in bfloat16. Elsewhere it is SmolLM2 on the
processor, and llama.cpp runs it as well. These floors and bounds are measured in the same run:

    one by one    `model.generate` for one chat after the other
    static        `model.generate` for all chats as one batch, which waits for the longest reply
    limit         what the memory allows: in each step the weights, and the cached keys and values
                  of the chats that are not over, are read once at the bandwidth of a large copy

Replies differ in length, and only tokens that a chat asked for count. Each figure is taken from a
second run, after one to warm up.
"""

import argparse
import asyncio
from dataclasses import dataclass
from typing import Any

import torch
from rich.console import Console
from transformers import LlamaConfig, LlamaForCausalLM

from benchmarks.generation_adapters import compare_adapters
from benchmarks.generation_baselines import (
    Chat,
    by_generate,
    by_llama_cpp,
    chats,
    copy_bandwidth,
    limit,
)
from benchmarks.generation_engine import by_engine
from benchmarks.timing import machine
from brain.generators.llama_cpp import demonstration_model
from brain.generators.local_lora.loading import LoadedModel, describe, load
from brain.generators.local_lora.options import LocalOptions

ADAPTERS = 8
"""The largest number of adapters in one batch."""


class NoTokenizer:
    """Stands in for a tokenizer where prompts are random tokens."""

    eos_token_id = None
    chat_template = None


def load_random_7b() -> LoadedModel:
    """Returns a model of LLaMA-7B's shape with random weights, made on the GPU."""
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
    return describe(model, NoTokenizer(), options, dtype=torch.bfloat16, device=device)


def load_demonstration_model() -> LoadedModel:
    """Returns the demonstration model, loaded by transformers on the processor."""
    return load(LocalOptions(model=str(demonstration_model()), label="SmolLM2", device="cpu"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The sizes that are measured."""

    batches: tuple[int, ...]
    """Numbers of simultaneous chats in the first table."""
    prompt: int
    """Tokens of each prompt."""
    reply: int
    """Tokens of the longest reply."""
    mixing: tuple[int, ...]
    """Numbers of simultaneous chats in the second table."""
    voices: tuple[int, ...]
    """Numbers of adapters in the second table."""
    runs: int
    """Runs for each figure of the second table, the best of which counts."""


def scale(*, gpu: bool, quick: bool) -> Scale:
    """Returns sizes that a machine with or without a GPU can measure in minutes."""
    voices, runs = ((1, 4), 1) if quick else ((1, 2, 4, ADAPTERS), 3)
    batches: tuple[int, ...]
    mixed: tuple[int, ...]
    if gpu:
        batches, mixed = ((1, 8, 32), (8,)) if quick else ((1, 8, 32, 128), (8, 32))
        prompt, reply = 256, 128
    else:
        batches, mixed = ((1, 4), (4,)) if quick else ((1, 4, 8), (8,))
        prompt, reply = 32, 16
    return Scale(
        batches=batches, prompt=prompt, reply=reply, mixing=mixed, voices=voices, runs=runs
    )


async def main(*, quick: bool, compiled: bool, only_mixing: bool) -> None:
    """Measure, and print the tables."""
    console = Console(width=160)
    gpu = torch.cuda.is_available()
    size = scale(gpu=gpu, quick=quick)
    if gpu:
        loaded, where = load_random_7b(), f"{torch.cuda.get_device_name()}, {machine()}"
    else:
        loaded = load_demonstration_model()
        where = f"no GPU on this machine, so the part for one was not run. {machine()}"
    console.print(f"{loaded.name}, tokens per second. {where}.")
    console.print(
        f"Prompts of {size.prompt} tokens, replies of {size.reply // 2} to {size.reply};"
        f" torch.compile: {'yes' if compiled else 'no'}.\n"
    )
    if not only_mixing:
        await against_floors(console, loaded, size, compiled=compiled)
        console.print("\nThe same adapters, mixed and one after the other; by ours and by peft.\n")
    asked = [chats_for(loaded, size, count) for count in size.mixing]
    await compare_adapters(
        row, loaded, asked, voices=size.voices, compiled=compiled, runs=size.runs
    )


def chats_for(loaded: LoadedModel, size: Scale, count: int) -> list[Chat]:
    """Returns a number of chats with prompts in the model's vocabulary."""
    vocabulary = loaded.model.config.vocab_size
    return chats(count, prompt=size.prompt, reply=size.reply, vocabulary=vocabulary)


async def against_floors(
    console: Console, loaded: LoadedModel, size: Scale, *, compiled: bool
) -> None:
    """Print the first table: this project's engine against the floors."""
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
    for count in size.batches:
        batch = chats_for(loaded, size, count)
        plain, first = await by_engine(loaded, batch, adapters=0, compiled=compiled)
        single, _ = await by_engine(loaded, batch, adapters=1, compiled=compiled)
        mixed: float | None = None
        if (voices := min(ADAPTERS, count)) > 1:
            mixed, _ = await by_engine(loaded, batch, adapters=voices, compiled=compiled)
        alone = by_generate(loaded.model, batch, together=False, device=device)
        static = by_generate(loaded.model, batch, together=True, device=device)
        most = limit(loaded, batch, bandwidth)
        row(
            f"{count}", f"{plain:.1f}", f"{single:.1f}",
            f"{mixed:.1f} ({voices})" if mixed else "-",
            f"{mixed / plain:.0%}" if mixed else "-",
            f"{mixed / single:.0%}" if mixed else "-",
            f"{alone:.1f}", f"{static:.1f}", f"{most:.0f}",
            f"{plain / most:.0%}", f"{plain / alone:.1f}", f"{first.p50:.0f} / {first.p99:.0f}",
            *([] if on_gpu else [f"{await by_llama_cpp(batch):.1f}"]),
        )  # fmt: skip


def row(*cells: str) -> None:
    """Print a line of a Markdown table at once."""
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
