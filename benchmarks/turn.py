"""Measures the steps of a turn without generation: `python -m benchmarks.turn [--quick]`.

Each step is timed through the store's own interface, from the event loop and back. Two floors are
measured in the same run:

    bare query    the SQL statements of a recall on the same file, on a plain connection in this
                  thread; their rows are fetched but not decoded
    vec0 + FTS5   the libraries alone over the same memories: sqlite-vec's own index partitioned by
                  person, and a trigram FTS5 table joined to the rows
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

import apsw
import sqlite_vec
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.population import DIMENSIONS, NOW, PLACE, Population
from benchmarks.recall_baselines import sqlite_recall
from benchmarks.timing import Samples, machine
from brain.embedders.e5_small import E5SmallEmbedder
from brain.ids import MemoryId, PersonId
from brain.memory.creation import new_memory
from brain.memory.periods import Group, life_notes
from brain.memory.record import Kind, Memory, Vector
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION
from brain.messages import Person, Scope
from brain.prompt import Setting, compose
from brain.recall import CANDIDATES, recall
from brain.turns.lease import LEASE_S
from brain.turns.options import TurnOptions
from storage.conversions import to_milliseconds
from storage.sqlite.store import SqliteStore

BATCH = 2_000
STEPS = ("embed", "recall", "bare query", "vec0 + FTS5", "compose", "store")


class Floor:
    """Searches with sqlite-vec and FTS5 alone, over the same memories as the store."""

    def __init__(self, path: Path, *, people: int) -> None:
        self._db = apsw.Connection(str(path))
        self._db.enable_load_extension(enable=True)
        self._db.load_extension(sqlite_vec.loadable_path())
        self._db.pragma("journal_mode", "WAL")
        # vec0 reserves whole chunks for each partition, so chunks are small for many people.
        chunk = 1024 if people == 1 else 128
        self._db.execute(
            f"CREATE VIRTUAL TABLE near USING vec0(person TEXT PARTITION KEY,"
            f" vector FLOAT[{DIMENSIONS}] distance_metric=cosine, fades_at INTEGER,"
            f" chunk_size={chunk});"
            "CREATE VIRTUAL TABLE worded USING fts5(text, tokenize='trigram');"
            "CREATE TABLE memories (key INTEGER PRIMARY KEY, person TEXT, text TEXT, fades_at INT)"
        )
        self._key = 0

    def add(self, batch: list[tuple[Memory, Vector]]) -> None:
        """Insert memories with their vectors."""
        with self._db:
            for memory, vector in batch:
                self._key += 1
                fades_at = to_milliseconds(memory.fades_at)
                self._db.execute(
                    "INSERT INTO near (rowid, person, vector, fades_at) VALUES (?, ?, ?, ?)",
                    (self._key, memory.person, vector.tobytes(), fades_at),
                )
                self._db.execute(
                    "INSERT INTO worded (rowid, text) VALUES (?, ?)", (self._key, memory.content)
                )
                self._db.execute(
                    "INSERT INTO memories VALUES (?, ?, ?, ?)",
                    (self._key, memory.person, memory.content, fades_at),
                )

    def search(self, person: str, text: str, vector: Vector) -> None:
        """Fetch a person's nearest memories by vector, and the best by BM25."""
        now = to_milliseconds(NOW)
        self._db.execute(
            "SELECT rowid, distance FROM near WHERE person = ? AND fades_at > ?"
            " AND vector MATCH ? AND k = ?",
            (person, now, vector.tobytes(), CANDIDATES),
        ).fetchall()
        words = " OR ".join(f'"{word}"' for word in text.split() if len(word) > 2)
        self._db.execute(
            "SELECT m.key, m.text, bm25(worded) FROM worded JOIN memories m ON m.key = worded.rowid"
            " WHERE worded MATCH ? AND m.person = ? AND m.fades_at > ? ORDER BY rank LIMIT ?",
            (words, person, now, CANDIDATES),
        ).fetchall()


async def measure(
    people: int, each: int, *, rounds: int, embedder: E5SmallEmbedder
) -> dict[str, Samples]:
    """Measure every step over one population.

    Args:
        people: the number of people.
        each: memories of each of them.
        rounds: turns to measure.
        embedder: the embedder whose query is timed.
    """
    population = Population()
    samples = {step: Samples() for step in STEPS}
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "memories.db")
        await store.check_embedder(curve=COMPANION, embedder="made up", dimensions=DIMENSIONS)
        floor = Floor(Path(folder) / "floor.db", people=people)
        for number in range(people):
            past = population.memories(Person(PersonId(f"benchmark:{number}")), each)
            while batch := list(islice(past, BATCH)):
                await store.add([memory for memory, _ in batch], [vector for _, vector in batch])
                floor.add(batch)
        bare = store._db._connect()  # noqa: SLF001 the same settings, no thread between
        for number in range(rounds):
            person = Person(PersonId(f"benchmark:{number * 7919 % people}"))
            await _turn(store, embedder, population, person, number, samples, bare, floor)
        await store.close()
    return samples


async def _turn(  # noqa: PLR0917 one round of everything
    store: SqliteStore,
    embedder: E5SmallEmbedder,
    population: Population,
    person: Person,
    number: int,
    samples: dict[str, Samples],
    bare: apsw.Connection,
    floor: Floor,
) -> None:
    scope = Scope.of(person, PLACE)
    text, vector = population.text(), population.vector()
    now = NOW + timedelta(seconds=number)
    await samples["embed"].take(embedder.query(text))

    # The first query after the embedder finds the processor's caches cold, so they take turns.
    if number % 2:
        samples["bare query"].call(lambda: sqlite_recall(bare, scope, text, vector, now))
    start = time.perf_counter()
    recalled = await recall(
        store, scope, text=text, vector=vector, now=now, limit=TurnOptions().recall_count
    )
    samples["recall"].since(start)
    if not number % 2:
        samples["bare query"].call(lambda: sqlite_recall(bare, scope, text, vector, now))
    samples["vec0 + FTS5"].call(lambda: floor.search(person.id, text, vector))

    setting = Setting(persona="A friend.", name="", language="en", now=now, zone=person.zone)
    recent = (await store.conversation(scope, PLACE.id, limit=TurnOptions().recent_turns)).recent

    def arrange() -> None:
        compose(setting, text, recalled=recalled, recent=recent, budget=3_000, count=_count_tokens)

    samples["compose"].call(arrange)

    turn = new_memory(
        id=MemoryId(f"{person.id}-now-{number}"),
        person=person,
        place=PLACE,
        kind=Kind.TURN,
        text=text,
        said_at=now,
        language="en",
        curve=COMPANION,
    )
    given = [one.memory.id for one in recalled]

    async def keep() -> None:
        where, holder = (person.id, PLACE.id), "benchmark"
        await store.acquire(*where, holder=holder, lease_s=LEASE_S)
        await store.conversation(
            scope,
            PLACE.id,
            limit=TurnOptions().recent_turns,
            notes=life_notes(Group(scope.person, scope.place)),
        )
        await store.begin(scope, turn)
        await store.finish(
            scope,
            turn.id,
            reply=text,
            vector=vector,
            recalled=given,
            reinforced=dict.fromkeys(given, Gain(COMPANION.step)),
            now=now,
            curve=COMPANION,
        )
        await store.release(*where, holder=holder)

    await samples["store"].take(keep())


def _count_tokens(text: str) -> int:
    return len(text) // 3 + 1


def _populations(*, quick: bool) -> Iterator[tuple[int, int]]:
    yield from ((1, 100), (1, 1_000), (1, 10_000))
    if not quick:
        yield from ((1, 100_000), (1_000, 100))


async def main(*, quick: bool, rounds: int) -> None:
    """Measure, and print the table."""
    console = Console(width=160)
    console.print(f"A turn without generation, milliseconds, p50 / p99. {machine()}.\n")
    # The table is Markdown because docs/costs.md contains it.
    table = Table("people x memories", *STEPS, "all but embed", "recall : bare", box=box.MARKDOWN)
    embedder = E5SmallEmbedder()
    await embedder.query("warm up")
    for people, each in _populations(quick=quick):
        samples = await measure(people, each, rounds=rounds, embedder=embedder)
        rest = sum(samples[step].p50 for step in ("recall", "compose", "store"))
        table.add_row(
            f"{people:,} x {each:,}",
            *(f"{samples[step].p50:.2f} / {samples[step].p99:.2f}" for step in STEPS),
            f"{rest:.2f}",
            f"{samples['recall'].p50 / samples['bare query'].p50:.2f}",
        )
    await embedder.aclose()
    console.print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the large populations")
    parser.add_argument("--rounds", type=int, default=200, help="turns measured per population")
    arguments = parser.parse_args()
    asyncio.run(main(quick=arguments.quick, rounds=arguments.rounds))
