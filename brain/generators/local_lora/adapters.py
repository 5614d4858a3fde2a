"""Reads LoRA adapters in the formats that peft has written since 2023, without trusting the files.

Weights are safetensors, or the older `adapter_model.bin` provided that it holds only tensors.
"""

import math
import pickle
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from brain.generators.chatglm.merged_lora import convert_merged_lora, is_merged_lora
from brain.generators.local_lora.adapter_folders import is_prefix, read_config
from brain.generators.local_lora.errors import (
    AdapterDamaged,
    AdapterHoldsCode,
    AdapterMisfit,
    AdapterMissing,
    AdapterOfOtherBase,
    AdapterUnsupported,
)

SAFE_WEIGHTS = "adapter_model.safetensors"
PICKLED_WEIGHTS = "adapter_model.bin"
PEFT_DEFAULT_ALPHA = 8
"""`lora_alpha` that peft assumes when the configuration has none."""
_PAIR = re.compile(r"(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.[^.]+)?\.weight")
_HUB_ID = re.compile(r"[\w.-]+/([\w.-]+)")


@dataclass(frozen=True, slots=True)
class LayerShape:
    """Input and output features of a linear layer."""

    inputs: int
    outputs: int

    def __str__(self) -> str:
        return f"{self.inputs} -> {self.outputs}"


@dataclass(frozen=True, slots=True)
class Adapter:
    """What an adapter adds to each layer: `x @ down.T @ up.T`, where `up` includes the scaling."""

    pairs: Mapping[str, tuple[Tensor, Tensor]]
    """By the layer's path in the model: down [rank, in] and up [out, rank], float32, on the CPU."""

    @property
    def rank(self) -> int:
        """The largest rank of all layers."""
        return max(len(down) for down, _ in self.pairs.values())


def read_adapter(
    folder: Path,
    *,
    name: str,
    layers: Mapping[str, LayerShape],
    base: str,
    any_base: bool = False,
) -> Adapter:
    """Reads an adapter and checks it against the model; code in its files is never run.

    Args:
        folder: contains `adapter_config.json` and the weights.
        name: name of the adapter, for error messages.
        layers: shapes of the model's linear layers by their paths.
        base: name of the model on the Hugging Face hub, or any other text if it has none.
        any_base: whether to accept an adapter that names another base model, if its weights fit.

    Raises:
        AdapterRefused: a subclass for each reason.
    """
    if is_prefix(folder):
        # A prefix belongs to the model as a whole: see `LocalOptions.prefix`.
        raise AdapterUnsupported(adapter=name, feature="P-tuning")
    if is_merged_lora(folder):
        with TemporaryDirectory() as converted:
            _convert_merged(folder, Path(converted), name)
            return read_adapter(
                Path(converted), name=name, layers=layers, base=base, any_base=any_base
            )
    config = read_config(folder, name)
    _check_kind(config, name)
    named = config.get("base_model_name_or_path")
    if not any_base and isinstance(named, str) and _names_differ(named, base):
        raise AdapterOfOtherBase(adapter=name, base=named, model=base)
    downs, ups = _split(_read_weights(folder, name), name, folder)
    pairs = {}
    for path, down in downs.items():
        up = ups[path]
        _check_fit(path, down, up, layers.get(path), name)
        pairs[path] = (down, up * _scaling(config, path, len(down)))
    if not all(bool(torch.isfinite(each).all()) for pair in pairs.values() for each in pair):
        raise AdapterDamaged(adapter=name, path=str(folder))
    return Adapter(pairs)


def _convert_merged(folder: Path, converted: Path, name: str) -> None:
    # The first peft releases made such adapters for fused queries, keys and values.
    try:
        convert_merged_lora(folder, converted)
    except ValueError as exc:
        code = isinstance(exc.__cause__, pickle.UnpicklingError)
        raise (AdapterHoldsCode if code else AdapterDamaged)(
            adapter=name, path=str(folder / PICKLED_WEIGHTS)
        ) from exc
    except (KeyError, TypeError, AttributeError, RuntimeError) as exc:
        raise AdapterDamaged(adapter=name, path=str(folder)) from exc


def _check_kind(config: Mapping[str, Any], name: str) -> None:
    """Refuses features that change the result and are not stored as pairs of matrices."""
    kind = config.get("peft_type") or "LORA"
    if kind != "LORA":
        raise AdapterUnsupported(adapter=name, feature=str(kind))
    if config.get("bias") not in {None, "none"}:
        raise AdapterUnsupported(adapter=name, feature="bias")
    for feature in (
        "use_dora", "use_qalora", "alora_invocation_tokens", "lora_bias", "modules_to_save",
        "trainable_token_indices", "layer_replication", "target_parameters", "arrow_config",
    ):  # fmt: skip
        if config.get(feature):
            raise AdapterUnsupported(adapter=name, feature=feature)


def _names_differ(named: str, base: str) -> bool:
    """Compares names on the hub only, because a folder may have any name."""
    one, other = _HUB_ID.fullmatch(named), _HUB_ID.fullmatch(base)
    return bool(one and other) and named.casefold() != base.casefold()


def _read_weights(folder: Path, name: str) -> dict[str, Tensor]:
    safe, old = folder / SAFE_WEIGHTS, folder / PICKLED_WEIGHTS
    if safe.is_file():
        try:
            return load_file(safe)
        except (SafetensorError, OSError, ValueError) as exc:
            raise AdapterDamaged(adapter=name, path=str(safe)) from exc
    if not old.is_file():
        raise AdapterMissing(adapter=name, path=str(safe))
    try:
        if not zipfile.is_zipfile(old):
            # PyTorch has written zip archives since 2020: a bare pickle is older, or was made by
            # hand.
            with old.open("rb") as file:
                bare = file.read(1) == pickle.PROTO
            raise (AdapterHoldsCode if bare else AdapterDamaged)(adapter=name, path=str(old))
        weights = torch.load(old, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as exc:
        raise AdapterHoldsCode(adapter=name, path=str(old)) from exc
    except (RuntimeError, OSError, ValueError, EOFError) as exc:
        raise AdapterDamaged(adapter=name, path=str(old)) from exc
    if not isinstance(weights, dict) or not all(
        isinstance(key, str) and isinstance(value, Tensor) for key, value in weights.items()
    ):
        raise AdapterDamaged(adapter=name, path=str(old))
    return weights


def _split(
    weights: Mapping[str, Tensor], name: str, folder: Path
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Sorts the weights into down and up matrices by layer; every weight must belong to a pair."""
    found: dict[str, dict[str, Tensor]] = {"A": {}, "B": {}}
    for key, value in weights.items():
        if not (match := _PAIR.fullmatch(key)):
            raise AdapterUnsupported(adapter=name, feature=key)
        found[match[2]][match[1]] = value.float()
    if not found["A"] or found["A"].keys() != found["B"].keys():
        raise AdapterDamaged(adapter=name, path=str(folder))
    return found["A"], found["B"]


def _check_fit(path: str, down: Tensor, up: Tensor, layer: LayerShape | None, name: str) -> None:
    fits = down.ndim == up.ndim == 2 and down.shape[0] == up.shape[1] > 0  # noqa: PLR2004
    if fits and layer == LayerShape(down.shape[1], up.shape[0]):
        return
    found = str(LayerShape(down.shape[-1], up.shape[0])) if fits else "-"
    raise AdapterMisfit(adapter=name, module=path, found=found, wanted=str(layer or "-"))


def _scaling(config: Mapping[str, Any], path: str, rank: int) -> float:
    """Returns alpha / r, or alpha / sqrt(r) if rank-stabilised (arXiv 2312.03732)."""
    alpha = config.get("lora_alpha")
    default = float(alpha) if isinstance(alpha, int | float) else PEFT_DEFAULT_ALPHA
    patterns = config.get("alpha_pattern")
    for pattern, value in (patterns if isinstance(patterns, dict) else {}).items():
        # peft matches a pattern as a regular expression for the end of the path.
        if re.fullmatch(rf"(?:.*\.)?(?:{pattern})", path):
            default = float(value)
            break
    return default / (math.sqrt(rank) if config.get("use_rslora") else rank)
