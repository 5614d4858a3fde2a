"""Copies the turns of one person to another, and checks the copies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from brain.errors import StoreError
from brain.ids import MemoryId, PersonId
from brain.memory.record import CORRECTED, Kind, Memory
from brain.memory_iteration import iterate_all_memories
from brain.messages import Scope
from brain.ports import MemoryStore
from brain.turns.lease import Leases

STEP = 200
"""Memories per call of the store."""


class LinkIncomplete(StoreError):
    """Not everything could be copied yet; nothing was erased, and it can be tried again."""

    key = "link-incomplete"
    retryable = True


def platform_of(qualified_id: str) -> str:
    """Return the platform of an account or a place: `discord` for `discord:123`."""
    return qualified_id.partition(":")[0]


def copied_id(memory_id: MemoryId, person_id: PersonId) -> MemoryId:
    """Return the id of the copy that a person gets of a memory."""
    return MemoryId(uuid5(NAMESPACE_URL, f"{memory_id}/{person_id}").hex)


async def copy_memories(
    store: MemoryStore, source: PersonId, target: PersonId, *, platform: str | None = None
) -> None:
    """Copy `memories_to_copy` with their vectors; copies that exist already stay as they are.

    Args:
        store: the store.
        source: the person whose memories are copied.
        target: the person who gets the copies.
        platform: only memories from places of this platform; None for all.

    Raises:
        StoreError: the store failed; some memories may be copied.
    """
    batch: list[Memory] = []
    async for memory in memories_to_copy(store, source, platform=platform):
        batch.append(memory)
        if len(batch) == STEP:
            await _add_copies(store, source, target, batch)
            batch = []
    if batch:
        await _add_copies(store, source, target, batch)


async def _add_copies(
    store: MemoryStore, source: PersonId, target: PersonId, batch: list[Memory]
) -> None:
    vectors = await store.vectors(Scope.everything_of(source), [memory.id for memory in batch])
    await store.add([_copy_of(memory, target) for memory in batch], vectors)


def _copy_of(memory: Memory, person_id: PersonId) -> Memory:
    return replace(
        memory,
        id=copied_id(memory.id, person_id),
        person=person_id,
        sources=tuple(
            source if source.startswith(CORRECTED) else copied_id(source, person_id)
            for source in memory.sources
        ),
        ended_by=copied_id(memory.ended_by, person_id) if memory.ended_by else None,
    )


async def check_copied(
    store: MemoryStore, source: PersonId, target: PersonId, *, platform: str | None = None
) -> None:
    """Check that every one of `memories_to_copy` has a copy.

    Raises:
        LinkIncomplete: a copy is missing.
        StoreError: the store failed.
    """
    wanted = [
        copied_id(memory.id, target)
        async for memory in memories_to_copy(store, source, platform=platform)
    ]
    scope = Scope.everything_of(target)
    for start in range(0, len(wanted), STEP):
        ids = wanted[start : start + STEP]
        if len(await store.get(scope, ids)) < len(ids):
            raise LinkIncomplete


async def memories_to_copy(
    store: MemoryStore, person_id: PersonId, *, platform: str | None = None
) -> AsyncIterator[Memory]:
    """Yield a person's turns, and the facts that they pinned or corrected, archived ones too.

    Args:
        store: the store.
        person_id: the person.
        platform: only memories from places of this platform; None for all.
    """
    kinds = {Kind.TURN, Kind.FACT}
    async for memory in iterate_all_memories(store, Scope.everything_of(person_id), kinds=kinds):
        is_own = memory.pinned or memory.is_corrected or memory.is_version
        if memory.kind is Kind.FACT and not is_own:
            continue
        if platform is None or platform_of(memory.place) == platform:
            yield memory


@asynccontextmanager
async def hold_conversations(
    store: MemoryStore, person_id: PersonId, *, patience_s: float, platform: str | None = None
) -> AsyncIterator[None]:
    """Hold the leases on all conversations of a person, so that no process answers them meanwhile.

    Args:
        store: the store.
        person_id: the person.
        patience_s: seconds to wait for turns under way.
        platform: only conversations in places of this platform; None for all.

    Raises:
        LinkIncomplete: a turn was still under way after that time.
        StoreError: the store failed.
    """
    memories = memories_to_copy(store, person_id, platform=platform)
    places = {memory.place async for memory in memories if memory.kind is Kind.TURN}
    until = asyncio.get_running_loop().time() + patience_s
    leases = Leases(store)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(leases.drain)
        # In a fixed order, so that two processes that hold the same ones cannot block each other.
        for place in sorted(places):
            lease = await leases.try_acquire(person_id, place)
            if lease is None:
                try:
                    async with asyncio.timeout_at(until):
                        lease = await leases.acquire(person_id, place)
                except TimeoutError:
                    raise LinkIncomplete from None
            stack.push_async_callback(leases.release, lease)
        yield
