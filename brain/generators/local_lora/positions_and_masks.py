"""Position ids and attention masks of forward passes, for each kind of model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

PositionIds = tuple[int, ...]
"""Position of a token, in as many numbers as the model uses for one."""


class InputLayout(Protocol):
    """Computes a model's inputs besides the tokens, and where the cache keeps each token.

    Cache positions count from 0 and include those of a prefix.
    """

    @property
    def prefix_length(self) -> int:
        """Number of cache positions before the first token of each row."""

    @property
    def needs_whole_prompt(self) -> bool:
        """Whether a prompt has to be read in one pass rather than in chunks."""

    def prompt_inputs(self, positions: Tensor, length: int) -> dict[str, Any]:
        """Returns the inputs for a chunk of one prompt.

        Args:
            positions: cache positions of the chunk's tokens, [1, new tokens].
            length: number of cache positions that the pass sees.
        """

    def next_position_ids(self, tokens: Sequence[int], length: int) -> PositionIds:
        """Returns the position ids of the token after a chunk.

        Args:
            tokens: the chunk that was read.
            length: number of cache positions in use now.
        """

    def step_inputs(
        self, positions: Tensor, position_ids: Sequence[PositionIds], length: int
    ) -> tuple[dict[str, Any], list[PositionIds]]:
        """Returns the inputs for one token of each row, and the position ids of the next ones.

        Args:
            positions: cache positions of the tokens, [rows, 1].
            position_ids: those of the tokens, one entry a row.
            length: number of cache positions that the pass sees.
        """

    def cache_positions(self, positions: Tensor, length: int) -> Tensor:
        """Returns where to store a step's tokens in the cache, [rows, 1 or more].

        Args:
            positions: cache positions of the tokens, [rows, 1]; they are the first column of the
                result.
            length: number of cache positions that the pass sees.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class CausalLayout:
    """For causal models, in which a token attends to those before it or in a sliding window."""

    dtype: torch.dtype
    window: int | None = None
    """Length of the sliding window in tokens; None means that every layer sees all tokens."""
    mixed: bool = False
    """Whether some layers use the window and the others see all tokens."""
    prefix_length: int = 0
    needs_whole_prompt: bool = False

    def prompt_inputs(self, positions: Tensor, length: int) -> dict[str, Any]:
        """Returns position ids and mask; see `InputLayout`."""
        return {"position_ids": positions, "attention_mask": self._masks(positions, length)}

    def next_position_ids(self, tokens: Sequence[int], length: int) -> PositionIds:  # noqa: ARG002
        """Returns the next cache position, which is also the position id."""
        return (length,)

    def step_inputs(
        self, positions: Tensor, position_ids: Sequence[PositionIds], length: int
    ) -> tuple[dict[str, Any], list[PositionIds]]:
        """Returns position ids and mask, and the next position ids; see `InputLayout`."""
        return self.prompt_inputs(positions, length), [(number + 1,) for (number,) in position_ids]

    def cache_positions(self, positions: Tensor, length: int) -> Tensor:  # noqa: ARG002
        """Returns the positions themselves."""
        return positions

    def _masks(self, positions: Tensor, length: int) -> Tensor | Mapping[str, Tensor]:
        """Returns what is added to the attention scores, [rows, 1, new tokens, length]."""
        columns = torch.arange(length, device=positions.device)
        distance = positions[:, None, :, None] - columns
        lowest = torch.finfo(self.dtype).min
        zero = torch.zeros((), dtype=self.dtype, device=positions.device)
        full = torch.where(distance >= 0, zero, lowest)
        if self.window is None:
            return full
        near = torch.where((distance >= 0) & (distance < self.window), zero, lowest)
        if not self.mixed:
            return near
        return {"full_attention": full, "sliding_attention": near}


class GLMLayout:
    """For ChatGLM-6B, with bidirectional attention in prompts and two numbers a position."""

    needs_whole_prompt = True

    def __init__(self, model: Any) -> None:  # noqa: ANN401 the class is imported late
        self._config = model.config
        encoder = model.transformer.prefix_encoder
        self.prefix_length: int = encoder.length if encoder else 0

    def prompt_inputs(self, positions: Tensor, length: int) -> dict[str, Any]:  # noqa: ARG002
        """Returns no inputs, because the model derives them from the tokens."""
        return {"position_ids": None, "attention_mask": None}

    def next_position_ids(self, tokens: Sequence[int], length: int) -> PositionIds:  # noqa: ARG002
        """Returns both position numbers of the token after the prompt."""
        from brain.generators.chatglm.positions_and_masks import build_position_ids  # noqa: PLC0415

        ids = torch.tensor([tokens])
        position_ids = build_position_ids(ids, torch.ones_like(ids), self._config)
        text, answer = position_ids[0, :, -1].tolist()
        return (text, answer + 1)

    def step_inputs(
        self, positions: Tensor, position_ids: Sequence[PositionIds], length: int
    ) -> tuple[dict[str, Any], list[PositionIds]]:
        """Returns position ids and mask, and the next position ids; see `InputLayout`."""
        columns = torch.arange(self.prefix_length, length, device=positions.device)
        ids = torch.tensor(position_ids, device=positions.device)[:, :, None]
        inputs = {"position_ids": ids, "attention_mask": (columns < positions).long()}
        return inputs, [(text, answer + 1) for text, answer in position_ids]

    def cache_positions(self, positions: Tensor, length: int) -> Tensor:
        """Adds the last position that the pass sees to each row's own.

        The model takes the new token to be there, and so lets it attend to itself. What is stored
        there is overwritten before it can count as another token's.
        """
        return torch.cat((positions, torch.full_like(positions, length - 1)), dim=1)
