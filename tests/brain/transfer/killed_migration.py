"""Runs a migration in a process that kills itself after writing some batches.

python -m tests.brain.transfer.killed_migration FILE URL PREFIX BATCHES
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from brain.ids import MemoryId
from brain.memory.record import Memory, Vector
from brain.memory.retention import COMPANION
from brain.transfer.migration import adopt_embedder, migrate
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore

_left = 0


class Deadly(RedisStore):
    """A store that kills the process when it is written to after its last batch."""

    async def add(
        self, memories: Sequence[Memory], vectors: Sequence[Vector | None]
    ) -> tuple[MemoryId, ...]:
        global _left  # noqa: PLW0603 a process with one purpose
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        _left -= 1
        return await super().add(memories, vectors)


async def main(file: str, url: str, prefix: str, batches: str) -> None:
    global _left  # noqa: PLW0603
    _left = int(batches)
    source, target = await SqliteStore.open(Path(file)), await Deadly.open(url, prefix=prefix)
    assert await adopt_embedder(source, target, curve=COMPANION)
    await migrate(source, target, curve=COMPANION, embedder=None, progress=lambda *_: None)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
