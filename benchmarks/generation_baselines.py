"""The floors and bounds of `benchmarks.generation`: `generate`, llama.cpp, peft and bandwidth."""

import asyncio
import random
import time
import warnings
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import torch
from peft import LoraConfig, get_peft_model

from brain.generators.llama_cpp import demonstration_model, start_bundled_model
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.openai import OpenAIGenerator
from brain.messages import ChatMessage

RANK = 16
"""Rank of the adapters."""
SEQUENTIAL_CHATS = 4
"""How many chats are timed one by one."""


@dataclass(frozen=True, slots=True)
class Chat:
    """One prompt, with the length of its reply."""

    prompt: list[int]
    """Token ids."""
    reply: int
    """Number of tokens."""


def chats(count: int, *, prompt: int, reply: int, vocabulary: int) -> list[Chat]:
    """Returns chats with random prompts.

    Args:
        count: the number of chats.
        prompt: tokens of each prompt; all are as long, because the floors take no others.
        reply: tokens of the longest reply; each is at least half as long.
        vocabulary: the number of token ids.
    """
    draw = random.Random(7)
    return [
        Chat(
            [draw.randrange(10, vocabulary) for _ in range(prompt)],
            reply if count == 1 else draw.randint(reply // 2, reply),
        )
        for _ in range(count)
    ]


def by_generate(
    model: Any,  # noqa: ANN401 transformers' or peft's
    asked: Sequence[Chat],
    *,
    together: bool,
    device: torch.device,
    names: Sequence[str] = (),
) -> float:
    """Returns the useful tokens per second of `generate`, after a run to warm up.

    Args:
        model: the model.
        asked: the chats.
        together: whether they are one batch; if not, the first few are run one after the other.
        device: the model's device.
        names: the adapter of each chat, for a model of peft.
    """
    groups = [list(asked)] if together else [[chat] for chat in asked[:SEQUENTIAL_CHATS]]
    # The first pass of a shape is slow on any device.
    generate(groups[0], model, device, names)
    start = time.perf_counter()
    for group in groups:
        generate(group, model, device, names)
    seconds = time.perf_counter() - start
    return sum(chat.reply for group in groups for chat in group) / seconds


def generate(group: Sequence[Chat], model: Any, device: torch.device, names: Sequence[str]) -> None:  # noqa: ANN401
    """Generate as many tokens for all chats of a batch as the longest reply needs."""
    ids = torch.tensor([chat.prompt for chat in group], device=device)
    most = max(chat.reply for chat in group)
    extra = {"adapter_names": list(names)} if names else {}
    model.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=most,
        min_new_tokens=most,
        **extra,
    )
    if device.type == "cuda":
        torch.cuda.synchronize()


def by_generate_apart(
    adapted: Any,  # noqa: ANN401 peft's
    asked: Sequence[Chat],
    *,
    names: Sequence[str],
    device: torch.device,
) -> float:
    """Returns the useful tokens per second if the chats of each adapter are a batch of their own.

    The batches run one after the other. `names` gives the adapter of each chat.
    """
    groups = {
        name: [chat for chat, own in zip(asked, names, strict=True) if own == name]
        for name in dict.fromkeys(names)
    }
    for name, group in groups.items():
        adapted.set_adapter(name)
        generate(group, adapted, device, ())
    start = time.perf_counter()
    for name, group in groups.items():
        adapted.set_adapter(name)
        generate(group, adapted, device, ())
    return sum(chat.reply for chat in asked) / (time.perf_counter() - start)


def with_peft(model: Any, count: int) -> Any:  # noqa: ANN401
    """Returns the model with a number of random adapters of peft; the model itself is changed."""
    warnings.simplefilter("ignore")
    config = LoraConfig(r=RANK, target_modules="all-linear", init_lora_weights=False)
    # By default peft would keep its adapters in float32 beside a model in bfloat16.
    adapted: Any = get_peft_model(model, config, "0", autocast_adapter_dtype=False)
    for number in range(1, count):
        adapted.add_adapter(f"{number}", config, autocast_adapter_dtype=False)
    return adapted.to(next(model.parameters()).dtype).eval()


def copy_bandwidth(device: torch.device) -> float:
    """Returns the bytes read and written per second by a large copy, the best of several."""
    size = 1 << (32 if device.type == "cuda" else 28)
    source = torch.ones(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    best = 0.0
    for _ in range(8):
        start = time.perf_counter()
        target.copy_(source)
        if device.type == "cuda":
            torch.cuda.synchronize()
        best = max(best, 2 * size / (time.perf_counter() - start))
    return best


def limit(loaded: LoadedModel, asked: Sequence[Chat], bandwidth: float) -> float:
    """Returns the tokens per second if only reading memory took time.

    The weights are read in each step until the longest reply is over, the cached keys and values of
    a chat only until its own reply is over. The embedding matrix counts only where it is tied to
    the output layer, because embeddings are looked up and not read as a whole.

    Args:
        loaded: the model.
        asked: the chats.
        bandwidth: bytes per second.
    """
    config = loaded.model.config
    weights = sum(parameter.numel() for parameter in loaded.model.parameters())
    if not config.tie_word_embeddings:
        weights -= config.vocab_size * config.hidden_size
    steps = max(chat.reply for chat in asked)
    cached = sum(len(chat.prompt) + step for chat in asked for step in range(chat.reply))
    heads = config.num_key_value_heads
    cell = 2 * config.num_hidden_layers * heads * config.head_dim
    read: float = loaded.dtype.itemsize * (steps * weights + cached * cell)
    return sum(chat.reply for chat in asked) * bandwidth / read


async def by_llama_cpp(asked: Sequence[Chat]) -> float:
    """Returns the tokens per second of llama.cpp's server with the demonstration model.

    Replies are exactly as long as asked for, prompts about as long.
    """
    model = await start_bundled_model(file=demonstration_model(), context_tokens=2048)

    async def one(chat: Chat) -> None:
        client = OpenAIGenerator(
            model=model.model,
            base_url=model.base_url,
            api_key=model.api_key,
            context_tokens=model.context_tokens,
            reply_tokens=chat.reply,
            temperature=0,
            timeout_s=600,
            extra_body={"ignore_eos": True, "cache_prompt": False},
        )
        async with aclosing(client):
            async for _ in client.stream([ChatMessage("user", "sea " * len(chat.prompt))]):
                pass

    try:
        await asyncio.gather(*(one(chat) for chat in asked))
        start = time.perf_counter()
        await asyncio.gather(*(one(chat) for chat in asked))
        return sum(chat.reply for chat in asked) / (time.perf_counter() - start)
    finally:
        await model.aclose()
