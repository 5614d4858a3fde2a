"""The default embedder: multilingual-e5-small in 4 bits, computed on the CPU of this machine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brain.embedders.chunking import Floats, Matrix
from brain.embedders.e5_graph import GRAPH
from brain.embedders.e5_prefixes import PREFIXES
from brain.embedders.e5_weights import (
    BEGINNING,
    END,
    HIDDEN,
    MOST_TOKENS,
    E5Weights,
    weights_file,
)
from brain.embedders.onnx_file import BATCH_CHUNKS, groups, normalized, open_session, run
from brain.embedders.worker import Encode, Worker, WorkerEmbedder

NAME = "multilingual-e5-small"


class E5SmallEmbedder(WorkerEmbedder):
    """Embeds with the bundled model, which is loaded when it is first needed."""

    name = NAME
    dimensions = HIDDEN

    def __init__(self, *, threads: int = 1) -> None:
        """Prepares the embedder without loading the model.

        Args:
            threads: CPU threads; each computes texts of its own.
        """
        super().__init__(Worker(_load, batch_chunks=BATCH_CHUNKS, threads=threads))

    async def start(self) -> None:
        """Loads the model now rather than with the first text.

        Raises:
            MissingPart: onnxruntime is not installed.
            EmbedderError: the weights are damaged, or are missing and cannot be fetched.
        """
        await self._worker.load()


def _load() -> Encode:
    weights = E5Weights(weights_file())
    session = open_session(GRAPH.read_bytes(), initializers=weights.initializers, is_fused=True)

    def encode(chunks: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        prefix = PREFIXES[0 if is_query else 1]
        tokens = [
            np.array([BEGINNING, *weights.tokenize(prefix + part)[: MOST_TOKENS - 2], END])
            for part in chunks
        ]
        rows: dict[int, Floats] = {}
        for group in groups(list(map(len, tokens))):
            vectors = computed([tokens[index] for index in group])
            rows.update(zip(group, vectors, strict=True))
        return np.stack([rows[index] for index in range(len(chunks))])

    def computed(texts: Sequence[NDArray[np.int64]]) -> Matrix:
        """Lays texts out as `e5_graph` describes, and returns their vectors."""
        lengths = np.array(list(map(len, texts)))
        count = int(lengths.sum())
        mask = np.arange(lengths.max()) < lengths[:, None]
        rectangle = np.zeros(mask.shape, np.int64)
        rectangle[mask] = np.arange(count)
        pooling = np.zeros((len(texts), count), np.float32)
        pooling[np.nonzero(mask)[0], np.arange(count)] = np.repeat(1 / lengths, lengths)
        feeds: dict[str, NDArray[Any]] = {
            "embeddings": weights.embeddings(np.concatenate(texts), np.nonzero(mask)[1]),
            "rectangle": rectangle,
            "mask": mask.astype(np.int32),
            "places": np.flatnonzero(mask),
            "pooling": pooling,
        }
        return normalized(run(session, feeds, "vectors"))

    return encode
