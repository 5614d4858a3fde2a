"""Order within a conversation: its turns run one after another, different ones side by side."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class TurnOrder:
    """A lock per conversation, first come first served, kept only while somebody needs it."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn_of(self, conversation: Hashable) -> AsyncIterator[None]:
        """Wait for one's turn in that conversation and hold it."""
        lock, users = self._locks.get(conversation, (asyncio.Lock(), 0))
        self._locks[conversation] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[conversation]
            if users == 1:
                del self._locks[conversation]
            else:
                self._locks[conversation] = (lock, users - 1)

    def __len__(self) -> int:
        return len(self._locks)
