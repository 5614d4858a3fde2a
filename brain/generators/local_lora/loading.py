"""Loads a causal language model by folder, GGUF file or name on the Hugging Face hub."""

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedConfig

from brain.errors import MissingPart
from brain.generators.chatglm.registration import register
from brain.generators.local_lora.errors import (
    AdapterDamaged,
    AdapterMissing,
    AdapterUnsupported,
    DeviceMissing,
    ModelMissing,
    ModelTooLarge,
    ModelUnfit,
    ModelUnloadable,
)
from brain.generators.local_lora.library_messages import first_line, silenced
from brain.generators.local_lora.memory_budget import free_bytes, is_out_of_memory
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.positions_and_masks import CausalLayout, GLMLayout, InputLayout
from brain.generators.local_lora.quantising import (
    check_layers,
    quantisation_config,
    quantisation_error,
)

UNKNOWN_CONTEXT = 2048
"""Context length in tokens for a model whose configuration does not tell it."""
USABLE_CONTEXT = 512
"""Tokens, prompt and reply together, that there must be memory for."""
CHATGLM = "chatglm"
INSTALL_GGUF = "pip install 'siliconfriend[local]'"
_DTYPES = {
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    "float32": torch.float32,
}
_CONTEXT_KEYS = ("max_position_embeddings", "max_sequence_length", "seq_length", "n_positions")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model with its tokenizer and what is needed to run them."""

    name: str
    base: str
    """The name by which adapters refer to the model."""
    model: Any
    tokenizer: Any
    device: torch.device
    dtype: torch.dtype
    layers: int
    """Number of layers with keys and values."""
    context_tokens: int
    """Most tokens of prompt and reply together: what the model was made for, if memory suffices."""
    cache_tokens: int
    """Tokens, of all rows together, whose keys and values fit into memory."""
    stops: frozenset[int]
    """Ids of tokens that end a reply."""
    layout: InputLayout


def load(options: LocalOptions) -> LoadedModel:
    """Loads a model; blocks for seconds to minutes.

    Raises:
        ModelMissing, ModelUnloadable, ModelTooLarge, ModelUnfit: the model cannot be used.
        DeviceMissing, QuantisationUnfit: it cannot be run in the way that the options ask for.
        MissingPart: an optional package is not installed.
        AdapterRefused: the P-tuning prefix cannot be used.
    """
    device = _device(options)
    dtype = _best_dtype(device) if options.dtype == "auto" else _DTYPES[options.dtype]
    where, extra = _resolve_source(options.model)
    arguments: dict[str, Any] = {"dtype": dtype, "trust_remote_code": False, **extra}
    if options.quantised is not None:
        if extra:
            # GGUF weights are unpacked on loading, and transformers does not quantise them again.
            raise quantisation_error(options, device, "gguf")
        arguments["quantization_config"] = quantisation_config(options, device=device, dtype=dtype)
    if device.type == "cuda" or options.quantised is not None:
        # Loaded straight onto the device, so that a large model need not fit into main memory too.
        arguments["device_map"] = {"": str(device)}
    # transformers has no classes for ChatGLM-6B, so the project's own are registered.
    register()
    try:
        with silenced():
            # The configuration is read first because its errors describe a wrong folder or an
            # unreachable hub best.
            config = AutoConfig.from_pretrained(where, trust_remote_code=False, **extra)
            tokenizer = AutoTokenizer.from_pretrained(where, trust_remote_code=False, **extra)
            if options.quantised is not None and getattr(config, "quantization_config", None):
                # transformers would silently keep that quantisation, or fail, whatever was asked
                # for.
                raise quantisation_error(options, device, "already")
            model: Any = AutoModelForCausalLM.from_pretrained(where, **arguments)
        if "device_map" not in arguments:
            model = model.to(device)
        if options.quantised is not None:
            check_layers(model.eval(), options, device=device, dtype=dtype)
    except (
        OSError, ValueError, KeyError, RuntimeError, ImportError, MemoryError, SafetensorError,
        json.JSONDecodeError,
    ) as exc:  # fmt: skip
        if is_out_of_memory(exc):
            raise ModelTooLarge(model=options.name, device=str(device)) from exc
        problem = first_line(exc).rstrip(" .")
        raise ModelUnloadable(model=options.name, problem=problem) from exc
    if options.prefix is not None:
        _load_prefix(model, options.prefix)
    return describe(model.eval(), tokenizer, options, dtype=dtype, device=device)


def _load_prefix(model: Any, folder: Path) -> None:  # noqa: ANN401
    if model.config.model_type != CHATGLM:
        raise AdapterUnsupported(adapter=folder.name, feature="P-tuning")
    try:
        model.load_prefix(folder)
    except FileNotFoundError as exc:
        raise AdapterMissing(adapter=folder.name, path=str(folder)) from exc
    except (ValueError, OSError, RuntimeError, SafetensorError) as exc:
        raise AdapterDamaged(adapter=folder.name, path=str(folder)) from exc


def describe(
    model: Any,  # noqa: ANN401 transformers' classes have no common type that says more
    tokenizer: Any,  # noqa: ANN401
    options: LocalOptions,
    *,
    dtype: torch.dtype,
    device: torch.device,
) -> LoadedModel:
    """Returns a loaded model together with what is needed to run it.

    Args:
        model: a model of transformers, in evaluation mode and on its device.
        tokenizer: its tokenizer.
        options: how to run it.
        dtype: in which the model computes.
        device: on which it computes.

    Raises:
        ModelUnfit: it has layers of a kind that is not supported.
        ModelTooLarge: there is too little memory for even a short conversation.
    """
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    if unsupported := kinds - {"full_attention", "sliding_attention"}:
        raise ModelUnfit(model=options.name, feature=", ".join(sorted(unsupported)))
    window = getattr(config, "sliding_window", None)
    if getattr(config, "layer_types", None) and "sliding_attention" not in kinds:
        window = None
    layout: InputLayout = CausalLayout(dtype=dtype, window=window, mixed=len(kinds) > 1)
    if config.model_type == CHATGLM:
        layout = GLMLayout(model)
    cache_tokens = free_bytes(device) // _cache_bytes_per_token(config, dtype)
    longest = next((value for key in _CONTEXT_KEYS if (value := getattr(config, key, None))), None)
    wanted = min(int(longest or UNKNOWN_CONTEXT), options.context_tokens or 1 << 40)
    if cache_tokens < min(wanted, USABLE_CONTEXT):
        # Refused now rather than at each message.
        raise ModelTooLarge(model=options.name, device=str(device))
    return LoadedModel(
        name=options.name,
        base=options.base or str(getattr(model.config, "_name_or_path", "") or options.model),
        model=model,
        tokenizer=tokenizer,
        device=device,
        dtype=dtype,
        layers=config.num_hidden_layers,
        context_tokens=min(wanted, cache_tokens),
        cache_tokens=cache_tokens,
        stops=_stops(model, tokenizer),
        layout=layout,
    )


def _resolve_source(model: str) -> tuple[str, dict[str, str]]:
    """Returns the path or hub name to pass to transformers, and further arguments."""
    path = Path(model).expanduser()
    if path.suffix == ".gguf":
        if not path.is_file():
            raise ModelMissing(path=str(path))
        if find_spec("gguf") is None:
            raise MissingPart(part="gguf", command=INSTALL_GGUF)
        return str(path.parent), {"gguf_file": path.name}
    if path.exists():
        return str(path), {}
    # A name on the hub has at most one slash and does not begin like a path.
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise ModelMissing(path=str(path))
    return model, {}


def _device(options: LocalOptions) -> torch.device:
    name = options.device or _best_device()
    try:
        device = torch.device(name)
        # Allocating a value fails on a device that does not exist, and reading it on `meta`.
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError) as exc:
        if is_out_of_memory(exc):
            # The device exists, but other programs have filled its memory.
            raise ModelTooLarge(model=options.name, device=name) from exc
        raise DeviceMissing(device=name) from exc
    return device


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _best_dtype(device: torch.device) -> torch.dtype:
    if device.type == "cpu":
        # Few CPUs compute in 16 bits; the others would emulate it slowly.
        return torch.float32
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    return torch.float16


def _cache_bytes_per_token(config: PreTrainedConfig, dtype: torch.dtype) -> int:
    """Returns the bytes of one token's keys and values in all layers."""
    heads = config.num_attention_heads
    kept = getattr(config, "num_key_value_heads", None) or heads
    features = getattr(config, "head_dim", None) or config.hidden_size // heads
    return int(2 * config.num_hidden_layers * kept * features * dtype.itemsize)


def _stops(model: Any, tokenizer: Any) -> frozenset[int]:  # noqa: ANN401
    """Returns the ids that the model's files name: each may be one, or a list of several."""
    found: set[int] = set()
    for source in (model.generation_config, model.config.get_text_config(), tokenizer):
        ids = getattr(source, "eos_token_id", None)
        found.update([ids] if isinstance(ids, int) else ids or ())
    return frozenset(found)
