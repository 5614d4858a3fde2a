"""How much memory there is for conversations, and how its end is known."""

import os

import torch

CACHE_SHARE = 0.8
"""Of the memory that is free once the model is loaded; the rest is for computing."""
CPU_CACHE_SHARE = 0.5
_CPU_OUT_OF_MEMORY = ("not enough memory", "can't allocate memory")


def free_bytes(device: torch.device) -> int:
    """What keys and values may take."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0] * CACHE_SHARE)
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        free = 4 << 30  # Where the system does not say.
    return int(free * CPU_CACHE_SHARE)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: for that of a processor, PyTorch has no class of its own."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        sign in str(error) for sign in _CPU_OUT_OF_MEMORY
    )
