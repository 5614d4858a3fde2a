"""Upkeep beside the conversation: now and every hour, never in the way of a reply."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from brain.companion import Companion

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 3600.0


@asynccontextmanager
async def upkeep_beside(companion: Companion, *, enabled: bool = True) -> AsyncIterator[None]:
    """Keep house while the block runs.

    Args:
        companion: whose memories.
        enabled: False under a clock that was set ahead: a preview must not forget in earnest.
    """
    if not enabled:
        yield
        return
    task = asyncio.create_task(_forever(companion))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _forever(companion: Companion) -> None:
    while True:
        try:
            await companion.upkeep()
        except Exception as error:  # noqa: BLE001 whatever it was, the conversation goes on
            # Only the kind: the message of a foreign error may quote what a person said.
            log.warning("Upkeep failed and will be tried again: %s", type(error).__name__)
        await asyncio.sleep(INTERVAL_SECONDS)
