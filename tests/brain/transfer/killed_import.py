"""Runs an import in a process that kills itself after embedding some batches.

python -m tests.brain.transfer.killed_import FILE STORE BATCHES
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from brain.memory.record import Vector
from storage.sqlite.store import SqliteStore
from tests.brain.transfer.helpers import bring
from tests.doubles import HashEmbedder


class Deadly(HashEmbedder):
    """An embedder that kills the process when it is called after its last batch."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self._left = batches

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        return await super().passages(texts)


async def main(file: str, store: str, batches: str) -> None:
    opened = await SqliteStore.open(Path(store))
    await bring(Path(file), opened, embedder=Deadly(int(batches)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
