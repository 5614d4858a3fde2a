"""/status and /reload, for whoever runs the installation: counts, and no content."""

import asyncio

from bots.desk.request import Visit
from bots.screens import Screen

MOST_STALE = 1_000


async def status(visit: Visit) -> Screen:
    """How it is. Raises StoreError."""
    companion, store = visit.kit.companion, visit.store
    due = await store.count_due(now=visit.now, curve=companion.curve)
    stale = await store.stale_days(limit=MOST_STALE)
    embedder = companion.embedder
    return visit.screen(
        "status-lines",
        people=sum(person.same_as is None for person in await store.people()),
        generator=companion.generator.name,
        embedder=embedder.name,
        due=due.archived + due.erased,
        stale=len(stale),
    )


async def reloaded(visit: Visit) -> Screen:
    """The persona is read anew. Raises BadSettings."""
    if visit.kit.reload is None:
        return visit.screen("reload-impossible")
    await asyncio.to_thread(visit.kit.reload)
    return visit.screen("reload-done")
