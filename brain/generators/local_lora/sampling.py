"""Choosing the next token."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import (
    GenerationConfig,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)
from transformers.generation.logits_process import LogitsProcessorList

from brain.generators.local_lora.requests import Guide


class Sampler:
    """The same for all rows of a batch but those that are guided."""

    def __init__(
        self,
        defaults: GenerationConfig | None,
        *,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        device: torch.device,
    ) -> None:
        """What is None is as the model's own `generation_config.json` says, or greedy.

        Args:
            defaults: the model's.
            temperature: 0 takes the likeliest token.
            top_p: the share of probability that is drawn from.
            seed: for draws that can be repeated.
            device: of the logits.
        """
        self._random = torch.Generator(device)
        if seed is None:
            self._random.seed()
        else:
            self._random.manual_seed(seed)
        own = bool(getattr(defaults, "do_sample", False))
        if temperature is None:
            temperature = float(getattr(defaults, "temperature", None) or 1) if own else 0.0
        if top_p is None:
            top_p = float(getattr(defaults, "top_p", None) or 1) if own else 1.0
        top_k = int(getattr(defaults, "top_k", None) or 0) if own else 0
        self._greedy = temperature == 0
        self._warpers = LogitsProcessorList()
        if self._greedy:
            return
        if temperature != 1:
            self._warpers.append(TemperatureLogitsWarper(float(temperature)))
        if top_k > 0:
            self._warpers.append(TopKLogitsWarper(top_k))
        if top_p < 1:
            self._warpers.append(TopPLogitsWarper(top_p))

    @staticmethod
    def _no_ids(scores: Tensor) -> Any:  # noqa: ANN401 the library wants a class that none has
        """What was written so far: none of our warpers looks at it."""
        return scores.new_zeros(len(scores), 0, dtype=torch.long)

    def choose(self, logits: Tensor, guides: Sequence[Guide | None] = ()) -> list[int]:
        """One token a row of [rows, vocabulary].

        `guides` are those of the rows, which allow some tokens only; none: of no row.
        """
        # What is not a number would stop a CUDA device for good when it is drawn from.
        scores = torch.nan_to_num(logits.float(), nan=torch.finfo(torch.float32).min)
        drawn = [not self._greedy] * len(scores)
        if any(guides):
            _guide(scores, guides)
            drawn = [
                own if guide is None else guide.drawn
                for own, guide in zip(drawn, guides, strict=True)
            ]
        if not any(drawn):
            chosen = scores.argmax(-1)
        else:
            warped = self._warpers(self._no_ids(scores), scores)
            weights = warped.softmax(-1)
            chosen = torch.multinomial(weights, 1, generator=self._random).squeeze(1)
            if not all(drawn):
                chosen = torch.where(
                    torch.tensor(drawn, device=scores.device), chosen, scores.argmax(-1)
                )
        return [int(token) for token in chosen.tolist()]


def _guide(scores: Tensor, guides: Sequence[Guide | None]) -> None:
    """Take from rows that have a guide, in place, what it does not allow."""
    rows = {row: guide.allowed() for row, guide in enumerate(guides) if guide is not None}
    packed = np.frombuffer(b"".join(rows.values()), np.uint8).reshape(len(rows), -1)
    # A model may have more rows of weights than there are tokens: those are bits of 0.
    bits = np.unpackbits(packed, axis=1, count=scores.shape[1], bitorder="little")
    refusing = bits == 0
    # With nothing left, a CUDA device that draws would stop for good; the guide ends such a reply.
    refusing[refusing.all(axis=1)] = False
    for row, refused in zip(rows, torch.from_numpy(refusing).to(scores.device), strict=True):
        scores[row].masked_fill_(refused, -torch.inf)
