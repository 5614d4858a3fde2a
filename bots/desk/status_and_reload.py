"""Answers /status and /reload for the owner of the installation, with counts and no content."""

import asyncio

from bots.desk.request import Request
from bots.screens import Screen

MOST_STALE = 1_000
"""Highest number of days waiting for a summary that is counted."""


async def show_status(request: Request) -> Screen:
    """Show the models, the number of people, and how much work is due. Raises StoreError."""
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
    """Read the persona again from its files. Raises BadSettings."""
    if request.context.reload is None:
        return request.screen("reload-impossible")
    await asyncio.to_thread(request.context.reload)
    return request.screen("reload-done")
