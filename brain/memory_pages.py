"""All memories of a scope, however many: page by page, newest first."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from brain.memory.record import Kind, Memory
from brain.messages import Scope
from brain.ports import MemoryShelf

STEP = 500
"""Memories in hand at a time."""


async def each(
    shelf: MemoryShelf,
    scope: Scope,
    *,
    archived: bool = False,
    kinds: Collection[Kind] | None = None,
    said_from: datetime | None = None,
    said_until: datetime | None = None,
) -> AsyncIterator[Memory]:
    """What is alive there, or what is archived; see `MemoryShelf.page`. Raises StoreError."""
    after: str | None = None
    while True:
        page = await shelf.page(
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


async def everything(
    shelf: MemoryShelf,
    scope: Scope,
    *,
    kinds: Collection[Kind] | None = None,
    said_from: datetime | None = None,
    said_until: datetime | None = None,
) -> AsyncIterator[Memory]:
    """What is alive there, then what is archived. As `each`.

    What is archived meanwhile may come twice; in the other order it might be missed.
    """
    for archived in (False, True):
        async for memory in each(
            shelf,
            scope,
            archived=archived,
            kinds=kinds,
            said_from=said_from,
            said_until=said_until,
        ):
            yield memory
