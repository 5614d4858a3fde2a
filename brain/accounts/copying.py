"""What was said by one person, under the name of another: copied, checked, and held meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from brain.errors import StoreError
from brain.memory.record import Kind, Memory
from brain.memory_pages import everything
from brain.messages import Scope
from brain.ports import MemoryStore
from brain.turns.lease import Leases

STEP = 200
"""Memories in hand at a time."""


class LinkIncomplete(StoreError):
    """Not everything arrived; nothing was erased, and it can be tried again."""

    key = "link-incomplete"
    retryable = True


def platform_of(name: str) -> str:
    """`discord` of `discord:123`."""
    return name.partition(":")[0]


def moved(memory: str, person: str) -> str:
    """The id of a memory once it belongs to that person."""
    return uuid5(NAMESPACE_URL, f"{memory}/{person}").hex


async def copy(
    store: MemoryStore, source: str, target: str, *, platform: str | None = None
) -> None:
    """What `said` gives, with its vectors; doing it twice adds nothing. Raises StoreError."""
    batch: list[Memory] = []
    async for memory in said(store, source, platform=platform):
        batch.append(memory)
        if len(batch) == STEP:
            await _add(store, source, target, batch)
            batch = []
    if batch:
        await _add(store, source, target, batch)


async def _add(store: MemoryStore, source: str, target: str, batch: list[Memory]) -> None:
    vectors = await store.vectors(Scope.everything_of(source), [memory.id for memory in batch])
    await store.add([_for(memory, target) for memory in batch], vectors)


def _for(memory: Memory, person: str) -> Memory:
    return replace(
        memory,
        id=moved(memory.id, person),
        person=person,
        sources=tuple(moved(source, person) for source in memory.sources),
        ended_by=moved(memory.ended_by, person) if memory.ended_by else None,
    )


async def check_all(
    store: MemoryStore, source: str, target: str, *, platform: str | None = None
) -> None:
    """Nothing of what `said` gives is missing. Raises LinkIncomplete, StoreError."""
    wanted = [moved(memory.id, target) async for memory in said(store, source, platform=platform)]
    scope = Scope.everything_of(target)
    for start in range(0, len(wanted), STEP):
        ids = wanted[start : start + STEP]
        if len(await store.get(scope, ids)) < len(ids):
            raise LinkIncomplete


async def said(
    store: MemoryStore, person: str, *, platform: str | None = None
) -> AsyncIterator[Memory]:
    """What a person said, and what they asked to be kept: alive and archived.

    `platform`: only in its places.
    """
    kinds = {Kind.TURN, Kind.FACT}
    async for memory in everything(store, Scope.everything_of(person), kinds=kinds):
        if memory.kind is Kind.FACT and not memory.pinned:
            continue
        if platform is None or platform_of(memory.place) == platform:
            yield memory


@asynccontextmanager
async def held(
    store: MemoryStore, person: str, *, patience_s: float, platform: str | None = None
) -> AsyncIterator[None]:
    """Nobody answers that person in the places they spoke in. Raises LinkIncomplete."""
    memories = said(store, person, platform=platform)
    places = {memory.place async for memory in memories if memory.kind is Kind.TURN}
    until = asyncio.get_running_loop().time() + patience_s
    leases = Leases(store)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(leases.drain)
        # In order: two who hold the same ones never wait for each other.
        for place in sorted(places):
            lease = await leases.try_acquire(person, place)
            if lease is None:
                try:
                    async with asyncio.timeout_at(until):
                        lease = await leases.acquire(person, place)
                except TimeoutError:
                    raise LinkIncomplete from None
            stack.push_async_callback(leases.release, lease)
        yield
