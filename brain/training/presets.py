"""How to tune: the figures of the paper and of the first SiliconFriend, and one's own.

Where a source is silent, the figure is ours: the paper (arXiv 2305.10250) names the rank and the
epochs alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

ALL_LINEAR = "all-linear"
"""Every linear layer but the head: as good as full tuning in arXiv 2305.14314, section 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One way to tune an adapter."""

    rank: int = 16
    alpha: float = 32.0
    """The adapter is scaled by alpha / rank."""
    dropout: float = 0.05
    targets: tuple[str, ...] = (ALL_LINEAR,)
    """Names of the layers that are adapted."""
    epochs: float = 3.0
    learning_rate: float = 1e-4
    """The highest; it rises over the first steps and falls to 0 along a cosine."""
    batch: int = 1
    """Sequences at a time."""
    accumulation: int = 16
    """Batches to one step."""
    max_tokens: int = 1024
    """Of one sequence."""
    form: str | None = None
    """The prompt form (`brain.training.chat_templates`) of a model that brings none."""

    def as_json(self) -> dict[str, object]:
        """For a file."""
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
