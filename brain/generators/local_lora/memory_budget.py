"""How much memory there is for conversations, and how its end is known."""

import psutil  # type: ignore[import-untyped]
import torch

CACHE_SHARE = 0.8
"""Of the memory that is free once the model is loaded; the rest is for computing."""
CPU_CACHE_SHARE = 0.5
_OUT_OF_MEMORY = (
    "not enough memory",
    "can't allocate memory",
    # Of a GPU so full that not even its libraries can start.
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
)


def free_bytes(device: torch.device) -> int:
    """What keys and values may take. On a processor also what the system would give up for it."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0] * CACHE_SHARE)
    return int(psutil.virtual_memory().available * CPU_CACHE_SHARE)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: PyTorch has a class of its own for some of the cases."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _OUT_OF_MEMORY)
