"""The options of a local model. The module needs no PyTorch, so that the settings can use it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Dtype = Literal["auto", "bfloat16", "float16", "float32"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOptions:
    """How an operator wants a model to be loaded and run."""

    model: str
    """A folder, a GGUF file, or a name on the Hugging Face hub."""
    label: str | None = None
    """Name to show to people; None means the last part of `model`."""
    base: str | None = None
    """The model's name on the hub, for a model in a folder; adapters name their base by it."""
    device: str | None = None
    """Such as `cuda:1` or `cpu`; None means the best one there is."""
    dtype: Dtype = "auto"
    """`auto` means bfloat16 on a GPU that supports it, else float16, and float32 on the CPU."""
    quantised: Literal[4, 8] | None = None
    """Bits of a weight, by bitsandbytes; None keeps the weights in `dtype`."""
    compiled: bool = False
    """Whether to decode through torch.compile, which pays on a GPU.

    It takes minutes to start and is faster then. Memory for `most_rows` rows is allocated at once.
    """
    context_tokens: int | None = None
    """Most tokens of prompt and reply together; None means what the model was made for."""
    reply_tokens: int = 512
    """Longest reply in tokens."""
    temperature: float | None = None
    """0 to 2; None means what the model's own configuration says."""
    top_p: float | None = None
    """Above 0, up to 1; None means what the model's own configuration says."""
    seed: int | None = None
    """Makes sampling repeatable; None means a random seed."""
    chat_template: str | None = None
    """Jinja template; None means the tokenizer's, or else `Human: ...` and `Assistant: ...` as in
    BELLE."""
    prefix: Path | None = None
    """Folder of a P-tuning v2 prefix for ChatGLM, which every reply then uses."""
    most_rows: int = 32
    """Most replies that are written at the same time."""
    most_waiting: int = 128
    """Most requests that may wait; further ones are refused as busy."""
    chunk_tokens: int = 1024
    """Prompt tokens to read between two steps of the running replies; fewer make these steadier."""
    any_base: bool = False
    """Whether to accept adapters that name another base model, if their weights fit."""

    @property
    def name(self) -> str:
        """The name to show to people."""
        last = Path(self.model).name or self.model
        return self.label or last.removesuffix(".gguf")
