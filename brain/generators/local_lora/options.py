"""How a model is loaded and run. Knows nothing of PyTorch, so that settings can be made of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Dtype = Literal["auto", "bfloat16", "float16", "float32"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOptions:
    """What an operator may choose."""

    model: str
    """A folder, a GGUF file, or a name on the Hugging Face hub."""
    label: str | None = None
    """What people are told; None: the last part of `model`."""
    base: str | None = None
    """The model's name on the hub, where it lies in a folder: adapters name their base by it."""
    device: str | None = None
    """Such as `cuda:1` or `cpu`; None: the best there is."""
    dtype: Dtype = "auto"
    """auto: bfloat16 on a GPU that has it, else float16; float32 on a processor."""
    quantised: Literal[4, 8] | None = None
    """Bits of a weight, by bitsandbytes; None: as `dtype` says."""
    compiled: bool = False
    """Decode through torch.compile: minutes to start, quicker afterwards; pays on a GPU.

    Takes memory for `most_rows` at once.
    """
    context_tokens: int | None = None
    """Prompt and reply together; None: what the model was made for."""
    reply_tokens: int = 512
    """The longest reply."""
    temperature: float | None = None
    """0 to 2; None: as the model's own configuration says."""
    top_p: float | None = None
    """Above 0, to 1; None: the same."""
    seed: int | None = None
    """For draws that can be repeated."""
    chat_template: str | None = None
    """Jinja; None: the tokenizer's, or else `Human: ...` and `Assistant: ...`, as BELLE has it."""
    prefix: Path | None = None
    """Folder of a P-tuning v2 prefix, for ChatGLM: every reply is spoken with it."""
    most_rows: int = 32
    """Replies that are written at the same time."""
    most_waiting: int = 128
    """Requests that may wait; more are told that the model is busy."""
    chunk_tokens: int = 1024
    """Of prompts, read between two steps of the replies under way: less is smoother."""
    any_base: bool = False
    """Take adapters that name another base, if their weights fit."""

    @property
    def name(self) -> str:
        """What people are told."""
        last = Path(self.model).name or self.model
        return self.label or last.removesuffix(".gguf")
