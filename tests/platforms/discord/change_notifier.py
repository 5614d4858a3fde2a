"""Lets tests wait for a condition without sleeping."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import pytest

T = TypeVar("T")

LOOK_AGAIN_SECONDS = 0.02


class ChangeNotifier:
    """An object with state that changes; `until` waits for a condition on it."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    async def a_moment(self) -> None:
        """Return after the next change, or after 20 ms."""
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), LOOK_AGAIN_SECONDS)

    def changed(self) -> None:
        """Let `until` check its condition again."""
        self._changed.set()

    def tail(self) -> str:
        """Returns what happened last, for the message of a failed wait."""
        raise NotImplementedError

    async def until(self, predicate: Callable[[], T], *, seconds: float = 60.0) -> T:
        """Returns the predicate's value as soon as it is true.

        The predicate is called after every change and, because it may also look at the bot, every
        20 ms. After some seconds the test fails, and names what happened last.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (found := predicate()):
                    await self.a_moment()
        except TimeoutError:
            pytest.fail(f"did not happen within {seconds} s; last of all:\n{self.tail()}")
        return found
