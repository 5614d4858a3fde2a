"""Weights of 8 or 4 bits, by bitsandbytes: it does both on a processor and on a GPU.

Adapters stay as they are: what they add is computed beside the layer, in the model's own numbers.
"""

from importlib import import_module
from typing import Any

import torch
import transformers
from torch import nn

from brain.errors import MissingPart
from brain.generators.local_lora.errors import QuantisationUnfit
from brain.generators.local_lora.memory_budget import is_out_of_memory
from brain.generators.local_lora.options import LocalOptions

INSTALL = "pip install 'siliconfriend[quantised]'"
PART = "bitsandbytes"


def quantisation(options: LocalOptions, *, device: torch.device, dtype: torch.dtype) -> Any:  # noqa: ANN401
    """What transformers takes as `quantization_config`.

    Args:
        options: with `quantised` set.
        device: where the model is to run.
        dtype: what 4 bits are turned into to be computed with; 8 bits are multiplied as they are.

    Raises:
        MissingPart: bitsandbytes is not installed.
        QuantisationUnfit: it knows no such device.
    """
    if device.type not in _library().supported_torch_devices:
        raise unfit(options, device, "device")
    make: Any = transformers.BitsAndBytesConfig
    if options.quantised == 8:  # noqa: PLR2004
        return make(load_in_8bit=True)
    return make(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)


def check_layers(
    model: nn.Module, options: LocalOptions, *, device: torch.device, dtype: torch.dtype
) -> None:
    """Let every layer compute once, as some shapes and devices fail only then.

    A processor packs its 4 bits at that time too: here nobody waits for a reply yet. Raises
    QuantisationUnfit.
    """
    kinds = _library().nn
    for layer in model.modules():
        if not isinstance(layer, (kinds.Linear4bit, kinds.Linear8bitLt)):
            continue
        try:
            with torch.no_grad():
                layer(torch.ones(1, layer.in_features, device=device, dtype=dtype))
        except (RuntimeError, AssertionError, ValueError, TypeError) as exc:
            if is_out_of_memory(exc):
                raise
            raise unfit(options, device, "layers") from exc


def unfit(options: LocalOptions, device: torch.device, reason: str) -> QuantisationUnfit:
    """The error, for a reason that it knows."""
    return QuantisationUnfit(
        model=options.name, bits=str(options.quantised), device=device.type, reason=reason
    )


def _library() -> Any:  # noqa: ANN401
    try:
        return import_module(PART)
    except ImportError as exc:
        raise MissingPart(part=PART, command=INSTALL) from exc
