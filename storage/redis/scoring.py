"""Computes BM25 for many candidates at once, with numpy.

Each memory has its terms as codes of four bytes beside the words that the index reads, because
splitting forty-eight texts took as long as the rest of a recall. They are the number of terms of
the message, the codes of these, and those of the reply. Two terms have the same code once in four
thousand million; a memory with such a term ranks a little too high.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from brain.memory.bm25 import saturated_frequencies

_CODE = np.dtype("<u4")


def codes_of(message: Sequence[str], reply: Sequence[str] = ()) -> bytes:
    """Return the codes of a memory's terms, repeated ones included, as a hash keeps them."""
    return len(message).to_bytes(_CODE.itemsize, "little") + codes_of_reply((*message, *reply))


def codes_of_reply(terms: Sequence[str]) -> bytes:
    """Return what the codes of a memory end with once it has a reply of these terms."""
    return b"".join(map(_packed_code, terms))


def scores(
    query: Mapping[str, float],
    documents: Sequence[bytes],
    *,
    average_lengths: tuple[float, float],
) -> NDArray[np.float64]:
    """Return the BM25 scores of documents, with the shape (documents,).

    Args:
        query: the inverse document frequency of each term of the query.
        documents: the codes of each document (`codes_of`).
        average_lengths: the average lengths of the person's messages and of their replies, in
            terms, both over all documents.
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
    ends = lengths.cumsum()
    starts = ends - lengths
    # The first code of a document is the number of terms of its message.
    lengths = np.maximum(lengths - 1, 0)
    messages = np.minimum(np.append(found, 0)[starts], lengths)
    column = searched.searchsorted(found)
    hits = (searched.take(column, mode="clip") == found).nonzero()[0]
    row = ends.searchsorted(hits, side="right")
    place = hits - starts[row]
    # Each hit is the number of its cell in a table of fields, documents and terms.
    rows, columns = len(lengths), len(searched)
    cells = ((place > messages[row]) * rows + row) * columns + column[hits]
    counts = np.bincount(cells[place > 0], minlength=2 * rows * columns)
    frequencies = saturated_frequencies(
        counts.reshape(2, rows, columns),
        (messages[:, None], (lengths - messages)[:, None]),
        average_lengths=average_lengths,
    )
    scored: NDArray[np.float64] = frequencies @ weights
    return scored


@lru_cache(maxsize=16_384)
def _code(term: str) -> int:
    return crc32(term.encode())


@lru_cache(maxsize=16_384)
def _packed_code(term: str) -> bytes:
    return _code(term).to_bytes(_CODE.itemsize, "little")
