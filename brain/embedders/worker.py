"""A model that computes on this machine, kept off the event loop in a thread of its own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numpy as np

from brain.embedders.pooling import Matrix, chunk, pool
from brain.errors import EmbedderError, SiliconfriendError
from brain.memory.record import Vector

_Result = TypeVar("_Result")

Encode = Callable[[Sequence[str], bool], Matrix]
"""Chunks to rows; the flag says whether they are a query's."""


class Worker:
    """Loads the model when it is first needed. One thread: models are not made for several.

    Many texts go in slices, so that a person's query does not wait for all of an import.
    """

    def __init__(self, load: Callable[[], Encode], *, slice_size: int) -> None:
        """Starts nothing yet; `slice_size` is in chunks, and may change once the model is there."""
        self._load = load
        self._encode: Encode | None = None
        self.slice_size = slice_size
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedder")

    async def embed(self, texts: Sequence[str], *, is_query: bool) -> list[Vector]:
        """One vector a text. Raises EmbedderError, MissingPart."""
        if not texts:
            return []
        chunked = await self._run(partial(chunk, texts))
        rows: list[Matrix] = []
        start = 0
        while start < len(chunked.chunks):
            part = chunked.chunks[start : start + self.slice_size]
            rows.append(await self._run(partial(self._encoded, part, is_query)))
            start += len(part)
        return pool(np.concatenate(rows), chunked.counts)

    async def load(self) -> None:
        """Load the model now. Raises EmbedderError, MissingPart."""
        await self._run(self._ready)

    async def aclose(self) -> None:
        """Let what is being computed finish, drop the rest and the model."""
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        self._encode = None

    def _encoded(self, part: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        return self._ready()(part, is_query)

    def _ready(self) -> Encode:
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
