"""BM25 of many candidates at once, in numpy.

A document that has a term `count` times scores, summed over the terms of the query,
`idf * count * (K1 + 1) / (count + K1 * (1 - B + B * length / average length))`.

Each memory carries its terms as codes of four bytes beside the words that the index reads: scoring
forty-eight texts by splitting them took as long as all else that a recall does here. Two terms
share a code once in four thousand million; a memory with such a term ranks a little too high.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from brain.memory.lexical import K1, B

_CODE = np.dtype("<u4")


def codes_of(terms: Sequence[str]) -> bytes:
    """The terms of a text, repeated ones included, as a hash keeps them."""
    return b"".join(map(_packed_code, terms))


def scores(
    query: Mapping[str, float], documents: Sequence[bytes], *, average_length: float
) -> NDArray[np.float64]:
    """Score documents.

    Args:
        query: each term's inverse document frequency.
        documents: their codes.
        average_length: of the documents searched, in terms.

    Returns:
        One score each, shape (documents,).
    """
    if not query or not documents:
        return np.zeros(len(documents))
    worth = sorted((_code(term), weight) for term, weight in query.items())
    searched = np.array([code for code, _ in worth], _CODE)
    weights = np.array([weight for _, weight in worth])
    lengths, rest = np.divmod([len(document) for document in documents], _CODE.itemsize)
    if rest.any():
        # Somebody damaged one of them.
        documents = [b"" if more else each for each, more in zip(documents, rest, strict=True)]
        lengths[rest > 0] = 0
    found = np.frombuffer(b"".join(documents), _CODE)
    column = searched.searchsorted(found)
    hits = (searched.take(column, mode="clip") == found).nonzero()[0]
    # Each hit as the number of its cell in a table of documents and terms.
    rows, columns = len(lengths), len(searched)
    row = np.arange(0, rows * columns, columns).repeat(lengths)
    cells = np.bincount((row + column)[hits], minlength=rows * columns)
    counts = cells.reshape(rows, columns)
    norm = K1 * (1.0 - B) + lengths * (K1 * B / average_length)
    scored: NDArray[np.float64] = (counts / (counts + norm[:, None])) @ (weights * (K1 + 1.0))
    return scored


@lru_cache(maxsize=16_384)
def _code(term: str) -> int:
    return crc32(term.encode())


@lru_cache(maxsize=16_384)
def _packed_code(term: str) -> bytes:
    return _code(term).to_bytes(_CODE.itemsize, "little")
