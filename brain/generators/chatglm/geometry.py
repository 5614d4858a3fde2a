"""Where each token of a GLM prompt stands, and what it sees.

A prompt is `text [gMASK] <sop>`, and the answer follows. The text is read in both directions, from
`<sop>` on each token sees what stands before it (arXiv 2103.10360, section 2.1). A position has two
numbers: the place in the text, which for all of the answer is that of `[gMASK]`; and the place in
the answer, which is 0 in the text and counts from 1 at `<sop>`.
"""

import torch
from torch import Tensor

from brain.generators.chatglm.configuration import ChatGLMConfig


def positions(ids: Tensor, real: Tensor, config: ChatGLMConfig) -> Tensor:
    """Both numbers of each token.

    Args:
        ids: (batch, length), prompt and answer from the beginning.
        real: (batch, length), 0 at padding, on either side.
        config: for the ids of the special tokens.

    Returns:
        (batch, 2, length). Padding has the numbers of some other token; nobody sees it. A sequence
        without `<sop>` is an answer from its first token on.
    """
    columns = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
    places = (real.long().cumsum(1) - 1).clamp(min=0)
    begins = answer_begins(ids, real, config)[:, None]
    gaps = _first(ids.eq(config.gmask_token_id), real)
    masks = _first(ids.eq(config.mask_token_id), real)
    length = ids.shape[1]
    # Whoever names neither mask means the end of the text.
    marks = torch.where(gaps < length, gaps, torch.where(masks < length, masks, begins[:, 0] - 1))
    mark_places = places.gather(1, marks.clamp(0, length - 1)[:, None])
    in_answer = columns >= begins
    return torch.stack(
        (
            torch.where(in_answer, mark_places, places),
            torch.where(in_answer, columns - begins + 1, 0),
        ),
        dim=1,
    )


def answer_begins(ids: Tensor, real: Tensor, config: ChatGLMConfig) -> Tensor:
    """(batch,): the column of the first `<sop>`; without one, that of the first real token."""
    found = _first(ids.eq(config.bos_token_id or 0), real)
    start = _first(torch.ones_like(ids, dtype=torch.bool), real)
    return torch.where(found < ids.shape[1], found, start)


def visible(begins: Tensor | None, real: Tensor, *, past: int) -> Tensor:
    """Which key each query sees: (batch, 1, queries, keys), True where it does.

    Args:
        begins: (batch,), from `answer_begins`; None: all queries belong to the answer.
        real: (batch, keys), 0 at padding.
        past: how many of the keys are older than the first query.
    """
    keys = torch.arange(real.shape[1], device=real.device)
    queries = keys[past:]
    seen = keys[None, :] <= queries[:, None]
    seen = seen[None].expand(real.shape[0], -1, -1)
    if begins is not None:
        seen = seen | (keys[None, None, :] < begins[:, None, None])
    seen = seen & real.bool()[:, None, :]
    # Padding sees itself: a softmax over nothing is not a number, and that would spread.
    return (seen | (keys[None, :] == queries[:, None])[None])[:, None]


def _first(wanted: Tensor, real: Tensor) -> Tensor:
    """(batch,): the first column where it holds; the length where it does nowhere."""
    hits = wanted & real.bool()
    return torch.where(hits.any(1), hits.long().argmax(1), hits.shape[1])
