"""Iterates over the memories of a scope, reading them from the store page by page."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from brain.memory.record import Kind, Memory
from brain.messages import Scope
from brain.ports import MemoryCollection

STEP = 500
"""Memories per page."""


async def iterate_memories(
    store: MemoryCollection,
    scope: Scope,
    *,
    archived: bool = False,
    kinds: Collection[Kind] | None = None,
    said_from: datetime | None = None,
    said_until: datetime | None = None,
) -> AsyncIterator[Memory]:
    """Yield the living memories of a scope, or the archived ones, newest first.

    Args:
        store: the store.
        scope: the person, and what may be seen of them.
        archived: yield the archived memories instead of the living ones.
        kinds: only these kinds; None for all.
        said_from: memories that were said before are left out.
        said_until: memories that were said then or later are left out.

    Raises:
        StoreError: from the iteration.
    """
    after: str | None = None
    while True:
        page = await store.page(
            scope,
            limit=STEP,
            after=after,
            kinds=kinds,
            archived=archived,
            said_from=said_from,
            said_until=said_until,
        )
        for memory in page.memories:
            yield memory
        if (after := page.after) is None:
            return


async def iterate_all_memories(
    store: MemoryCollection,
    scope: Scope,
    *,
    kinds: Collection[Kind] | None = None,
    said_from: datetime | None = None,
    said_until: datetime | None = None,
) -> AsyncIterator[Memory]:
    """Yield the living memories of a scope, then the archived ones; see `iterate_memories`.

    A memory that is archived meanwhile may come twice; in the other order it might be missed.
    """
    for archived in (False, True):
        async for memory in iterate_memories(
            store,
            scope,
            archived=archived,
            kinds=kinds,
            said_from=said_from,
            said_until=said_until,
        ):
            yield memory
