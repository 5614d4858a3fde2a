"""Weighs terms by BM25, and chooses which terms of a query are searched for, for every store."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

K1 = 0.9
B = 0.4
"""The parameters of BM25 for term saturation (k1) and length (b).

They are those of Anserini (Yang, Fang and Lin, 2017): the memories of a conversation are short, and
a longer one is not less relevant for its length."""

QUERY_TERMS = 24
"""How many terms of a query are searched for, the rarest first; a long paste has thousands."""
COMMON_SHARE = 0.2
"""The largest share of a person's memories that a term to search for may be in.

A more common term tells little, and takes the longest to look up."""
COMMON_FLOOR = 20
"""The number of memories that a term may be in however few memories there are."""


def inverse_document_frequency(containing: int, documents: int) -> float:
    """Return BM25's weight of a term, never negative: ln(1 + (N - n + 0.5) / (n + 0.5)).

    Args:
        containing: in how many documents the term stands (n).
        documents: how many documents there are (N).
    """
    return math.log(1.0 + (documents - containing + 0.5) / (containing + 0.5))


def saturated_frequencies(
    counts: NDArray[Any], lengths: NDArray[Any], *, average_length: float
) -> NDArray[Any]:
    """Return what the occurrences of terms are worth, before their weights.

    That is count * (k1 + 1) / (count + k1 * (1 - b + b * length / average length)). The score of a
    document is the sum of these over the terms of the query, each times its weight.

    Args:
        counts: how often a document has a term.
        lengths: terms in that document, of a shape that broadcasts with `counts`.
        average_length: terms in a document on average.
    """
    norm = K1 * (1.0 - B) + lengths * (K1 * B / average_length)
    found: NDArray[Any] = counts * (K1 + 1.0) / (counts + norm)
    return found


def ideal_score(weights: Iterable[float], *, absent: int, documents: int) -> float:
    """Return the score of a document of average length that has each term of a query once.

    Args:
        weights: the weights of the terms that are searched for.
        absent: how many terms of the query stand in no document; they weigh the most.
        documents: how many documents there are.
    """
    return sum(weights) + absent * inverse_document_frequency(0, documents)


def telling_terms(counts: Mapping[str, int], *, documents: int) -> list[str]:
    """Return the terms of a query that are worth searching for, rarest first.

    Args:
        counts: in how many documents each term stands; terms that stand in none are left out.
        documents: how many documents there are.
    """
    counted = sorted(((term, count) for term, count in counts.items() if count), key=_count)
    most = common_above(documents)
    # Where every word is common, the two least common ones are searched for.
    telling = [pair for pair in counted if pair[1] <= most] or counted[:2]
    return [term for term, _ in telling[:QUERY_TERMS]]


def common_above(documents: int) -> int:
    """Return in how many of so many documents a term may stand and still be searched for."""
    return max(COMMON_FLOOR, int(COMMON_SHARE * documents))


def _count(pair: tuple[str, int]) -> int:
    return pair[1]
