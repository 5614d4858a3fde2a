"""Embedding models through sentence-transformers.

They serve machines for which onnxruntime has no wheel, and operators who prefer another model.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brain.embedders.chunking import Matrix
from brain.embedders.e5_prefixes import e5_prefixes
from brain.embedders.e5_small import NAME
from brain.embedders.worker import Encode, Worker, WorkerEmbedder
from brain.errors import MissingPart

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

E5_SMALL = "intfloat/multilingual-e5-small"
INSTALL = "pip install 'siliconfriend[sentence-transformers]'"
BATCH_CHUNKS = 32
"""Chunks in one call of the model on a CPU."""
GPU_BATCH_CHUNKS = 256
"""Chunks in one call of the model on a GPU, which is idle most of the time with fewer."""


class SentenceTransformersEmbedder(WorkerEmbedder):
    """Embeds with a model of sentence-transformers, which `start` downloads where necessary."""

    def __init__(self, *, model: str = E5_SMALL, device: str | None = None) -> None:
        """Prepares the embedder without loading the model.

        Args:
            model: a name on the Hugging Face hub, or a folder.
            device: such as `cpu` or `cuda`; None means the best one there is.
        """
        # These are the weights of the bundled embedder, so the vectors of both can be compared.
        self.name = NAME if model == E5_SMALL else model
        super().__init__(Worker(lambda: self._load(model, device), batch_chunks=BATCH_CHUNKS))

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
