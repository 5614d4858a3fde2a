"""Texts of any length to chunks that a model can take, and their vectors back to one each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from semantic_text_splitter import TextSplitter

from brain.errors import EmbedderError
from brain.memory.record import Vector

Matrix = NDArray[np.float32]
"""One row a chunk."""

CHUNK_BYTES = 1_000
"""About so much UTF-8 is one chunk: some 240 tokens of English, 190 of Chinese. The models take
512, and their time grows faster than the length."""
MOST_CHUNKS = 16
"""Of one text; a longer one is sampled evenly."""
WHOLE = 64_000
"""Characters up to which a text is split at its joints, which takes longer and longer; samples
are cut out of what is beyond."""
NOTHING = "-"
"""Stands for a text without a visible character: servers refuse an empty one."""

_Item = TypeVar("_Item")
_E5_PREFIXES = ("query: ", "passage: ")


@dataclass(frozen=True, slots=True)
class Chunked:
    """The chunks of several texts in a row, and how many belong to each."""

    chunks: tuple[str, ...]
    counts: tuple[int, ...]


def chunk(texts: Sequence[str]) -> Chunked:
    """Cut each text at paragraphs, sentences or words into at most MOST_CHUNKS chunks."""
    each = [_chunks(text) for text in texts]
    return Chunked(tuple(part for parts in each for part in parts), tuple(map(len, each)))


def pool(vectors: Matrix, counts: Sequence[int]) -> list[Vector]:
    """The normalised mean of each text's vectors. Raises EmbedderError for what has no direction.

    Args:
        vectors: one row a chunk, in order.
        counts: how many rows belong to each text; their sum is the number of rows.
    """
    if len(vectors) != sum(counts):
        raise EmbedderError(reason=f"{sum(counts)} vectors were expected, {len(vectors)} came.")
    ends = np.cumsum(counts)
    return [
        _normalised(vectors[end - count : end].mean(axis=0))
        for end, count in zip(ends, counts, strict=True)
    ]


def prefixes(model: str) -> tuple[str, str] | None:
    """What the E5 models were trained to see before a query and before a passage; None: others."""
    name = model.lower().rpartition("/")[2]
    is_e5 = name.startswith(("e5-", "multilingual-e5-")) and "instruct" not in name
    return _E5_PREFIXES if is_e5 else None


def _chunks(text: str) -> list[str]:
    # Lone surrogates fit in no model's input, and a NUL ends the text for those written in C.
    clean = text.encode(errors="replace").decode().replace("\0", " ").strip()
    if not clean:
        return [NOTHING]
    capacity = max(1, CHUNK_BYTES * len(clean) // len(clean.encode()))
    if len(clean) > WHOLE:
        starts = _spread(range(len(clean) - capacity + 1), MOST_CHUNKS)
        samples = (clean[start : start + capacity].strip() for start in starts)
        return [sample for sample in samples if sample]
    return _spread(TextSplitter(capacity).chunks(clean), MOST_CHUNKS)


def _spread(items: Sequence[_Item], most: int) -> list[_Item]:
    """At most so many of them, evenly, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[place * (len(items) - 1) // (most - 1)] for place in range(most)]


def _normalised(vector: Vector) -> Vector:
    norm = float(np.linalg.norm(vector))
    if not np.isfinite(norm) or norm == 0:
        raise EmbedderError(reason="The model gave a vector without a direction.")
    return (vector / norm).astype(np.float32)
