"""Runs an embedding model in a thread of its own, so that it does not block the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numpy as np

from brain.embedders.chunking import Matrix, chunk, pool
from brain.errors import EmbedderError, SiliconfriendError
from brain.memory.record import Vector

_Result = TypeVar("_Result")

Encode = Callable[[Sequence[str], bool], Matrix]
"""Encodes chunks to a matrix with one row a chunk; the flag says whether they belong to a query."""


class Worker:
    """Loads a model when it is first needed and computes all embeddings in one thread.

    There is only one thread because the models are not safe to call from several. Chunks are
    computed in slices, so that a person's query does not wait for all of a long import.
    """

    def __init__(self, load: Callable[[], Encode], *, slice_chunks: int) -> None:
        """Creates the executor; the model is loaded later.

        Args:
            load: loads the model in the thread and returns its encoding function.
            slice_chunks: chunks in one call of the model; `load` may change the attribute.
        """
        self._load = load
        self._encode: Encode | None = None
        self.slice_chunks = slice_chunks
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedder")

    async def embed(self, texts: Sequence[str], *, is_query: bool) -> list[Vector]:
        """Returns one vector a text. Raises EmbedderError or MissingPart."""
        if not texts:
            return []
        chunked = await self._run(partial(chunk, texts))
        rows: list[Matrix] = []
        start = 0
        while start < len(chunked.chunks):
            part = chunked.chunks[start : start + self.slice_chunks]
            rows.append(await self._run(partial(self._encode_slice, part, is_query)))
            start += len(part)
        return pool(np.concatenate(rows), chunked.counts)

    async def load(self) -> None:
        """Loads the model now. Raises EmbedderError or MissingPart."""
        await self._run(self._loaded_encode)

    async def aclose(self) -> None:
        """Lets the running call finish, cancels the waiting ones and frees the model."""
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        self._encode = None

    def _encode_slice(self, part: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        return self._loaded_encode()(part, is_query)

    def _loaded_encode(self) -> Encode:
        if self._encode is None:
            self._encode = self._load()
        return self._encode

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except SiliconfriendError:
            raise
        except (RuntimeError, OSError, ValueError, MemoryError) as exc:
            raise EmbedderError(
                reason=f"The embedding model failed ({type(exc).__name__})."
            ) from exc
