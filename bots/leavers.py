"""What somebody said in a place that they left, taken out of memory for good."""

from collections.abc import AsyncIterator
from datetime import datetime

from brain.forgetting import Forgetting
from brain.memory.record import Memory
from brain.messages import Scope
from brain.ports import MemoryShelf

STEP = 500
"""Memories in hand at a time."""


async def forget_leaver(
    forgetting: Forgetting, scope: Scope, *, until: datetime | None = None
) -> None:
    """Erase what is kept of them there, put away or not. Raises StoreError.

    Args:
        forgetting: of the companion.
        scope: the person, and the place that they left.
        until: what was said from then on stays, and so do notes that rest on it; None: all goes.
    """
    store = forgetting.store
    since: set[str] = set()
    if until is not None:
        since = {memory.id async for memory in everything(store, scope, said_from=until)}
    for archived in (False, True):
        after: str | None = None
        while True:
            page = await store.page(
                scope, limit=STEP, after=after, archived=archived, said_until=until
            )
            # A note of what was said since would take that with it.
            older = [one for one in page.memories if since.isdisjoint(one.sources)]
            if not older:
                after = page.after
                if after is None:
                    break
            elif archived:
                await store.erase(scope, [memory.id for memory in older])
            else:
                plan = await forgetting.plan(scope, older)
                await forgetting.carry_out(plan, at_once=True)


async def everything(
    shelf: MemoryShelf, scope: Scope, *, said_from: datetime | None = None
) -> AsyncIterator[Memory]:
    """What is kept there, put away or not. Raises StoreError."""
    for archived in (False, True):
        after: str | None = None
        while True:
            page = await shelf.page(
                scope, limit=STEP, after=after, archived=archived, said_from=said_from
            )
            for memory in page.memories:
                yield memory
            after = page.after
            if after is None:
                break
