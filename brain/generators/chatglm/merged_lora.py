"""Converts LoRA adapters of ChatGLM that peft 0.2 wrote (March and April 2023) to today's format.

That version could adapt parts of a fused linear layer alone. In ChatGLM's fused layer it adapted
the first and the last third of the rows, each with an adapter of its own: `lora_A` stacks their
down matrices, `lora_B` stacks their up matrices, and `enable_lora` says which thirds they belong
to. (Queries and values were meant. ChatGLM orders its heads differently, but the weights were
trained this way and have to be applied this way.) With the up matrices on the diagonal of a larger
matrix that is zero elsewhere, the two are one adapter of twice the rank.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

CONFIG = "adapter_config.json"
PICKLED_WEIGHTS = "adapter_model.bin"
WEIGHTS = "adapter_model.safetensors"


def is_merged_lora(folder: Path) -> bool:
    """Returns whether the folder holds an adapter in the old format."""
    try:
        settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and any(_enabled(settings))


def convert_merged_lora(folder: Path, out: Path) -> None:
    """Writes the same adapter in today's format to `out` and leaves the old files as they are.

    Raises:
        ValueError: the adapter is not in the old format, or its files hold something other than
            tensors of the right sizes.
    """
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    enabled = _enabled(settings)
    if not any(enabled):
        raise ValueError(f"{folder} is not in the format of peft 0.2: peft loads it as it is.")
    try:
        loaded = torch.load(folder / PICKLED_WEIGHTS, map_location="cpu", weights_only=True)
    except FileNotFoundError as exc:
        raise ValueError(f"{folder} holds no {PICKLED_WEIGHTS}.") from exc
    except Exception as exc:  # pickle, zipfile and torch raise errors of their own
        raise ValueError(f"{folder / PICKLED_WEIGHTS} holds something else than tensors.") from exc
    rank = int(settings["r"])
    weights: dict[str, Tensor] = {}
    for name, tensor in loaded.items():
        if name.endswith("lora_A.weight"):
            weights[name] = tensor.contiguous()
        elif name.endswith("lora_B.weight"):
            weights[name] = _block_diagonal(tensor, enabled, rank)
        else:
            raise ValueError(f"{name} is no part of such an adapter.")
    if any(tensor.shape[0] != rank * sum(enabled) for tensor in _down_matrices(weights)):
        raise ValueError(f"The weights in {folder} do not fit their rank.")
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / WEIGHTS, metadata={"format": "pt"})
    converted = {
        name: value
        for name, value in settings.items()
        if name not in {"enable_lora", "merge_weights", "fan_in_fan_out"}
    }
    # The adapter is scaled by alpha / rank, which stays the same.
    converted |= {"r": rank * sum(enabled), "lora_alpha": settings["lora_alpha"] * sum(enabled)}
    (out / CONFIG).write_text(json.dumps(converted, indent=2) + "\n", encoding="utf-8")


def _enabled(settings: dict[str, Any]) -> list[bool]:
    enabled = settings.get("enable_lora")
    return [bool(part) for part in enabled] if isinstance(enabled, list) else []


def _block_diagonal(upper: Tensor, enabled: Sequence[bool], rank: int) -> Tensor:
    """Spreads the stacked up matrices over all rows of the layer, each in columns of its own.

    Args:
        upper: (rows of the adapted parts, rank).
        enabled: for each part of the layer, whether it is adapted.
        rank: the rank of each part's adapter.

    Returns:
        (rows of all parts, rank * number of adapted parts), zero elsewhere.
    """
    upper = upper.reshape(upper.shape[0], -1)  # some are stored as convolution kernels of width 1
    count = sum(enabled)
    if upper.shape[0] % count or upper.shape[1] != rank:
        raise ValueError("The weights do not fit the parts of the layer that are adapted.")
    rows = upper.shape[0] // count
    padded = upper.new_zeros(rows * len(enabled), rank * count)
    parts = [index for index, is_adapted in enumerate(enabled) if is_adapted]
    for column, part in enumerate(parts):
        padded[part * rows : (part + 1) * rows, column * rank : (column + 1) * rank] = upper[
            column * rows : (column + 1) * rows
        ]
    return padded


def _down_matrices(weights: dict[str, Tensor]) -> list[Tensor]:
    return [tensor for name, tensor in weights.items() if name.endswith("lora_A.weight")]
