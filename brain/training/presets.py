"""The hyperparameters of tuning, and the presets of the paper and of the first SiliconFriend.

The paper (arXiv 2305.10250) gives only the rank and the number of epochs. Values that a source
does not give are this project's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

ALL_LINEAR = "all-linear"
"""Stands for every linear layer but the head, which section 4 of arXiv 2305.14314 finds as good as
full fine-tuning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The hyperparameters of a LoRA adapter and its training."""

    rank: int = 16
    alpha: float = 32.0
    """The adapter's output is scaled by alpha / rank."""
    dropout: float = 0.05
    targets: tuple[str, ...] = (ALL_LINEAR,)
    """Names of the layers that are adapted, or `ALL_LINEAR` alone."""
    epochs: float = 3.0
    learning_rate: float = 1e-4
    """The peak, reached after the warm-up; the rate then falls to 0 along a cosine."""
    batch: int = 1
    """Sequences in a batch."""
    accumulation: int = 16
    """Batches whose gradients are added up to one step."""
    max_tokens: int = 1024
    """The longest sequence, in tokens."""
    form: str | None = None
    """Name of the chat template (`brain.training.chat_templates`) for a model that brings none."""

    def as_json(self) -> dict[str, object]:
        """Returns the recipe as values that JSON can hold."""
        return {**asdict(self), "targets": list(self.targets)}


PRESETS: Mapping[str, Recipe] = MappingProxyType(
    {
        "paper": Recipe(),
        "chatglm": Recipe(
            rank=8,
            alpha=32,
            dropout=0.1,
            targets=("query_key_value",),
            epochs=4,
            learning_rate=1e-4,
            batch=6,
            accumulation=8,
            max_tokens=1024 + 256,
        ),
        "belle": Recipe(
            rank=8,
            alpha=16,
            dropout=0.05,
            targets=("q_proj", "k_proj", "v_proj", "down_proj", "gate_proj", "up_proj"),
            epochs=3,
            learning_rate=2e-5,
            batch=1,
            accumulation=16,
            max_tokens=1024,
            form="belle",
        ),
    }
)
