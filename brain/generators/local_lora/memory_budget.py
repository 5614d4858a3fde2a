"""Finds how much memory is free for conversations and recognises errors for lack of memory."""

import psutil  # type: ignore[import-untyped]
import torch

CACHE_SHARE = 0.8
"""Share of the GPU memory left by the loaded model that keys and values may take; the rest is for
computing."""
CPU_CACHE_SHARE = 0.5
"""The same share of the machine's available memory, when the model runs on the CPU."""
_OUT_OF_MEMORY = (
    "not enough memory",
    "can't allocate memory",
    # From a GPU that is so full that not even its libraries can start.
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
)


def free_bytes(device: torch.device) -> int:
    """Returns the bytes that keys and values may take.

    On the CPU this counts memory that the system would free on demand, such as file caches.
    """
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0] * CACHE_SHARE)
    return int(psutil.virtual_memory().available * CPU_CACHE_SHARE)


def is_out_of_memory(error: BaseException) -> bool:
    """Returns whether an error means that memory ran out.

    PyTorch has a class of its own for some of these errors only.
    """
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _OUT_OF_MEMORY)
