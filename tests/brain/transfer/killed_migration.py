"""Runs a migration in a process that dies without warning when it is to write once more.

python -m tests.brain.transfer.killed_migration FILE URL PREFIX BATCHES
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from brain.memory.record import Memory, Vector
from brain.memory.retention import COMPANION
from brain.transfer.migration import migrate, takes_vectors
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore

_left = 0


class Deadly(RedisStore):
    """Takes so many batches; the next one ends the process as a power cut would."""

    async def add(
        self, memories: Sequence[Memory], vectors: Sequence[Vector | None]
    ) -> tuple[str, ...]:
        global _left  # noqa: PLW0603 a process with one purpose
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        _left -= 1
        return await super().add(memories, vectors)


async def main(file: str, url: str, prefix: str, batches: str) -> None:
    global _left  # noqa: PLW0603
    _left = int(batches)
    source, target = await SqliteStore.open(Path(file)), await Deadly.open(url, prefix=prefix)
    assert await takes_vectors(source, target, curve=COMPANION)
    await migrate(source, target, curve=COMPANION, embedder=None, progress=lambda *_: None)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
