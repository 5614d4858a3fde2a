"""A causal language model by folder, GGUF file or hub id, ready to run."""

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
from brain.generators.local_lora.log_silencing import first_line, quiet
from brain.generators.local_lora.memory_budget import free_bytes, is_out_of_memory
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.positions import CausalGeometry, Geometry, GLMGeometry
from brain.generators.local_lora.quantising import check_layers, quantisation, unfit

UNKNOWN_CONTEXT = 2048
"""Tokens, where a model's configuration does not say what it takes."""
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
    """A model, its tokenizer, and what has to be known to run them."""

    name: str
    base: str
    """The name that adapters may call it by."""
    model: Any
    tokenizer: Any
    device: torch.device
    dtype: torch.dtype
    layers: int
    """Layers with keys and values."""
    context_tokens: int
    """Prompt and reply together: as many as the model was made for, and as fit into memory."""
    cells: int
    """Tokens of all rows together that there is memory for."""
    stops: frozenset[int]
    """Tokens that end a reply."""
    geometry: Geometry


def load(options: LocalOptions) -> LoadedModel:
    """Load it; blocks for seconds to minutes.

    Raises:
        ModelMissing, ModelUnloadable, ModelTooLarge, ModelUnfit, DeviceMissing, QuantisationUnfit,
        MissingPart, AdapterRefused.
    """
    device = _device(options)
    dtype = _best_dtype(device) if options.dtype == "auto" else _DTYPES[options.dtype]
    where, extra = _locate(options.model)
    arguments: dict[str, Any] = {"dtype": dtype, "trust_remote_code": False, **extra}
    if options.quantised is not None:
        if extra:
            # Its own bits are unpacked while it is read, and transformers packs nothing again.
            raise unfit(options, device, "gguf")
        arguments["quantization_config"] = quantisation(options, device=device, dtype=dtype)
    if device.type == "cuda" or options.quantised is not None:
        # Straight onto the device: a large model need not fit into the machine's memory as well.
        arguments["device_map"] = {"": str(device)}
    # ChatGLM-6B is no model of transformers': its classes are ours.
    register()
    try:
        with quiet():
            # First: it knows best what is wrong with a folder, or that the hub is not there.
            config = AutoConfig.from_pretrained(where, trust_remote_code=False, **extra)
            tokenizer = AutoTokenizer.from_pretrained(where, trust_remote_code=False, **extra)
            if options.quantised is not None and getattr(config, "quantization_config", None):
                # Transformers would take those in silence, or fail, whatever was asked for.
                raise unfit(options, device, "already")
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
    """What has to be known of a model that is there already. Raises ModelUnfit, ModelTooLarge."""
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    if strange := kinds - {"full_attention", "sliding_attention"}:
        raise ModelUnfit(model=options.name, feature=", ".join(sorted(strange)))
    window = getattr(config, "sliding_window", None)
    if getattr(config, "layer_types", None) and "sliding_attention" not in kinds:
        window = None
    geometry: Geometry = CausalGeometry(dtype=dtype, window=window, mixed=len(kinds) > 1)
    if config.model_type == CHATGLM:
        geometry = GLMGeometry(model)
    cells = free_bytes(device) // _cell_bytes(config, dtype)
    longest = next((value for key in _CONTEXT_KEYS if (value := getattr(config, key, None))), None)
    wanted = min(int(longest or UNKNOWN_CONTEXT), options.context_tokens or 1 << 40)
    if cells < min(wanted, USABLE_CONTEXT):
        # Now, rather than at each message.
        raise ModelTooLarge(model=options.name, device=str(device))
    return LoadedModel(
        name=options.name,
        base=options.base or str(getattr(model.config, "_name_or_path", "") or options.model),
        model=model,
        tokenizer=tokenizer,
        device=device,
        dtype=dtype,
        layers=config.num_hidden_layers,
        context_tokens=min(wanted, cells),
        cells=cells,
        stops=_stops(model, tokenizer),
        geometry=geometry,
    )


def _locate(model: str) -> tuple[str, dict[str, str]]:
    """What transformers is to be asked for."""
    path = Path(model).expanduser()
    if path.suffix == ".gguf":
        if not path.is_file():
            raise ModelMissing(path=str(path))
        if find_spec("gguf") is None:
            raise MissingPart(part="gguf", command=INSTALL_GGUF)
        return str(path.parent), {"gguf_file": path.name}
    if path.exists():
        return str(path), {}
    # A name on the hub has one slash at most, and does not begin like a path.
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise ModelMissing(path=str(path))
    return model, {}


def _device(options: LocalOptions) -> torch.device:
    name = options.device or _best_device()
    try:
        device = torch.device(name)
        # Only what is there can hold something; `meta` holds nothing.
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError) as exc:
        if is_out_of_memory(exc):
            # It is there, and others have filled it.
            raise ModelTooLarge(model=options.name, device=name) from exc
        raise DeviceMissing(device=name) from exc
    return device


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _best_dtype(device: torch.device) -> torch.dtype:
    if device.type == "cpu":
        # Few processors compute in 16 bits; the others would only pretend to, slowly.
        return torch.float32
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    return torch.float16


def _cell_bytes(config: PreTrainedConfig, dtype: torch.dtype) -> int:
    """Of one token: keys and values in every layer."""
    heads = config.num_attention_heads
    kept = getattr(config, "num_key_value_heads", None) or heads
    features = getattr(config, "head_dim", None) or config.hidden_size // heads
    return int(2 * config.num_hidden_layers * kept * features * dtype.itemsize)


def _stops(model: Any, tokenizer: Any) -> frozenset[int]:  # noqa: ANN401
    ids = getattr(model.generation_config, "eos_token_id", None)
    found = {ids} if isinstance(ids, int) else set(ids or ())
    if tokenizer.eos_token_id is not None:
        found.add(tokenizer.eos_token_id)
    return frozenset(found)
