"""LoRA for ChatGLM as peft 0.2 wrote it (March and April 2023), in today's form.

Whoever adapted one layer alone then got two adapters in one, for the first and the last third of
its rows: `lora_A` holds both lower halves below each other, `lora_B` both upper ones, and
`enable_lora` says which thirds they belong to. (Queries and values were meant; ChatGLM lays its
heads differently, and what was learned was learned so.) Written side by side with zeros between,
the same is one adapter of twice the rank.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

CONFIG = "adapter_config.json"
OLD_WEIGHTS = "adapter_model.bin"
WEIGHTS = "adapter_model.safetensors"


def is_merged(folder: Path) -> bool:
    """Whether the adapter in that folder has the old form."""
    try:
        settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and any(_enabled(settings))


def modernise(folder: Path, out: Path) -> None:
    """Write the same adapter for today's peft; the old one stays as it is.

    Raises:
        ValueError: it has not the old form, or holds something else than tensors of fitting sizes.
    """
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    enabled = _enabled(settings)
    if not any(enabled):
        raise ValueError(f"{folder} has not the form of peft 0.2: peft loads it as it is.")
    try:
        held = torch.load(folder / OLD_WEIGHTS, map_location="cpu", weights_only=True)
    except FileNotFoundError as exc:
        raise ValueError(f"{folder} holds no {OLD_WEIGHTS}.") from exc
    except Exception as exc:  # pickle, zip and torch each have their own
        raise ValueError(f"{folder / OLD_WEIGHTS} holds something else than tensors.") from exc
    rank = int(settings["r"])
    weights: dict[str, Tensor] = {}
    for name, tensor in held.items():
        if name.endswith("lora_A.weight"):
            weights[name] = tensor.contiguous()
        elif name.endswith("lora_B.weight"):
            weights[name] = _spread(tensor, enabled, rank)
        else:
            raise ValueError(f"{name} is no part of such an adapter.")
    if any(tensor.shape[0] != rank * sum(enabled) for tensor in _lower(weights)):
        raise ValueError(f"The weights in {folder} do not fit their rank.")
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / WEIGHTS, metadata={"format": "pt"})
    new = {
        name: value
        for name, value in settings.items()
        if name not in {"enable_lora", "merge_weights", "fan_in_fan_out"}
    }
    # Their ratio scales the adapter, and stays.
    new |= {"r": rank * sum(enabled), "lora_alpha": settings["lora_alpha"] * sum(enabled)}
    (out / CONFIG).write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")


def _enabled(settings: dict[str, Any]) -> list[bool]:
    enabled = settings.get("enable_lora")
    return [bool(each) for each in enabled] if isinstance(enabled, list) else []


def _spread(upper: Tensor, enabled: Sequence[bool], rank: int) -> Tensor:
    """(out, rank of all) of (out of the enabled, rank): each in its rows, and its own columns."""
    upper = upper.reshape(upper.shape[0], -1)  # some are kernels of a convolution, one wide
    count = sum(enabled)
    if upper.shape[0] % count or upper.shape[1] != rank:
        raise ValueError("The weights do not fit the parts of the layer that are adapted.")
    rows = upper.shape[0] // count
    spread = upper.new_zeros(rows * len(enabled), rank * count)
    parts = [index for index, each in enumerate(enabled) if each]
    for column, part in enumerate(parts):
        spread[part * rows : (part + 1) * rows, column * rank : (column + 1) * rank] = upper[
            column * rows : (column + 1) * rows
        ]
    return spread


def _lower(weights: dict[str, Tensor]) -> list[Tensor]:
    return [tensor for name, tensor in weights.items() if name.endswith("lora_A.weight")]
