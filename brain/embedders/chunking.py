"""Splits texts of any length into chunks that a model can take, and pools the chunks' vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from semantic_text_splitter import TextSplitter

from brain.errors import EmbedderError
from brain.memory.record import Vector

Floats = NDArray[np.float32]
Matrix = Floats
"""Float32 vectors of shape [chunks, dimensions]."""

CHUNK_BYTES = 1_000
"""Target size of a chunk in bytes of UTF-8: some 240 tokens of English or 190 of Chinese. The
models take 512 tokens, and their time grows faster than the length."""
MOST_CHUNKS = 16
"""Most chunks of one text; a longer text is sampled at even distances."""
MOST_WHOLE_CHARACTERS = 64_000
"""Longest text, in characters, that is split at paragraphs and sentences. Splitting takes more and
more time as a text grows, so a longer one is sampled at fixed positions instead."""
EMPTY_TEXT = "-"
"""Replaces a text without any visible character, because servers refuse an empty input."""

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Chunked:
    """The chunks of several texts, one text after the other, and their number for each text."""

    chunks: tuple[str, ...]
    counts: tuple[int, ...]


def chunk(texts: Sequence[str]) -> Chunked:
    """Splits each text at paragraphs, sentences or words into at most MOST_CHUNKS chunks."""
    by_text = [_chunks(text) for text in texts]
    return Chunked(tuple(part for parts in by_text for part in parts), tuple(map(len, by_text)))


def pool(vectors: Matrix, counts: Sequence[int]) -> list[Vector]:
    """Returns one vector a text: the mean of its chunks' vectors, normalised to length 1.

    Args:
        vectors: one row a chunk, in the order of `Chunked.chunks`.
        counts: the number of rows of each text; their sum is the number of rows.

    Raises:
        EmbedderError: the number of rows is wrong, or a mean is zero or not finite.
    """
    if len(vectors) != sum(counts):
        raise EmbedderError(reason=f"{sum(counts)} vectors were expected, {len(vectors)} came.")
    ends = np.cumsum(counts)
    return [
        _normalised(vectors[end - count : end].mean(axis=0))
        for end, count in zip(ends, counts, strict=True)
    ]


def _chunks(text: str) -> list[str]:
    # Lone surrogates cannot be encoded for any model, and a NUL ends the text in a library written
    # in C.
    clean = text.encode(errors="replace").decode().replace("\0", " ").strip()
    if not clean:
        return [EMPTY_TEXT]
    capacity = max(1, CHUNK_BYTES * len(clean) // len(clean.encode()))
    if len(clean) > MOST_WHOLE_CHARACTERS:
        starts = _evenly_spaced(range(len(clean) - capacity + 1), MOST_CHUNKS)
        samples = (clean[start : start + capacity].strip() for start in starts)
        return [sample for sample in samples if sample]
    return _evenly_spaced(TextSplitter(capacity).chunks(clean), MOST_CHUNKS)


def _evenly_spaced(items: Sequence[_Item], most: int) -> list[_Item]:
    """Returns at most `most` of the items at even distances, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[index * (len(items) - 1) // (most - 1)] for index in range(most)]


def _normalised(vector: Vector) -> Vector:
    norm = float(np.linalg.norm(vector))
    if not np.isfinite(norm) or norm == 0:
        raise EmbedderError(reason="The model gave a vector without a direction.")
    return (vector / norm).astype(np.float32)
