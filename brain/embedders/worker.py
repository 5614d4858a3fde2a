"""Runs an embedding model in threads of its own, so that it does not block the event loop."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from brain.embedders.chunking import CHUNK_BYTES, Floats, Matrix, chunk, pool
from brain.errors import EmbedderError, SiliconfriendError
from brain.memory.record import Vector

Encode = Callable[[Sequence[str], bool], Matrix]
"""Encodes chunks to a matrix with one row a chunk; the flag says whether they belong to queries."""
BATCH_SHARE = 4
"""A batch has at most this part of the bytes that its chunks would have at full length."""
LONG_CHARACTERS = 4_000
"""Texts from this length on, together, are split in a thread."""


@dataclass(eq=False, slots=True)
class _Request:
    """The chunks of one caller, which are computed in their order."""

    chunks: Sequence[str]
    is_query: bool
    rows: dict[int, Floats] = field(default_factory=dict)
    """The rows of the chunks that were computed."""
    taken: int = 0
    """How many of the chunks were computed or are in a batch."""
    result: Future[Matrix] = field(default_factory=Future)


class Worker:
    """Loads a model when it is first needed, and computes what waits in batches.

    Chunks of different callers share a batch, because a model then reads its weights once for all
    of them. A batch begins with the callers of whom least was taken so far, and takes one chunk of
    each in turn, so that a person's query does not wait for a long import.
    """

    def __init__(self, load: Callable[[], Encode], *, batch_chunks: int, threads: int = 1) -> None:
        """Creates the threads; the model is loaded later.

        Args:
            load: loads the model in a thread and returns its encoding function.
            batch_chunks: most chunks in one call of the model; `load` may change the attribute.
            threads: batches that are computed at the same time.
        """
        self._load = load
        self._encode: Encode | None = None
        self.batch_chunks = batch_chunks
        self._waiting: list[_Request] = []
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="embedder")

    async def embed(self, texts: Sequence[str], *, is_query: bool) -> list[Vector]:
        """Returns one vector a text. Raises EmbedderError or MissingPart."""
        if not texts:
            return []
        with _mapped_errors():
            if sum(map(len, texts)) < LONG_CHARACTERS:
                chunked = chunk(texts)
            else:
                chunked = await asyncio.to_thread(chunk, texts)
            request = _Request(chunked.chunks, is_query)
            with self._lock:
                self._waiting.append(request)
            self._threads.submit(self._work)
            return pool(await asyncio.wrap_future(request.result), chunked.counts)

    async def load(self) -> None:
        """Loads the model now. Raises EmbedderError or MissingPart."""
        with _mapped_errors():
            await asyncio.wrap_future(self._threads.submit(self._loaded_encode))

    async def aclose(self) -> None:
        """Lets the running calls finish, fails the waiting ones and frees the model."""
        with self._lock:
            for request in self._waiting:
                if request.taken < len(request.chunks):
                    _fail(request, EmbedderError(reason="The embedder was closed."))
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        self._encode = None

    def _work(self) -> None:
        """Computes batches until nothing waits."""
        while batch := self._take():
            chunks = [request.chunks[index] for request, index in batch]
            try:
                rows = self._loaded_encode()(chunks, batch[0][0].is_query)
            except BaseException as exc:  # noqa: BLE001 the callers raise it
                with self._lock:
                    for request, _ in batch:
                        _fail(request, exc)
                continue
            with self._lock:
                for (request, index), row in zip(batch, rows, strict=True):
                    request.rows[index] = row
                    _finish(request)

    def _take(self) -> list[tuple[_Request, int]]:
        """Takes chunks from those who wait: all of queries, or all of passages."""
        with self._lock:
            self._waiting = [
                request
                for request in self._waiting
                if request.taken < len(request.chunks) and not request.result.done()
            ]
            line = deque(sorted(self._waiting, key=lambda request: request.taken))
            batch: list[tuple[_Request, int]] = []
            room = self.batch_chunks * CHUNK_BYTES // BATCH_SHARE
            while line and len(batch) < self.batch_chunks:
                request = line.popleft()
                if batch and request.is_query != batch[0][0].is_query:
                    continue
                room -= len(request.chunks[request.taken].encode())
                if batch and room < 0:
                    break
                batch.append((request, request.taken))
                request.taken += 1
                if request.taken < len(request.chunks):
                    line.append(request)
            return batch

    def _loaded_encode(self) -> Encode:
        with self._loading:
            if self._encode is None:
                self._encode = self._load()
            return self._encode


class BaseEmbedder(ABC):
    """What all embedders share; they fulfil `brain.ports.Embedder`.

    Await `start` before reading `dimensions`, unless they are known before.
    """

    def __init__(self, *, dimensions: int | None = None) -> None:
        """Takes the length of the vectors; None: `start` finds it out."""
        self._dimensions = dimensions

    @abstractmethod
    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[Vector]:
        """Returns one vector a text."""

    @property
    def dimensions(self) -> int:
        """Length of each vector.

        Raises:
            RuntimeError: the length is not known yet.
        """
        if self._dimensions is None:
            raise RuntimeError("start() has to come first")
        return self._dimensions

    async def start(self) -> None:
        """Embeds one text, to check that the model works and to learn its vectors' length.

        Raises:
            MissingPart: a library of the model is not installed.
            EmbedderError: the model cannot be used, or its vectors have another length than was
                set.
        """
        self._dimensions = len(await self.query("dimensions"))

    async def query(self, text: str) -> Vector:
        """Returns the vector to search with. Raises EmbedderError."""
        [vector] = await self._embed([text], is_query=True)
        return vector

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Returns one vector a text, to be found by queries. Raises EmbedderError."""
        return await self._embed(texts, is_query=False)


class WorkerEmbedder(BaseEmbedder):
    """What embedders whose model runs in this process share."""

    def __init__(self, worker: Worker) -> None:
        """Prepares the embedder without loading the model, which the worker loads when needed."""
        super().__init__()
        self._worker = worker

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[Vector]:
        return await self._worker.embed(texts, is_query=is_query)

    async def aclose(self) -> None:
        """Ends the model's threads and frees the model."""
        await self._worker.aclose()


def _finish(request: _Request) -> None:
    """Gives a caller the result, if it is whole and still wanted."""
    whole = len(request.rows) == len(request.chunks)
    if whole and not request.result.done() and request.result.set_running_or_notify_cancel():
        request.result.set_result(np.stack([request.rows[i] for i in range(len(request.rows))]))


def _fail(request: _Request, error: BaseException) -> None:
    if not request.result.done() and request.result.set_running_or_notify_cancel():
        request.result.set_exception(error)


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except SiliconfriendError:
        raise
    except (RuntimeError, OSError, ValueError, MemoryError) as exc:
        raise EmbedderError(reason=f"The embedding model failed ({type(exc).__name__}).") from exc
