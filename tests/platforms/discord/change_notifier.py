"""Waiting until something is so, without a sleep in any test."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import pytest

T = TypeVar("T")

LOOK_AGAIN_SECONDS = 0.02


class ChangeNotifier:
    """Something that changes, and tells of it."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    async def a_moment(self) -> None:
        """Return after the next change, or soon."""
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), LOOK_AGAIN_SECONDS)

    def changed(self) -> None:
        """Have `until` look again."""
        self._changed.set()

    def tail(self) -> str:
        """What happened last, for those who waited in vain."""
        raise NotImplementedError

    async def until(self, predicate: Callable[[], T], *, seconds: float = 60.0) -> T:
        """Return what the predicate gives, as soon as that is true.

        It is asked after every change of the world and, since it may ask about the bot too, every
        20 ms. After so many seconds the test fails, with what was written and asked last.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (found := predicate()):
                    await self.a_moment()
        except TimeoutError:
            pytest.fail(f"did not happen within {seconds} s; last of all:\n{self.tail()}")
        return found
