"""The measurements of `benchmarks.store`, over a filled store and its floor."""

import asyncio
import itertools
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from rich.progress import Progress

from benchmarks.other_libraries import WANTED, Vectors, installed
from benchmarks.population import DIMENSIONS, NOW, PLACE, Population
from benchmarks.recall_baselines import Call, Floor
from benchmarks.timing import Samples
from brain.companion import BATCH
from brain.ids import MemoryId, PersonId
from brain.memory.creation import new_memory
from brain.memory.record import Kind, Memory, Vector
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION
from brain.messages import Person, Scope
from brain.recall import CANDIDATES, recall
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore

MEMORIES_EACH = 100
"""Memories of each person."""
AT_ONCE = 32
"""Concurrent recalls."""
BATCHES_AHEAD = 4
"""People whose memories are written at the same time."""
OURS = "siliconfriend"
OURS_MINIMAL = "siliconfriend, as little"
"""Does no more than the other libraries: searches by the vector alone, and writes a turn once."""
REPEATS = 5
"""Runs of which the median rate counts."""
BLOCK = 20
"""Consecutive calls of one library."""
LONG_AGO = NOW - timedelta(days=365 * 30)
"""Memories of this age that were never recalled are due to be forgotten."""

Store = RedisStore | SqliteStore


@dataclass(frozen=True, slots=True)
class Subject:
    """A filled store, with its floor."""

    store: Store
    floor: Floor
    population: Population
    people: int
    bytes_each: float
    """Bytes of the database per memory."""

    def someone(self) -> Person:
        """Returns a random person."""
        return person_number(random.randrange(self.people))

    def pair(self) -> tuple[Call, Call]:
        """Returns a random recall twice: by the store, and by its floor."""
        scope = Scope.of(self.someone(), PLACE)
        text, vector = self.population.text(), self.population.vector()
        bare = self.floor.recall(scope, text, vector, NOW)
        store = self.store
        return (
            lambda: store.search(scope, text=text, vector=vector, now=NOW, limit=CANDIDATES),
            bare,
        )


class StoreBenchmark:
    """Runs the measurements, and shows their progress."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    async def fill(self, store: Store, people: Sequence[Person], population: Population) -> None:
        """Add memories of each of these people to a store."""
        task = self._progress.add_task(
            f"{len(people) * MEMORIES_EACH:,} memories", total=len(people)
        )
        room = asyncio.Semaphore(BATCHES_AHEAD)

        async def keep(past: Sequence[tuple[Memory, Vector]]) -> None:
            await store.add([memory for memory, _ in past], [vector for _, vector in past])
            self._progress.advance(task)
            room.release()

        # The database works while the next person's memories are generated.
        async with asyncio.TaskGroup() as group:
            for person in people:
                until = LONG_AGO if person.id.startswith("old") else NOW
                await room.acquire()
                past = list(population.memories(person, MEMORIES_EACH, until=until))
                group.create_task(keep(past))
        self._progress.remove_task(task)

    async def recalls(self, subject: Subject, rounds: int) -> tuple[Samples, Samples]:
        """Returns the durations of single recalls, by the store and by its floor."""
        ours, bare = Samples(), Samples()
        for number in self._progress.track(range(rounds), description="recalls"):
            pair = list(zip((ours, bare), subject.pair(), strict=True))
            # The second call finds the person's memories in caches, so the order alternates.
            for samples, call in pair[:: 1 if number % 2 else -1]:
                await samples.take(call())
        return ours, bare

    async def rates(self, subject: Subject, rounds: int) -> tuple[float, float]:
        """Returns recalls per second with `AT_ONCE` at a time, by the store and by its floor."""
        measured: tuple[list[float], list[float]] = ([], [])
        for _ in self._progress.track(range(REPEATS), description=f"{AT_ONCE} at once"):
            pairs = [subject.pair() for _ in range(rounds)]
            for rates, calls in zip(measured, zip(*pairs, strict=True), strict=True):
                rates.append(await _rate(calls))
        return statistics.median(measured[0]), statistics.median(measured[1])

    async def finishes(self, subject: Subject, rounds: int) -> tuple[Samples, str]:
        """Times finished turns with reply, vector and `WANTED` reinforcements.

        Returns:
            The durations, and Redis's reads from a connection for one of them; for SQLite, "".
        """
        samples, store = Samples(), subject.store
        before = await _reads(store)
        for number in self._progress.track(range(rounds), description="finishes"):
            person = subject.someone()
            scope = Scope.of(person, PLACE)
            turn = _turn(person, f"{person.id}-now-{number}", subject.population.text())
            await store.begin(scope, turn)
            recalled = [MemoryId(f"{person.id}-{index}") for index in range(WANTED)]
            finish = store.finish(
                scope,
                turn.id,
                reply=subject.population.text(),
                vector=subject.population.vector(),
                recalled=recalled,
                reinforced=dict.fromkeys(recalled, Gain(COMPANION.step)),
                now=NOW,
                curve=COMPANION,
            )
            await samples.take(finish)
        if before is None:
            return samples, ""
        # Each turn was also begun with one read, and the last INFO is a read as well.
        reads = ((await _reads(store) or 0) - before - 1) / rounds - 1
        return samples, f"{reads:.2f}"

    async def forgetting(self, subject: Subject, due: int) -> tuple[float, Samples, Samples]:
        """Forgets `due` memories while recalls run.

        Returns:
            The seconds it took, and the durations of recalls before it and while it ran.
        """
        old = [Person(PersonId(f"old:{number}")) for number in range(due // MEMORIES_EACH)]
        await self.fill(subject.store, old, subject.population)
        quiet, _ = await self.recalls(subject, 300)
        start, busy, archived = time.perf_counter(), Samples(), 0

        async def forget() -> None:
            nonlocal archived
            while count := (
                await subject.store.forget_due(now=NOW, curve=COMPANION, limit=BATCH)
            ).archived:
                archived += count
                self._progress.update(task, completed=archived)

        task = self._progress.add_task("forgetting", total=due)
        forgetting = asyncio.create_task(forget())
        while not forgetting.done():
            await busy.take(subject.pair()[0]())
        await forgetting
        seconds = time.perf_counter() - start
        self._progress.remove_task(task)
        if archived != due:
            raise RuntimeError(f"{due} were due, {archived} went")
        return seconds, quiet, busy

    async def others(
        self, subject: Subject, url: str, folder: Path, rounds: int
    ) -> dict[str, tuple[Samples, Samples]]:
        """Returns the durations of recalls and of kept turns by library, this project's first.

        Args:
            subject: the filled store of this project.
            url: the address of the Redis that all libraries use.
            folder: a folder for files of the libraries.
            rounds: calls of each library.
        """
        population, vectors = Population(), Vectors()
        past = {
            person: list(population.memories(person, MEMORIES_EACH))
            for person in map(person_number, range(subject.people))
        }
        for memory, vector in itertools.chain.from_iterable(past.values()):
            vectors[memory.content] = vector
        others = installed(url, vectors, dimensions=DIMENSIONS, folder=folder)
        names = (OURS, OURS_MINIMAL, *(other.name for other in others))
        samples = {name: (Samples(), Samples()) for name in names}
        for other in others:
            batches = self._progress.track(past.values(), description=f"filling {other.name}")
            for batch in batches:
                other.fill(batch)

        def turn() -> tuple[Person, str, str, Vector]:
            text, reply, vector = population.text(), population.text(), population.vector()
            for said in (text, reply, f"{text}\n{reply}"):
                vectors[said] = vector
            return subject.someone(), text, reply, vector

        # Calls come in blocks, as a slow library pushes Redis out of the processor's caches.
        for block in self._progress.track(range(rounds // BLOCK), description="side by side"):
            recall, keep = samples[OURS]
            for number in range(BLOCK):
                person, text, reply, vector = turn()
                name = f"other-{block}-{number}"
                await recall.take(_recall(subject.store, person, text, vector))
                await keep.take(_keep(subject.store, person, (text, reply), vector, name=name))
            recall, keep = samples[OURS_MINIMAL]
            for number in range(BLOCK):
                person, text, reply, vector = turn()
                said = replace(_turn(person, f"as-little-{block}-{number}", text), reply=reply)
                await recall.take(_by_vector(subject.store, person, vector))
                await keep.take(subject.store.add([said], [vector]))
            for other, _ in itertools.product(others, range(BLOCK)):
                person, text, reply, _ = turn()
                recall, keep = samples[other.name]
                recall.call(partial(other.recall, person, text))
                keep.call(partial(other.keep, person, text, reply))
        return samples


def person_number(number: int) -> Person:
    """Returns the person with a number."""
    return Person(PersonId(f"benchmark:{number}"))


async def _rate(calls: Sequence[Call]) -> float:
    waiting = iter(calls)

    async def work() -> None:
        for call in waiting:
            await call()

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return len(calls) / (time.perf_counter() - start)


async def _reads(store: Store) -> int | None:
    if isinstance(store, SqliteStore):
        return None
    stats = await store._db.send("INFO", "stats")  # noqa: SLF001 no port gives these statistics
    return int(stats["total_reads_processed"])


def _turn(person: Person, name: str, text: str) -> Memory:
    return new_memory(
        id=MemoryId(name),
        person=person,
        place=PLACE,
        kind=Kind.TURN,
        text=text,
        said_at=NOW,
        language="en",
        curve=COMPANION,
    )


async def _recall(store: Store, person: Person, text: str, vector: Vector) -> None:
    scope = Scope.of(person, PLACE)
    await recall(store, scope, text=text, vector=vector, now=NOW, limit=WANTED)


async def _by_vector(store: Store, person: Person, vector: Vector) -> None:
    scope = Scope.of(person, PLACE)
    await store.search(scope, text="", vector=vector, now=NOW, limit=WANTED)


async def _keep(
    store: Store, person: Person, said: tuple[str, str], vector: Vector, *, name: str
) -> None:
    scope = Scope.of(person, PLACE)
    text, reply = said
    await store.begin(scope, _turn(person, name, text))
    await store.finish(
        scope, MemoryId(name), reply=reply, vector=vector, recalled=(), now=NOW, curve=COMPANION
    )
