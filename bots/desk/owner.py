"""/status and /reload, for whoever runs the installation: counts, and no content."""

import asyncio

from bots.desk.request import Request
from bots.screens import Screen

MOST_STALE = 1_000


async def show_status(request: Request) -> Screen:
    """Show how the installation is doing. Raises StoreError."""
    companion, store = request.context.companion, request.store
    due = await store.count_due(now=request.now, curve=companion.curve)
    stale = await store.stale_days(limit=MOST_STALE)
    embedder = companion.embedder
    return request.screen(
        "status-lines",
        people=sum(person.same_as is None for person in await store.people()),
        generator=companion.generator.name,
        embedder=embedder.name,
        due=due.archived + due.erased,
        stale=len(stale),
    )


async def reload(request: Request) -> Screen:
    """Read the persona anew. Raises BadSettings."""
    if request.context.reload is None:
        return request.screen("reload-impossible")
    await asyncio.to_thread(request.context.reload)
    return request.screen("reload-done")
