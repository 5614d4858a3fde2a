"""Copies all of one store into another: people, memories, their vectors, and values.

The source is only read. Each batch is durable and ids are kept, so that migrating again completes
an interrupted migration, and adds nothing after a complete one. `compare` says afterwards whether
both stores hold the same.

A store orders memories of the same millisecond by when they were added. To keep their order, each
list is paged through to its oldest memory first, and then copied from the oldest to the newest.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from brain.errors import EmbedderChanged
from brain.ids import PersonId
from brain.memory.creation import recompute_times
from brain.memory.record import FOREVER, Memory
from brain.memory.retention import Curve
from brain.memory_iteration import iterate_all_memories
from brain.messages import Person, Scope
from brain.ports import Embedder, MemoryStore
from brain.preferences import preference_values
from brain.transfer.adding import VectorsOf, add_unknown, embedding_with, stale_days_of
from brain.transfer.export_format import header_line, memory_line
from brain.transfer.values_migration import copy_values, missing_values

BATCH = 200
"""Memories that are read and written in one step."""
_TOLERANCE = timedelta(milliseconds=2)
"""Two times of the same curve may differ by this much, as stores truncate to milliseconds."""
_DIGEST_BYTES = 32

Progress = Callable[[int, int], None]
"""Called after each step with the number of items done, and of all items known so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationReceipt:
    """What a migration did."""

    people: int
    """Number of people in the source."""
    added: int
    """Number of memories that were added."""
    known: int
    """Number of memories that the target had already."""
    values: int = 0
    """Number of values (`brain.ports.values`) that were added."""


@dataclass(frozen=True, slots=True)
class PersonChecksum:
    """All that a store holds of one person, as a count and a checksum."""

    memories: int
    """Number of memories, alive and archived."""
    checksum: str
    """Checksum of their settings, preferences and memories in any order, in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A person, server or group about whom two stores do not hold the same."""

    person: str
    """Id of the person, or of the owner of values (`brain.transfer.values_migration`)."""
    source: PersonChecksum
    target: PersonChecksum


async def adopt_embedder(source: MemoryStore, target: MemoryStore, *, curve: Curve) -> bool:
    """Record the source's embedder in the target, if the target has none yet.

    Returns:
        Whether vectors can be copied; if not, the target has another embedder, and every memory
        has to be embedded anew.

    Raises:
        StoreError: a store failed.
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
) -> MigrationReceipt:
    """Copy what the target does not have yet.

    Values are copied first, so that a person's pause holds from the beginning. Days that were
    summarised count as summarised in the target. Memories stay as they are, except that the times
    at which they fade and are forgotten are computed anew if they belong to another curve than the
    one in force.

    Args:
        source: the store to read.
        target: the store to add to, whose embedder was checked.
        curve: the curve of forgetting that is in force.
        embedder: makes the vectors; without it they are copied (see `adopt_embedder`).
        progress: called after each batch with the memories done and their number.

    Raises:
        EmbedderError: the embedder failed; migrating again goes on where this ended.
        StoreError: a store failed; migrating again goes on where this ended.
    """
    people = await source.people()
    scopes = [Scope.everything_of(person.id) for person in people]
    total = sum([await source.count(scope) for scope in scopes])
    values = await copy_values(source, target, people)
    added = done = 0
    for person, scope in zip(people, scopes, strict=True):
        if await target.person(person.id) != person:
            await target.save_person(person)
        before = await stale_days_of(target, person.id)
        vectors_of = embedding_with(embedder) if embedder else _copying_from(source, scope)
        for archived in (False, True):
            cursors, number = await _cursors(source, scope, archived=archived)
            if archived:
                total += number
            for cursor in reversed(cursors):
                page = await source.page(scope, limit=BATCH, after=cursor, archived=archived)
                batch = [_on_curve(curve, memory) for memory in reversed(page.memories)]
                added += await add_unknown(batch, scope=scope, store=target, vectors_of=vectors_of)
                done += len(batch)
                progress(done, max(total, done))
        now_stale = await stale_days_of(target, person.id)
        waiting = await stale_days_of(source, person.id)
        summarised = now_stale.keys() - before.keys() - waiting.keys()
        await target.mark_summarised([now_stale[day] for day in summarised])
    return MigrationReceipt(people=len(people), added=added, known=done - added, values=values)


async def compare(
    source: MemoryStore, target: MemoryStore, *, progress: Progress
) -> AsyncIterator[Difference]:
    """Yields the people of the source of whom the target does not hold the same.

    Then come the servers and groups of which it lacks a value, if the source can list them.

    Raises:
        StoreError: a store failed.
    """
    people = await source.people()
    for done, person in enumerate(people, start=1):
        here, there = await asyncio.gather(
            person_checksum(source, person.id), person_checksum(target, person.id)
        )
        if here != there:
            yield Difference(person=person.id, source=here, target=there)
        progress(done, len(people))
    async for owner, left, right in missing_values(source, target, people):
        yield Difference(
            person=owner, source=PersonChecksum(0, left), target=PersonChecksum(0, right)
        )


async def person_checksum(store: MemoryStore, person_id: PersonId) -> PersonChecksum:
    """Returns the count and checksum of one person's memories, in constant space.

    The checksum is the sum of the digests of their preferences and of the lines of their export.
    It leaves out when each memory fades and is forgotten, which follows from its other fields and
    the curve in force.

    Raises:
        StoreError: the store failed.
    """
    person = await store.person(person_id) or Person(person_id)
    total = _digest(header_line(person, exported_at=FOREVER))
    total += sum(
        _digest(f"{name}\n{preference}")
        for name, preference in (await preference_values(store.values, person_id)).items()
    )
    number = 0
    async for memory in iterate_all_memories(store, Scope.everything_of(person_id)):
        total += _digest(memory_line(replace(memory, fades_at=FOREVER, forgotten_at=FOREVER)))
        number += 1
    checksum = total % (1 << 8 * _DIGEST_BYTES)
    return PersonChecksum(number, f"{checksum:0{2 * _DIGEST_BYTES}x}")


def _copying_from(source: MemoryStore, scope: Scope) -> VectorsOf:
    return lambda memories: source.vectors(scope, [memory.id for memory in memories])


async def _cursors(
    store: MemoryStore, scope: Scope, *, archived: bool
) -> tuple[list[str | None], int]:
    """Return the cursor of each page of a list, newest first, and the number of memories."""
    cursors: list[str | None] = [None]
    number = 0
    while True:
        page = await store.page(scope, limit=BATCH, after=cursors[-1], archived=archived)
        number += len(page.memories)
        if page.after is None:
            return cursors, number
        cursors.append(page.after)


def _on_curve(curve: Curve, memory: Memory) -> Memory:
    """Return the memory with the times of a curve; unchanged if they differ only by rounding."""
    moved = recompute_times(memory, curve)
    same = _near(memory.fades_at, moved.fades_at) and _near(memory.forgotten_at, moved.forgotten_at)
    return memory if same else moved


def _near(here: datetime, there: datetime) -> bool:
    return abs(here - there) <= _TOLERANCE


def _digest(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(line.encode(), digest_size=_DIGEST_BYTES).digest())
