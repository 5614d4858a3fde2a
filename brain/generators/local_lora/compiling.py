"""Decoding steps through torch.compile, each shape of them by itself."""

import logging
from collections.abc import Callable
from typing import Any

import torch

_log = logging.getLogger(__name__)

MOST_SHAPES = 128
"""That are compiled; what has yet another shape is run as it is."""


class CompiledSteps:
    """With CUDA graphs on a GPU. Compiles when a step of a new shape is first run."""

    def __init__(self, forward: Callable[..., Any]) -> None:
        """`forward` is the model's own."""
        self._forward = forward
        self._compiled = forward
        self._hooked = -1
        self.shapes: set[tuple[object, ...]] = set()
        """That were compiled."""

    def forward(self, shape: tuple[object, ...], *, hooked: int) -> Callable[..., Any]:
        """What runs a step of that shape, when so many layers have hooks."""
        if self._hooked != hooked:
            # What was compiled does not look whether a layer has got a hook.
            self._hooked = hooked
            self.shapes.clear()
            self._compiled = _compile(self._forward)
        if shape not in self.shapes and len(self.shapes) < MOST_SHAPES:
            self.shapes.add(shape)
            if len(self.shapes) == MOST_SHAPES:
                _log.warning("%d shapes are compiled; any other is run as it is", MOST_SHAPES)
        if shape not in self.shapes:
            return self._forward
        torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]
        return self._compiled


def _compile(forward: Callable[..., Any]) -> Callable[..., Any]:
    # The types of PyTorch lack two of its options.
    compiling: Any = torch.compile
    compiled: Callable[..., Any] = compiling(
        forward,
        dynamic=False,
        mode="reduce-overhead",
        # Twice as many, lest it stops by itself: then it would say so to developers alone.
        recompile_limit=2 * MOST_SHAPES,
        # Or what was compiled for another model of the kind counts, and is tried first.
        isolate_recompiles=True,
    )
    return compiled
