"""All of one store into another: people, memories alive and archived, their vectors, and values.

The source is only read. Each batch is durable and ids are kept, so a migration that was interrupted
is completed by migrating again, and a second one adds nothing. `compare` tells afterwards whether
both stores hold the same.

What was said in the same millisecond keeps its order: a store orders it by when it was added, so
each list is walked once to its oldest end, cursor by cursor, and copied from there.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from brain.errors import EmbedderChanged
from brain.memory.creation import on_curve
from brain.memory.record import FOREVER, Memory, Vector
from brain.memory.retention import Curve
from brain.memory_pages import everything
from brain.messages import Person, Scope
from brain.ports import Embedder, MemoryStore
from brain.ports.derivations import StaleDay
from brain.preferences import preference_values
from brain.transfer.export_format import header_line, memory_line
from brain.transfer.values_migration import copy_values, missing_values

BATCH = 200
"""Memories in hand at a time, and written in one step."""
_ALL = 1_000_000
"""More days than anybody lives in all of their places."""
_SAME = timedelta(milliseconds=2)
"""What two ways to solve the same curve may differ by: stores cut to milliseconds."""
_DIGEST_BYTES = 32

Progress = Callable[[int, int], None]
"""Told the memories done and their number, as far as it is known, after each batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a migration did."""

    people: int
    added: int
    known: int
    """Memories that the target had already."""
    values: int = 0
    """Values of people and places (`brain.ports.values`) that the target did not have yet."""


@dataclass(frozen=True, slots=True)
class Holding:
    """All that a store has of one person, as two figures."""

    memories: int
    """Alive and archived."""
    checksum: str
    """Of their settings, preferences and memories, hexadecimal; the order does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A person, or a server or group, of whom the two stores do not hold the same."""

    person: str
    """Or the owner of values that the target lacks (`brain.transfer.values_migration`)."""
    source: Holding
    target: Holding


async def takes_vectors(source: MemoryStore, target: MemoryStore, *, curve: Curve) -> bool:
    """Give the target the source's embedder, or say that it has another one.

    False: the target has vectors of its own, of another embedder, and needs every memory embedded
    anew.
    """
    space = await source.embedder()
    if space is None:
        return True
    name, dimensions = space
    try:
        await target.check_embedder(curve=curve, embedder=name, dimensions=dimensions)
    except EmbedderChanged:
        return False
    return True


async def migrate(
    source: MemoryStore,
    target: MemoryStore,
    *,
    curve: Curve,
    embedder: Embedder | None,
    progress: Progress,
) -> Copied:
    """Copy what the target does not have yet.

    Values go first: where somebody paused, nothing is kept from the first moment. A day that was
    summarised is so afterwards. Memories stay as they are. Only where they were kept on another
    curve than the one in force, the times at which they fade and are forgotten are solved anew, as
    at any start.

    Args:
        source: is read.
        target: is added to; its embedder was checked.
        curve: of forgetting.
        embedder: for the vectors; None: they are copied (`takes_vectors`).
        progress: see there.

    Raises:
        EmbedderError, StoreError: in between; migrating again goes on where this ended.
    """
    people = await source.people()
    scopes = [Scope.everything_of(person.id) for person in people]
    total = sum([await source.count(scope) for scope in scopes])
    values = await copy_values(source, target, people)
    added = done = 0
    for person, scope in zip(people, scopes, strict=True):
        if await target.person(person.id) != person:
            await target.save_person(person)
        before = await _stale(target, person)
        for archived in (False, True):
            cursors, number = await _cursors(source, scope, archived=archived)
            if archived:
                total += number
            for cursor in reversed(cursors):
                page = await source.page(scope, limit=BATCH, after=cursor, archived=archived)
                batch = [_on(curve, memory) for memory in reversed(page.memories)]
                added += await _add(batch, scope, source, target, embedder=embedder)
                done += len(batch)
                progress(done, max(total, done))
        now_stale, waiting = await _stale(target, person), await _stale(source, person)
        summarised = now_stale.keys() - before.keys() - waiting.keys()
        await target.mark_summarised([now_stale[day] for day in summarised])
    return Copied(people=len(people), added=added, known=done - added, values=values)


async def compare(
    source: MemoryStore, target: MemoryStore, *, progress: Progress
) -> AsyncIterator[Difference]:
    """Everybody of the source of whom the target holds anything else.

    Then the servers and groups of which it lacks a value, where the source can list them.
    """
    people = await source.people()
    for done, person in enumerate(people, start=1):
        here, there = await asyncio.gather(holding(source, person.id), holding(target, person.id))
        if here != there:
            yield Difference(person=person.id, source=here, target=there)
        progress(done, len(people))
    async for owner, left, right in missing_values(source, target, people):
        yield Difference(person=owner, source=Holding(0, left), target=Holding(0, right))


async def holding(store: MemoryStore, person_id: str) -> Holding:
    """Count and checksum of one person, in constant space.

    The checksum is the sum of the digests of the lines of their export, and of what they asked for.
    It leaves out when each memory fades and is forgotten: this follows from the others and the
    curve in force.
    """
    person = await store.person(person_id) or Person(person_id)
    total = _digest(header_line(person, exported_at=FOREVER))
    total += sum(
        _digest(f"{name}\n{preference}")
        for name, preference in (await preference_values(store.values, person_id)).items()
    )
    number = 0
    async for memory in everything(store, Scope.everything_of(person_id)):
        total += _digest(memory_line(replace(memory, fades_at=FOREVER, forgotten_at=FOREVER)))
        number += 1
    checksum = total % (1 << 8 * _DIGEST_BYTES)
    return Holding(number, f"{checksum:0{2 * _DIGEST_BYTES}x}")


async def _add(
    batch: Sequence[Memory],
    scope: Scope,
    source: MemoryStore,
    target: MemoryStore,
    *,
    embedder: Embedder | None,
) -> int:
    known = {memory.id for memory in await target.get(scope, [memory.id for memory in batch])}
    new = [memory for memory in batch if memory.id not in known]
    if not new:
        return 0
    vectors: Sequence[Vector | None]
    if embedder is None:
        vectors = await source.vectors(scope, [memory.id for memory in new])
    else:
        vectors = await embedder.passages([memory.content for memory in new])
    return len(await target.add(new, vectors))


async def _stale(store: MemoryStore, person: Person) -> dict[tuple[date, str | None], StaleDay]:
    found = await store.stale_days(limit=_ALL, person_id=person.id)
    return {(day.day, day.place): day for day in found}


async def _cursors(
    store: MemoryStore, scope: Scope, *, archived: bool
) -> tuple[list[str | None], int]:
    """Where each page of a list begins, newest first, and how many memories there are."""
    cursors: list[str | None] = [None]
    number = 0
    while True:
        page = await store.page(scope, limit=BATCH, after=cursors[-1], archived=archived)
        number += len(page.memories)
        if page.after is None:
            return cursors, number
        cursors.append(page.after)


def _on(curve: Curve, memory: Memory) -> Memory:
    """The memory on that curve; untouched where it is on it already, or on none."""
    moved = on_curve(memory, curve)
    same = _near(memory.fades_at, moved.fades_at) and _near(memory.forgotten_at, moved.forgotten_at)
    return memory if same else moved


def _near(here: datetime, there: datetime) -> bool:
    return abs(here - there) <= _SAME


def _digest(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(line.encode(), digest_size=_DIGEST_BYTES).digest())
