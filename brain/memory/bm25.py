"""Weighs terms by BM25, and chooses which terms of a query are searched for, for every store."""

import math
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

Fields = Iterable[NDArray[Any]]
"""An array for messages, and one for replies."""
K1 = 0.9
"""BM25's parameter of term saturation, that of Anserini (Yang, Fang and Lin, 2017)."""
MESSAGE_B = 0.4
"""BM25's parameter of length for what a person said, and for notes; Anserini's. They are short, and
a longer one is not less relevant for its length."""
REPLY_B = 0.75
"""The same for replies, of which many are long; Lucene's."""
REPLY_WEIGHT = 0.6
"""The factor for what a reply scores: a long one has every common word."""
QUERY_TERMS = 24
"""How many terms of a query are searched for, the rarest first; a long paste has thousands."""
POSTINGS = 1_000
"""In how many memories, taken together, the terms that are searched for may stand.

Terms are taken from the rarest on until there are so many; the common ones that are left out take
the longest to look up, and tell the least."""


def inverse_document_frequency(containing: int, documents: int) -> float:
    """Return BM25's weight of a term, never negative: ln(1 + (N - n + 0.5) / (n + 0.5)).

    Args:
        containing: in how many documents the term stands (n).
        documents: how many documents there are (N).
    """
    return math.log(1.0 + (documents - containing + 0.5) / (containing + 0.5))


def saturated_frequencies(
    counts: Fields, lengths: Fields, *, average_lengths: tuple[float, float]
) -> NDArray[np.float64]:
    """Return what the occurrences of terms are worth, before the terms' weights.

    A message and its reply are weighed apart, because their lengths differ. Each is worth
    w * count * (k1 + 1) / (count + k1 * (1 - b + b * length / average length)), with a factor w and
    a b of its own. The score of a document is the sum of both over the terms of the query, each
    times its weight.

    Args:
        counts: how often the message, and how often the reply, has a term.
        lengths: terms in the message and in the reply, of shapes that broadcast with `counts`.
        average_lengths: terms in a message and in a reply on average over all documents; smaller
            ones than 1 count as 1.
    """
    worth = []
    for count, length, average, b, weight in zip(
        counts, lengths, average_lengths, (MESSAGE_B, REPLY_B), (1.0, REPLY_WEIGHT), strict=True
    ):
        norm = K1 * (1.0 - b) + length * (K1 * b / max(1.0, average))
        worth.append(count * (weight * (K1 + 1.0)) / (count + norm))
    found: NDArray[np.float64] = worth[0] + worth[1]
    return found


def ideal_score(weights: Iterable[float], *, absent: int, documents: int) -> float:
    """Return the score of a message of average length that has each term of a query once.

    Args:
        weights: the weights of the terms that are searched for.
        absent: how many terms of the query stand in no document; they weigh the most.
        documents: how many documents there are.
    """
    return sum(weights) + absent * inverse_document_frequency(0, documents)


def telling_terms(counts: Mapping[str, int]) -> list[str]:
    """Return the terms of a query that are worth searching for, rarest first.

    At least one is returned, where any stands in a document.

    Args:
        counts: in how many documents each term stands; terms that stand in none are left out.
    """
    counted = sorted((count, term) for term, count in counts.items() if count)
    postings = accumulate(count for count, _ in counted)
    return [
        term
        for (_, term), so_far in zip(counted[:QUERY_TERMS], postings, strict=False)
        if so_far <= POSTINGS or term == counted[0][1]
    ]
