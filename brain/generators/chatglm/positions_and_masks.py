"""Position ids and attention mask of a ChatGLM-6B prompt and its answer.

A prompt is `text [gMASK] <sop>`, and the answer follows it. Attention within the text is
bidirectional; from `<sop>` on, each token attends to the tokens before it (arXiv 2103.10360,
section 2.1). A position has two numbers: the index in the text, which for all tokens of the answer
is that of `[gMASK]`, and the index in the answer, which is 0 in the text and counts from 1 at
`<sop>`.
"""

import torch
from torch import Tensor

from brain.generators.chatglm.configuration import ChatGLMConfig


def build_position_ids(ids: Tensor, real: Tensor, config: ChatGLMConfig) -> Tensor:
    """Returns both position numbers of each token.

    Args:
        ids: (batch, length), prompt and answer from the beginning.
        real: (batch, length), 0 at padding, which may stand on either side, and 1 elsewhere.
        config: names the ids of the special tokens.

    Returns:
        (batch, 2, length). Padding gets the numbers of some other token, which is harmless because
        no token attends to it. A sequence without `<sop>` counts as an answer from its first token
        on.
    """
    columns = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
    text_positions = (real.long().cumsum(1) - 1).clamp(min=0)
    starts = answer_starts(ids, real, config)[:, None]
    gmasks = _first_column(ids.eq(config.gmask_token_id), real)
    masks = _first_column(ids.eq(config.mask_token_id), real)
    length = ids.shape[1]
    # Without `[gMASK]` and `[MASK]` the answer takes the position of the last token of the text.
    masks = torch.where(masks < length, masks, starts[:, 0] - 1)
    marks = torch.where(gmasks < length, gmasks, masks)
    mark_positions = text_positions.gather(1, marks.clamp(0, length - 1)[:, None])
    in_answer = columns >= starts
    return torch.stack(
        (
            torch.where(in_answer, mark_positions, text_positions),
            torch.where(in_answer, columns - starts + 1, 0),
        ),
        dim=1,
    )


def answer_starts(ids: Tensor, real: Tensor, config: ChatGLMConfig) -> Tensor:
    """Returns the column where each answer starts, (batch,).

    It is the column of the first `<sop>`, or of the first real token where there is none.
    """
    sop = _first_column(ids.eq(config.bos_token_id or 0), real)
    first = _first_column(torch.ones_like(ids, dtype=torch.bool), real)
    return torch.where(sop < ids.shape[1], sop, first)


def build_attention_mask(starts: Tensor | None, real: Tensor, *, past: int) -> Tensor:
    """Returns which keys each query attends to, (batch, 1, queries, keys), True where it does.

    Args:
        starts: (batch,), from `answer_starts`; None when all queries belong to the answer.
        real: (batch, keys), 0 at padding and 1 elsewhere.
        past: number of keys that are older than the first query.
    """
    keys = torch.arange(real.shape[1], device=real.device)
    queries = keys[past:]
    mask = keys[None, :] <= queries[:, None]
    mask = mask[None].expand(real.shape[0], -1, -1)
    if starts is not None:
        mask = mask | (keys[None, None, :] < starts[:, None, None])
    mask = mask & real.bool()[:, None, :]
    # Padding attends to itself: a softmax over no key would give NaN, which spreads to other
    # values.
    return (mask | (keys[None, :] == queries[:, None])[None])[:, None]


def _first_column(wanted: Tensor, real: Tensor) -> Tensor:
    """Returns the first real column where `wanted` holds, (batch,); the length where none does."""
    hits = wanted & real.bool()
    return torch.where(hits.any(1), hits.long().argmax(1), hits.shape[1])
