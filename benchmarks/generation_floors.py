"""What `benchmarks.generation` measures against: `generate`, llama.cpp, peft, and the memory."""

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

from brain.generators.llama_cpp import start_bundled_model
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.openai import OpenAIGenerator
from brain.messages import ChatMessage

RANK = 16
LONE = 4
"""Chats that are enough to time them one by one."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What one person asks, in tokens, and the tokens of the reply."""

    prompt: list[int]
    reply: int


def chats(count: int, *, prompt: int, reply: int, vocabulary: int) -> list[Chat]:
    """Prompts of one length, as the floors could not take others; replies from half to all."""
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
    """Useful tokens per second of `generate`."""
    groups = [list(asked)] if together else [[chat] for chat in asked[:LONE]]
    # As warm as ours: the first pass of a shape is slow on any device.
    generate(groups[0], model, device, names)
    start = time.perf_counter()
    for group in groups:
        generate(group, model, device, names)
    seconds = time.perf_counter() - start
    return sum(chat.reply for group in groups for chat in group) / seconds


def generate(group: Sequence[Chat], model: Any, device: torch.device, names: Sequence[str]) -> None:  # noqa: ANN401
    """As many tokens for all as the longest reply needs."""
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
    """Useful tokens per second when each adapter has a batch of its own, one after the other."""
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
    """The model with so many adapters of peft's own; it is changed for good."""
    warnings.simplefilter("ignore")
    config = LoraConfig(r=RANK, target_modules="all-linear", init_lora_weights=False)
    # In the model's own numbers, as ours are: peft would take float32 beside bfloat16.
    adapted: Any = get_peft_model(model, config, "0", autocast_adapter_dtype=False)
    for number in range(1, count):
        adapted.add_adapter(f"{number}", config, autocast_adapter_dtype=False)
    return adapted.to(next(model.parameters()).dtype).eval()


def copy_bandwidth(device: torch.device) -> float:
    """Bytes read and written per second by a large copy, the best of several."""
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
    """Tokens per second if nothing but reading took time; embeddings are looked up, not read.

    A chat is read no more once its reply is over; the weights are, until the longest is.
    """
    config = loaded.model.config
    weights = sum(each.numel() for each in loaded.model.parameters())
    if not config.tie_word_embeddings:
        weights -= config.vocab_size * config.hidden_size
    steps = max(chat.reply for chat in asked)
    cached = sum(len(chat.prompt) + step for chat in asked for step in range(chat.reply))
    heads = config.num_key_value_heads
    cell = 2 * config.num_hidden_layers * heads * config.head_dim
    read: float = loaded.dtype.itemsize * (steps * weights + cached * cell)
    return sum(chat.reply for chat in asked) * bandwidth / read


async def by_llama_cpp(asked: Sequence[Chat]) -> float:
    """The same file in llama.cpp, over its own server: replies as long, prompts about as long."""
    model = await start_bundled_model(context_tokens=2048)

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
