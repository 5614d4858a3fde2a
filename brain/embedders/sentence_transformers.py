"""Embedding models through sentence-transformers.

They serve machines for which onnxruntime has no wheel, and operators who prefer another model.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brain.embedders.chunking import Matrix
from brain.embedders.e5_prefixes import e5_prefixes
from brain.embedders.e5_small import NAME
from brain.embedders.worker import Encode, Worker
from brain.errors import MissingPart
from brain.memory.record import Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

E5_SMALL = "intfloat/multilingual-e5-small"
INSTALL = "pip install 'siliconfriend[sentence-transformers]'"
BATCH_CHUNKS = 32
"""Chunks in one call of the model on a CPU."""
GPU_BATCH_CHUNKS = 256
"""Chunks in one call of the model on a GPU, which is idle most of the time with fewer."""


class SentenceTransformersEmbedder:
    """Fulfils `brain.ports.Embedder`. Await `start` before reading `dimensions`."""

    def __init__(self, *, model: str = E5_SMALL, device: str | None = None) -> None:
        """Prepares the embedder without loading the model.

        Args:
            model: a name on the Hugging Face hub, or a folder.
            device: such as `cpu` or `cuda`; None means the best one there is.
        """
        # These are the weights of the bundled embedder, so the vectors of both can be compared.
        self.name = NAME if model == E5_SMALL else model
        self._dimensions: int | None = None
        self._worker = Worker(lambda: self._load(model, device), batch_chunks=BATCH_CHUNKS)

    @property
    def dimensions(self) -> int:
        """Length of each vector, known once `start` has returned.

        Raises:
            RuntimeError: the length is not known yet.
        """
        if self._dimensions is None:
            raise RuntimeError("start() has to come first")
        return self._dimensions

    async def start(self) -> None:
        """Loads the model, after downloading it where necessary, and learns its vectors' length.

        Raises:
            MissingPart: sentence-transformers is not installed.
            EmbedderError: the model cannot be loaded or fails.
        """
        [vector] = await self._worker.embed(["dimensions"], is_query=True)
        self._dimensions = len(vector)

    async def query(self, text: str) -> Vector:
        """Returns the vector to search with. Raises EmbedderError."""
        [vector] = await self._worker.embed([text], is_query=True)
        return vector

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Returns one vector a text, to be found by queries. Raises EmbedderError."""
        return await self._worker.embed(texts, is_query=False)

    async def aclose(self) -> None:
        """Ends the model's thread and frees the model."""
        await self._worker.aclose()

    def _load(self, name: str, device: str | None) -> Encode:
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 an optional extra
        except ImportError as exc:
            raise MissingPart(part="sentence-transformers", command=INSTALL) from exc
        model = SentenceTransformer(name, device=device)
        if not str(model.device).startswith("cpu"):
            self._worker.batch_chunks = GPU_BATCH_CHUNKS
        return _encoder(model, e5_prefixes(name))


def _encoder(model: "SentenceTransformer", prompts: tuple[str, str] | None) -> Encode:

    def encode(chunks: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        encoder = model.encode_query if is_query else model.encode_document
        rows = encoder(
            list(chunks),
            # None selects the prompt in the model's own configuration.
            prompt=prompts[0 if is_query else 1] if prompts else None,
            batch_size=len(chunks),
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(rows, dtype=np.float32)

    return encode
