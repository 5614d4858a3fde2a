"""Where tokens stand and what they see: what a forward pass is told beside the tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

Place = tuple[int, ...]
"""What a position is, in the numbers that the model counts in."""


class Geometry(Protocol):
    """Of one kind of model. Positions are those in the cache, from 0, prefixes included."""

    @property
    def ahead(self) -> int:
        """Positions before the first token of every row."""

    @property
    def reads_whole(self) -> bool:
        """A prompt cannot be read in parts."""

    def reading(self, positions: Tensor, length: int) -> dict[str, Any]:
        """For a part of one prompt: positions [1, new]; `length` of them are there to be seen."""

    def after(self, tokens: Sequence[int], length: int) -> Place:
        """The place that follows what was read; `length` positions are cached now."""

    def stepping(
        self, positions: Tensor, places: Sequence[Place], length: int
    ) -> tuple[dict[str, Any], list[Place]]:
        """For one token of each row, positions [rows, 1]; and the places that follow."""

    def writing(self, positions: Tensor, length: int) -> Tensor:
        """Where a step's tokens are kept: [rows, 1 or more], the first being its position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CausalGeometry:
    """Each token stands after the last and sees all before it, or those in a window."""

    dtype: torch.dtype
    window: int | None = None
    """Tokens back that a layer sees; None: all."""
    mixed: bool = False
    """Some layers see all, some a window."""
    ahead: int = 0
    reads_whole: bool = False

    def reading(self, positions: Tensor, length: int) -> dict[str, Any]:
        """See `Geometry`."""
        return {"position_ids": positions, "attention_mask": self._masks(positions, length)}

    def after(self, tokens: Sequence[int], length: int) -> Place:  # noqa: ARG002
        """See `Geometry`."""
        return (length,)

    def stepping(
        self, positions: Tensor, places: Sequence[Place], length: int
    ) -> tuple[dict[str, Any], list[Place]]:
        """See `Geometry`."""
        return self.reading(positions, length), [(place + 1,) for (place,) in places]

    def writing(self, positions: Tensor, length: int) -> Tensor:  # noqa: ARG002
        """See `Geometry`."""
        return positions

    def _masks(self, positions: Tensor, length: int) -> Tensor | Mapping[str, Tensor]:
        """What is added to the scores: [rows, 1, new, length]."""
        there = torch.arange(length, device=positions.device)
        distance = positions[:, None, :, None] - there
        lowest = torch.finfo(self.dtype).min
        zero = torch.zeros((), dtype=self.dtype, device=positions.device)
        full = torch.where(distance >= 0, zero, lowest)
        if self.window is None:
            return full
        near = torch.where((distance >= 0) & (distance < self.window), zero, lowest)
        if not self.mixed:
            return near
        return {"full_attention": full, "sliding_attention": near}


class GLMGeometry:
    """ChatGLM-6B: the prompt is read in both directions, and positions have two numbers."""

    reads_whole = True

    def __init__(self, model: Any) -> None:  # noqa: ANN401 its class is not imported before it is met
        self._config = model.config
        encoder = model.transformer.prefix_encoder
        self.ahead: int = encoder.length if encoder else 0

    def reading(self, positions: Tensor, length: int) -> dict[str, Any]:  # noqa: ARG002
        """Nothing: the model finds it in the tokens."""
        return {"position_ids": None, "attention_mask": None}

    def after(self, tokens: Sequence[int], length: int) -> Place:  # noqa: ARG002
        """See `Geometry`."""
        from brain.generators.chatglm.positions_and_masks import build_position_ids  # noqa: PLC0415

        ids = torch.tensor([tokens])
        place, number = build_position_ids(ids, torch.ones_like(ids), self._config)[
            0, :, -1
        ].tolist()
        return (place, number + 1)

    def stepping(
        self, positions: Tensor, places: Sequence[Place], length: int
    ) -> tuple[dict[str, Any], list[Place]]:
        """See `Geometry`."""
        there = torch.arange(self.ahead, length, device=positions.device)
        numbers = torch.tensor(places, device=positions.device)[:, :, None]
        inputs = {"position_ids": numbers, "attention_mask": (there < positions).long()}
        return inputs, [(place, number + 1) for place, number in places]

    def writing(self, positions: Tensor, length: int) -> Tensor:
        """Also in the last column, where this model takes a new token to be; it sees itself there.

        What stands in that column is written over before it counts as any other token's.
        """
        return torch.cat((positions, torch.full_like(positions, length - 1)), dim=1)
