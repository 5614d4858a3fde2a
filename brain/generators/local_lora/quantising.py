"""Quantises weights to 8 or 4 bits with bitsandbytes, which works on CPUs and GPUs.

Adapters are not quantised: their part is computed beside the layer, in the model's data type.
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


def quantisation_config(options: LocalOptions, *, device: torch.device, dtype: torch.dtype) -> Any:  # noqa: ANN401
    """Returns the `quantization_config` to pass to transformers.

    Args:
        options: with `quantised` set.
        device: where the model is to run.
        dtype: to which 4-bit weights are dequantised for computing; 8-bit weights are multiplied as
            integers.

    Raises:
        MissingPart: bitsandbytes is not installed.
        QuantisationUnfit: bitsandbytes does not support the device.
    """
    if device.type not in _library().supported_torch_devices:
        raise quantisation_error(options, device, "device")
    make: Any = transformers.BitsAndBytesConfig
    if options.quantised == 8:  # noqa: PLR2004
        return make(load_in_8bit=True)
    return make(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)


def check_layers(
    model: nn.Module, options: LocalOptions, *, device: torch.device, dtype: torch.dtype
) -> None:
    """Runs every quantised layer once, because some shapes and devices fail only then.

    On a CPU, 4-bit weights are also packed at that time, which is better done before the first
    reply.

    Raises:
        QuantisationUnfit: a layer fails.
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
            raise quantisation_error(options, device, "layers") from exc


def quantisation_error(
    options: LocalOptions, device: torch.device, reason: str
) -> QuantisationUnfit:
    """Returns the error for one of the reasons that `QuantisationUnfit` lists."""
    return QuantisationUnfit(
        model=options.name, bits=str(options.quantised), device=device.type, reason=reason
    )


def _library() -> Any:  # noqa: ANN401
    try:
        return import_module(PART)
    except ImportError as exc:
        raise MissingPart(part=PART, command=INSTALL) from exc
