"""Runs upkeep and consolidation in the background, at intervals."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from brain.asyncio_tasks import cancel_and_wait
from brain.companion import Companion

log = logging.getLogger(__name__)

UPKEEP_EVERY_S = 3_600.0
"""Seconds between two runs of upkeep."""
CONSOLIDATE_EVERY_S = 300.0
"""Seconds between two searches for conversations that are over; a search costs one query."""
CANCEL_AGAIN_AFTER_S = 0.5
"""Seconds that a cancelled task has to end before it is cancelled again."""


@asynccontextmanager
async def housekeeping_beside(
    companion: Companion, *, consolidating: bool, enabled: bool = True
) -> AsyncIterator[None]:
    """Run upkeep and consolidation beside the block, at once and then at intervals.

    Args:
        companion: the companion whose store is kept.
        consolidating: whether days are summarised.
        enabled: False does nothing: under a clock set ahead, upkeep would forget memories early.
    """
    tasks: list[asyncio.Task[None]] = []
    if enabled:
        tasks.append(asyncio.create_task(_forever(companion.upkeep, UPKEEP_EVERY_S)))
    if enabled and consolidating:
        tasks.append(asyncio.create_task(_forever(companion.consolidator.run, CONSOLIDATE_EVERY_S)))
    try:
        yield
    finally:
        await cancel_and_wait(tasks, again_after_s=CANCEL_AGAIN_AFTER_S)


async def _forever(work: Callable[[], Awaitable[object]], every_s: float) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 the conversation goes on after any error
            # Only its type is logged: the message of an error may quote what a person said.
            log.warning("Housekeeping failed and will be tried again: %s", type(error).__name__)
        await asyncio.sleep(every_s)
