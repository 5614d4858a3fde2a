import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from brain.embedders.chunking import CHUNK_BYTES, Matrix
from brain.embedders.worker import BATCH_SHARE, Encode, Worker
from brain.errors import EmbedderError


class Model:
    """Gives each chunk the vector of its number, and waits in its first call until it may go on."""

    def __init__(self, *, waits: bool = True) -> None:
        self.calls: list[tuple[list[str], bool]] = []
        self.is_running = threading.Event()
        self.may_go_on = threading.Event()
        if not waits:
            self.may_go_on.set()

    def load(self) -> Encode:
        return self.encode

    def encode(self, chunks: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        self.calls.append((list(chunks), is_query))
        self.is_running.set()
        assert self.may_go_on.wait(60)
        if "fail" in chunks:
            raise ValueError("what a person wrote")
        return np.array([[1.0, float(chunk.strip("a") or 0)] for chunk in chunks], np.float32)


def number(vector: np.ndarray[tuple[int], np.dtype[np.float32]]) -> int:
    return round(float(vector[1] / vector[0]))


async def busy(worker: Worker, model: Model) -> "asyncio.Task[object]":
    """Have the worker's only thread compute something, so that what comes now waits."""
    task: asyncio.Task[object] = asyncio.create_task(worker.embed(["0"], is_query=False))
    await asyncio.to_thread(model.is_running.wait)
    return task


def asking(worker: Worker, *texts: str, is_query: bool = False) -> "asyncio.Task[list[int]]":
    async def ask() -> list[int]:
        return [number(vector) for vector in await worker.embed(texts, is_query=is_query)]

    return asyncio.create_task(ask())


async def test_what_waits_is_computed_together_and_each_gets_their_own() -> None:
    model = Model()
    worker = Worker(model.load, batch_chunks=8)
    await busy(worker, model)
    callers = [asking(worker, str(number)) for number in range(1, 13)]
    await asyncio.sleep(0)
    model.may_go_on.set()
    assert await asyncio.gather(*callers) == [[number] for number in range(1, 13)]
    assert [len(chunks) for chunks, _ in model.calls] == [1, 8, 4]
    await worker.aclose()


async def test_queries_and_passages_are_not_mixed() -> None:
    model = Model()
    worker = Worker(model.load, batch_chunks=8)
    await busy(worker, model)
    callers = [asking(worker, str(one), is_query=one % 2 == 1) for one in range(1, 7)]
    await asyncio.sleep(0)
    model.may_go_on.set()
    assert await asyncio.gather(*callers) == [[number] for number in range(1, 7)]
    assert model.calls[1:] == [(["1", "3", "5"], True), (["2", "4", "6"], False)]
    await worker.aclose()


async def test_who_comes_later_does_not_wait_for_many_texts() -> None:
    model = Model()
    worker = Worker(model.load, batch_chunks=4)
    await busy(worker, model)
    many = asking(worker, *map(str, range(1, 21)))
    await asyncio.sleep(0)
    late = asking(worker, "30")
    await asyncio.sleep(0)
    model.may_go_on.set()
    assert await late == [30]
    assert await many == list(range(1, 21))
    assert model.calls[1][0] == ["1", "30", "2", "3"]
    await worker.aclose()


async def test_long_chunks_make_small_batches() -> None:
    model = Model()
    worker = Worker(model.load, batch_chunks=8)
    await busy(worker, model)
    long = "a" * (CHUNK_BYTES - 1)
    callers = [asking(worker, f"{long}{number}") for number in range(8)]
    await asyncio.sleep(0)
    model.may_go_on.set()
    assert await asyncio.gather(*callers) == [[number] for number in range(8)]
    assert {len(chunks) for chunks, _ in model.calls[1:]} == {8 // BATCH_SHARE}
    await worker.aclose()


async def test_who_does_not_wait_any_more_is_left_out() -> None:
    model = Model()
    worker = Worker(model.load, batch_chunks=8)
    first = await busy(worker, model)
    gone, there = asking(worker, "1"), asking(worker, "2")
    await asyncio.sleep(0)
    gone.cancel()
    first.cancel()
    await asyncio.sleep(0)
    model.may_go_on.set()
    assert await there == [2]
    assert [chunks for chunks, _ in model.calls] == [["0"], ["2"]]
    await worker.aclose()


async def test_several_threads_compute_at_the_same_time() -> None:
    model = Model()
    worker = Worker(model.load, batch_chunks=8, threads=2)
    first = await busy(worker, model)
    model.is_running.clear()
    second = asking(worker, "1")
    await asyncio.to_thread(model.is_running.wait, 60)
    assert len(model.calls) == 2
    model.may_go_on.set()
    await first
    assert await second == [1]
    await worker.aclose()


async def test_a_failure_is_an_embedder_error_without_what_was_said_and_the_next_are_served() -> (
    None
):
    model = Model(waits=False)
    worker = Worker(model.load, batch_chunks=8)
    with pytest.raises(EmbedderError) as caught:
        await worker.embed(["fail"], is_query=True)
    assert caught.value.values == {"reason": "The embedding model failed (ValueError)."}
    assert await asking(worker, "3") == [3]
    await worker.aclose()


async def test_a_model_that_fails_to_load_is_loaded_again() -> None:
    loads: list[int] = []

    def load() -> Encode:
        loads.append(1)
        raise OSError("disk")

    worker = Worker(load, batch_chunks=1)
    for _ in range(2):
        with pytest.raises(EmbedderError) as caught:
            await worker.embed(["x"], is_query=True)
    assert caught.value.values == {"reason": "The embedding model failed (OSError)."}
    assert len(loads) == 2
    await worker.aclose()


async def test_closing_fails_who_waits() -> None:
    model = Model()
    worker = Worker(model.load, batch_chunks=8)
    first = await busy(worker, model)
    waiting = asking(worker, "1")
    await asyncio.sleep(0)
    closing = asyncio.create_task(worker.aclose())
    with pytest.raises(EmbedderError, match="closed"):
        await waiting
    model.may_go_on.set()
    await asyncio.gather(first, closing)
    with pytest.raises(EmbedderError):
        await worker.embed(["2"], is_query=False)
