"""Ends asyncio tasks."""

import asyncio
from collections.abc import Iterable
from typing import Any


async def cancel_and_wait(
    tasks: Iterable[asyncio.Future[Any]], *, again_after_s: float | None = None
) -> None:
    """Cancel tasks, and return when all of them have ended, however they end.

    Args:
        tasks: the tasks; some may have ended before, and the calling task must not be among them.
        again_after_s: seconds after which tasks that have not ended are cancelled again, because a
            driver may swallow a cancellation as a timeout. None cancels once only, for tasks that
            clean up when they are cancelled.
    """
    tasks = list(tasks)
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=again_after_s)
    for task in tasks:
        # Read the exception, or asyncio logs that it was never retrieved.
        if not task.cancelled():
            task.exception()
