"""Runs decoding steps through torch.compile, which compiles each shape of a step by itself."""

import logging
from collections.abc import Callable
from typing import Any

import torch

_log = logging.getLogger(__name__)

MOST_SHAPES = 128
"""Most shapes to compile; steps of any other shape run uncompiled."""


class CompiledSteps:
    """Compiles a model's forward pass when a step of a new shape first runs.

    On a GPU the compiled code uses CUDA graphs.
    """

    def __init__(self, forward: Callable[..., Any]) -> None:
        """Takes the model's own forward method."""
        self._forward = forward
        self._compiled = forward
        self._hooked_layers = -1
        self.shapes: set[tuple[object, ...]] = set()
        """The shapes that were compiled."""

    def forward(self, shape: tuple[object, ...], *, hooked_layers: int) -> Callable[..., Any]:
        """Returns the function that runs a step of a shape.

        Args:
            shape: everything that the tensor shapes of the step depend on.
            hooked_layers: number of layers with an adapter hook; a new number discards what was
                compiled.
        """
        if self._hooked_layers != hooked_layers:
            # Compiled code does not check whether a layer has got a hook since.
            self._hooked_layers = hooked_layers
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
    # PyTorch's type stubs lack two of these options.
    compiling: Any = torch.compile
    compiled: Callable[..., Any] = compiling(
        forward,
        dynamic=False,
        mode="reduce-overhead",
        # Above the limit here, because PyTorch would report its own limit to developers only.
        recompile_limit=2 * MOST_SHAPES,
        # Otherwise code compiled for other models of the class counts too, and is tried first.
        isolate_recompiles=True,
    )
    return compiled
