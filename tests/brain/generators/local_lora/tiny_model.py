"""A tiny LLaMA with random weights, its tokenizer, and adapters for it, all made on the spot."""

import json
import threading
import warnings
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from brain.generators.local_lora.engine import create_engine
from brain.generators.local_lora.generator import LocalGenerator
from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.requests import Guide
from brain.generators.local_lora.runner import TransformersRunner
from brain.messages import ChatMessage

CONTEXT = 512
SPECIAL = ("<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>")
MERGES = (("t", "h"), ("th", "e"), ("Ġ", "the"), ("s", "e"), ("se", "a"), ("Ġ", "sea"), ("i", "n"))
TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
EVERYWHERE = ("q_proj", "v_proj", "down_proj")


def save_model(folder: Path, *, seed: int = 0, **config: Any) -> Path:  # noqa: ANN401
    """Weights of a spread that keeps greedy replies from repeating one token."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = [*SPECIAL, *alphabet, *("".join(pair) for pair in MERGES)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocabulary, list(MERGES)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIAL))
    marks = {"bos_token": "<s>", "eos_token": "</s>"}
    make: Any = PreTrainedTokenizerFast
    fast = make(tokenizer_object=tokenizer, chat_template=TEMPLATE, **marks)
    fast.save_pretrained(folder)
    sizes: dict[str, Any] = {
        "vocab_size": len(fast),
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": CONTEXT,
        "initializer_range": 0.3,
        "bos_token_id": fast.bos_token_id,
        "eos_token_id": fast.eos_token_id,
    }
    torch.manual_seed(seed)
    model = LlamaForCausalLM(LlamaConfig(**{**sizes, **config}))
    with torch.no_grad():
        # Never the likeliest: the length of a reply is then the test's to say.
        model.lm_head.weight[fast.eos_token_id] = 0
    model.save_pretrained(folder)
    return folder


def save_adapter(model: Path, folder: Path, *, seed: int, **config: Any) -> Path:  # noqa: ANN401
    """As peft writes it, with weights large enough to change what is said."""
    settings = {"r": 4, "lora_alpha": 8, "target_modules": list(EVERYWHERE), **config}
    base = AutoModelForCausalLM.from_pretrained(model)
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        # peft asks transformers by a name that is going away.
        warnings.simplefilter("ignore", FutureWarning)
        adapted = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **settings))
    with torch.no_grad():
        for name, weights in adapted.named_parameters():
            if "lora_B" in name:
                weights.normal_(std=0.3)
    adapted.save_pretrained(str(folder))
    return folder


def rewrite_config(folder: Path, **changes: object) -> None:
    """Change `adapter_config.json`; None takes the key out."""
    path = folder / "adapter_config.json"
    config = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not None}))


def options(**changes: Any) -> LocalOptions:  # noqa: ANN401
    """Greedy, with short replies."""
    settings: dict[str, Any] = {"model": "tiny", "temperature": 0, "reply_tokens": 12}
    return LocalOptions(**{**settings, **changes})


@asynccontextmanager
async def speaking(
    loaded: LoadedModel,
    adapters: dict[str, Path] | None = None,
    *,
    around: Any = None,  # noqa: ANN401 a class that stands between batcher and runner
    **changes: Any,  # noqa: ANN401
) -> AsyncGenerator[LocalGenerator, None]:
    """A generator over a model that is loaded already."""
    engine = create_engine(loaded, options(**changes), wrap_runner=around or _as_it_is)
    generator = LocalGenerator(engine, {})
    try:
        for name, folder in (adapters or {}).items():
            await generator.load_adapter(name, folder)
        yield generator
    finally:
        await generator.aclose()


def said(*texts: str) -> list[ChatMessage]:
    """A conversation that a person begins."""
    return [
        ChatMessage("user" if number % 2 == 0 else "assistant", text)
        for number, text in enumerate(texts)
    ]


async def reply(generator: LocalGenerator, messages: Sequence[ChatMessage]) -> str:
    """The whole of it."""
    return "".join([piece async for piece in generator.stream(messages)])


class RunnerWrapper:
    """Stands before a runner: a test may hold up its steps, or let memory run out."""

    def __init__(self, runner: TransformersRunner) -> None:
        self.runner = runner
        self.stack = runner.stack
        self.rows = 0
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.permits: threading.Semaphore | None = None
        """So many may be made, where it is set; more when a test releases them."""
        self.starved = threading.Event()
        """A step waits for that."""

    def open(self, adapter: str | None, tokens: int, guide: Guide | None = None) -> None:
        self.runner.open(adapter, tokens, guide)
        self.rows += 1

    def read(self, slot: int, tokens: Sequence[int], *, last: bool) -> int | None:
        self.pass_gate()
        return self.runner.read(slot, tokens, last=last)

    def step(self) -> list[int | None]:
        self.pass_gate()
        if self.permits and not self.permits.acquire(blocking=False):
            self.starved.set()
            if not self.permits.acquire(timeout=60):
                raise TimeoutError
            self.starved.clear()
        return self.runner.step()

    def close(self, slot: int, *, trim: bool = False) -> None:
        self.runner.close(slot, trim=trim)
        self.rows -= 1

    def reset(self) -> None:
        self.runner.reset()
        self.rows = 0

    def pass_gate(self) -> None:
        self.entered.set()
        if not self.gate.wait(60):
            raise TimeoutError


def _as_it_is(runner: TransformersRunner) -> TransformersRunner:
    return runner
