"""Measures both stores against their bare databases, and against other libraries.

`python -m benchmarks.store [--quick | --full]` starts a Redis of its own, from the wheels that the
tests use. Calls that are compared alternate, so that other work on the machine slows both alike;
their ratios are more reliable than the times.

    bare        the same commands or statements by the same driver; answers are fetched but not
                decoded (`benchmarks.recall_baselines`)
    as little   this project's store, searching by the vector alone and writing each turn once,
                which is all that the other libraries do
    reads       how often Redis had to read from a connection for one finished turn
    forgetting  all due memories are archived, in batches as in the product, while recalls run
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.population import DIMENSIONS, Population
from benchmarks.recall_baselines import RedisFloor, SqliteFloor
from benchmarks.store_measurements import (
    AT_ONCE,
    MEMORIES_EACH,
    OURS,
    StoreBenchmark,
    Subject,
    person_number,
)
from benchmarks.timing import Samples, machine
from brain.memory.retention import COMPANION
from storage.redis.schema import Precision
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.redis_server import running

SMALLEST = 10_000
FINDS_BY = {
    OURS: "vector, words, neighbours, retention",
    "mem0ai": "vector (60 to choose from), entities",
}


@asynccontextmanager
async def sqlite(benchmark: StoreBenchmark, folder: Path, memories: int) -> AsyncIterator[Subject]:
    """Opens and fills a SQLite store with a number of memories, and closes it afterwards."""
    path = folder / "memories.db"
    store = await SqliteStore.open(path)
    floor = SqliteFloor(store)
    try:
        await store.check_embedder(curve=COMPANION, embedder="made up", dimensions=DIMENSIONS)
        people, population = memories // MEMORIES_EACH, Population()
        await benchmark.fill(store, [person_number(number) for number in range(people)], population)
        size = path.stat().st_size
        yield Subject(store, floor, population, people, size / memories)
    finally:
        await floor.close()
        await store.close()


@asynccontextmanager
async def redis(
    benchmark: StoreBenchmark, url: str, memories: int, *, precision: Precision = "float32"
) -> AsyncIterator[Subject]:
    """Fills an empty Redis with a number of memories, and closes the store afterwards."""
    store = await RedisStore.open(
        url, dimensions=DIMENSIONS, precision=precision, prefix=f"benchmark-{precision}"
    )
    floor = RedisFloor(store, url)
    try:
        await store.check_embedder(curve=COMPANION, embedder="made up", dimensions=DIMENSIONS)
        before = int((await store.diagnose())["bytes"])
        people, population = memories // MEMORIES_EACH, Population()
        await benchmark.fill(store, [person_number(number) for number in range(people)], population)
        size = int((await store.diagnose())["bytes"]) - before
        yield Subject(store, floor, population, people, size / memories)
    finally:
        await floor.close()
        await store.close()


class Tables:
    """The tables, which are filled as figures are measured."""

    def __init__(self) -> None:
        self.recall = Table(
            "store",
            "memories",
            "recall",
            "bare",
            "ratio",
            f"{AT_ONCE} at once",
            "bare",
            "share",
            "finish",
            "reads",
            "bytes each",
            title="Recall and finish (milliseconds, p50 / p99; at once: recalls a second)",
        )
        self.forget = Table(
            "store",
            "due",
            "seconds",
            "recall before",
            "meanwhile",
            title="Forgetting while recalls run (milliseconds, p50 / p99)",
        )
        self.others = Table(
            "library",
            "finds by",
            "recall",
            ": ours",
            "keep a turn",
            ": ours",
            title=f"The same work by others, in Redis, {SMALLEST:,} memories (milliseconds)",
        )

    async def add(
        self, benchmark: StoreBenchmark, name: str, subject: Subject, memories: int, rounds: int
    ) -> None:
        """Measure recalls and finished turns of one store at one size."""
        ours, bare = await benchmark.recalls(subject, rounds)
        rate, bare_rate = await benchmark.rates(subject, rounds)
        finish, reads = await benchmark.finishes(subject, rounds)
        self.recall.add_row(
            name,
            f"{memories:,}",
            _both(ours),
            _both(bare),
            f"{ours.p50 / bare.p50:.2f}",
            f"{rate:,.0f}",
            f"{bare_rate:,.0f}",
            f"{rate / bare_rate:.0%}",
            _both(finish),
            reads,
            f"{subject.bytes_each:,.0f}",
        )

    async def add_forgetting(
        self, benchmark: StoreBenchmark, name: str, subject: Subject, due: int
    ) -> None:
        """Measure one store while it forgets `due` memories."""
        seconds, before, meanwhile = await benchmark.forgetting(subject, due)
        self.forget.add_row(name, f"{due:,}", f"{seconds:.1f}", _both(before), _both(meanwhile))

    def add_others(self, samples: dict[str, tuple[Samples, Samples]]) -> None:
        """Add the recalls and kept turns of each library; this project's own come first."""
        ours = next(iter(samples.values()))
        for name, (recall, keep) in samples.items():
            self.others.add_row(
                name,
                FINDS_BY.get(name, "vector"),
                _both(recall),
                f"{recall.p50 / ours[0].p50:.2f}",
                _both(keep),
                f"{keep.p50 / ours[1].p50:.2f}",
            )


def _both(samples: Samples) -> str:
    return f"{samples.p50:.2f} / {samples.p99:.2f}"


async def measure(
    benchmark: StoreBenchmark, tables: Tables, *, sizes: list[int], due: int, rounds: int
) -> None:
    """Measure every store at every size, each with an empty database.

    Args:
        benchmark: runs the measurements.
        tables: the tables to fill.
        sizes: numbers of memories.
        due: how many memories are forgotten.
        rounds: recalls and turns for each figure.
    """
    for memories in sizes:
        with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
            async with redis(benchmark, server.url, memories) as subject:
                await tables.add(benchmark, "Redis", subject, memories, rounds)
                if memories == SMALLEST:
                    own = Path(folder)
                    tables.add_others(await benchmark.others(subject, server.url, own, rounds))
                    await tables.add_forgetting(benchmark, "Redis", subject, due)
            async with sqlite(benchmark, Path(folder), memories) as subject:
                await tables.add(benchmark, "SQLite", subject, memories, rounds)
                if memories == SMALLEST:
                    await tables.add_forgetting(benchmark, "SQLite", subject, due)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        async with redis(benchmark, server.url, SMALLEST, precision="float16") as subject:
            await tables.add(benchmark, "Redis, float16", subject, SMALLEST, rounds)


def main(*, sizes: list[int], due: int, rounds: int) -> None:
    """Measure, and print the tables; an interrupted run prints what it had measured."""
    console, tables = Console(width=132), Tables()
    console.print(
        f"[bold]Stores[/], {DIMENSIONS} dimensions, {MEMORIES_EACH} memories a person\n"
        f"{machine()}\n"
    )
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            asyncio.run(
                measure(StoreBenchmark(progress), tables, sizes=sizes, due=due, rounds=rounds)
            )
    finally:
        for table in (tables.recall, tables.forget, tables.others):
            console.print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="10,000 memories alone (a minute)")
    size.add_argument("--full", action="store_true", help="1,000,000 as well (half an hour)")
    arguments = parser.parse_args()
    chosen = [SMALLEST, 100_000, 1_000_000][: 1 if arguments.quick else 3 if arguments.full else 2]
    main(sizes=chosen, due=max(chosen) // 10, rounds=200 if arguments.quick else 500)
