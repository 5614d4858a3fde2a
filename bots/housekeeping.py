"""Runs upkeep and summaries in the background, never in the way of a reply."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from brain.companion import Companion
from brain.tasks import cancel_and_wait

log = logging.getLogger(__name__)

UPKEEP_EVERY_S = 3_600.0
CONSOLIDATE_EVERY_S = 300.0
"""How often somebody looks whether a conversation is over; asking costs one query."""


ASK_AGAIN_S = 0.5
"""How long a task has to end before it is told again, in seconds."""


@asynccontextmanager
async def housekeeping_beside(
    companion: Companion, *, consolidating: bool, enabled: bool = True
) -> AsyncIterator[None]:
    """Keep house while the block runs: now, and at intervals.

    Args:
        companion: whose memories.
        consolidating: whether days are summarised.
        enabled: False under a clock that was set ahead: a preview must not forget in earnest.
    """
    tasks: list[asyncio.Task[None]] = []
    if enabled:
        tasks.append(asyncio.create_task(_forever(companion.upkeep, UPKEEP_EVERY_S)))
    if enabled and consolidating:
        tasks.append(asyncio.create_task(_forever(companion.consolidator.run, CONSOLIDATE_EVERY_S)))
    try:
        yield
    finally:
        await cancel_and_wait(tasks, again_after_s=ASK_AGAIN_S)


async def _forever(work: Callable[[], Awaitable[object]], every_s: float) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 whatever it was, the conversation goes on
            # Only the kind: the message of a foreign error may quote what a person said.
            log.warning("Housekeeping failed and will be tried again: %s", type(error).__name__)
        await asyncio.sleep(every_s)
