"""Ending tasks of asyncio."""

import asyncio
from collections.abc import Iterable
from typing import Any


async def cancel_and_wait(
    tasks: Iterable[asyncio.Future[Any]], *, again_after_s: float | None = None
) -> None:
    """Cancel tasks, and return when all of them have ended, however they end.

    Args:
        tasks: some may have ended before; none of them is the one that calls this.
        again_after_s: those that have not ended by then are cancelled again, in seconds: a driver
            may take a cancellation for an answer that came late. None: once only, for those that
            clean up when they are cancelled.
    """
    tasks = list(tasks)
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=again_after_s)
    for task in tasks:
        # Looked at, so that asyncio does not log it as an error that nobody saw.
        if not task.cancelled():
            task.exception()
