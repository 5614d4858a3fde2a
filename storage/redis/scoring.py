"""Computes BM25 for many candidates at once, with numpy.

Each memory has its terms as codes of four bytes beside the words that the index reads, because
splitting forty-eight texts took as long as the rest of a recall. Two terms have the same code once
in four thousand million; a memory with such a term ranks a little too high.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from brain.memory.bm25 import saturated_frequencies

_CODE = np.dtype("<u4")


def codes_of(terms: Sequence[str]) -> bytes:
    """Return the codes of a text's terms, repeated ones included, as a hash keeps them."""
    return b"".join(map(_packed_code, terms))


def scores(
    query: Mapping[str, float], documents: Sequence[bytes], *, average_length: float
) -> NDArray[np.float64]:
    """Return the BM25 scores of documents, with the shape (documents,).

    Args:
        query: the inverse document frequency of each term of the query.
        documents: the codes of each document (`codes_of`).
        average_length: the average length of the person's documents, in terms.
    """
    if not query or not documents:
        return np.zeros(len(documents))
    worth = sorted((_code(term), weight) for term, weight in query.items())
    searched = np.array([code for code, _ in worth], _CODE)
    weights = np.array([weight for _, weight in worth])
    lengths, rest = np.divmod([len(document) for document in documents], _CODE.itemsize)
    if rest.any():
        # Damaged codes count as none.
        documents = [b"" if more else each for each, more in zip(documents, rest, strict=True)]
        lengths[rest > 0] = 0
    found = np.frombuffer(b"".join(documents), _CODE)
    column = searched.searchsorted(found)
    hits = (searched.take(column, mode="clip") == found).nonzero()[0]
    # Each hit is the number of its cell in a table of documents and terms.
    rows, columns = len(lengths), len(searched)
    row = np.arange(0, rows * columns, columns).repeat(lengths)
    cells = np.bincount((row + column)[hits], minlength=rows * columns)
    counts = cells.reshape(rows, columns)
    scored: NDArray[np.float64] = (
        saturated_frequencies(counts, lengths[:, None], average_length=average_length) @ weights
    )
    return scored


@lru_cache(maxsize=16_384)
def _code(term: str) -> int:
    return crc32(term.encode())


@lru_cache(maxsize=16_384)
def _packed_code(term: str) -> bytes:
    return _code(term).to_bytes(_CODE.itemsize, "little")
