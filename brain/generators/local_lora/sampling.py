"""Chooses the next token of each row from the model's logits."""

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
    """Samples, or takes the most likely token, in the same way for all rows without a guide."""

    def __init__(
        self,
        defaults: GenerationConfig | None,
        *,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        device: torch.device,
    ) -> None:
        """Takes the sampling settings; None selects the model's own, or else the most likely token.

        Args:
            defaults: the model's `generation_config.json`.
            temperature: 0 takes the most likely token.
            top_p: share of the probability mass to sample from, above 0 and up to 1.
            seed: makes sampling repeatable; None means a random seed.
            device: device of the logits.
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
        """Returns empty token ids, because none of the warpers here looks at the tokens so far."""
        return scores.new_zeros(len(scores), 0, dtype=torch.long)

    def choose(self, logits: Tensor, guides: Sequence[Guide | None] = ()) -> list[int]:
        """Returns one token for each row.

        Args:
            logits: [rows, vocabulary].
            guides: the guide of each row, or None; empty if no row has one.
        """
        # Sampling from NaN would disable a CUDA device for the rest of the process.
        scores = torch.nan_to_num(logits.float(), nan=torch.finfo(torch.float32).min)
        is_sampled = [not self._greedy] * len(scores)
        if any(guides):
            _guide(scores, guides)
            is_sampled = [
                own if guide is None else guide.is_sampled
                for own, guide in zip(is_sampled, guides, strict=True)
            ]
        if not any(is_sampled):
            chosen = scores.argmax(-1)
        else:
            warped = self._warpers(self._no_ids(scores), scores)
            weights = warped.softmax(-1)
            chosen = torch.multinomial(weights, 1, generator=self._random).squeeze(1)
            if not all(is_sampled):
                chosen = torch.where(
                    torch.tensor(is_sampled, device=scores.device), chosen, scores.argmax(-1)
                )
        return [int(token) for token in chosen.tolist()]


def _guide(scores: Tensor, guides: Sequence[Guide | None]) -> None:
    """Sets the scores of tokens that a row's guide does not allow to minus infinity, in place."""
    rows = {row: guide.allowed() for row, guide in enumerate(guides) if guide is not None}
    packed = np.frombuffer(b"".join(rows.values()), np.uint8).reshape(len(rows), -1)
    # A model may have more logits than there are tokens; their bits count as 0.
    bits = np.unpackbits(packed, axis=1, count=scores.shape[1], bitorder="little")
    refusing = bits == 0
    # Sampling from no token at all would disable a CUDA device; the guide ends such a reply.
    refusing[refusing.all(axis=1)] = False
    for row, refused in zip(rows, torch.from_numpy(refusing).to(scores.device), strict=True):
        scores[row].masked_fill_(refused, -torch.inf)
