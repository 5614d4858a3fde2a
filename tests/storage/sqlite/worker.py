"""A process beside the test's own, over the same file; it is told to begin through its stdin.

    python -m tests.storage.sqlite.worker open PATH
    python -m tests.storage.sqlite.worker talk PATH PREFIX NUMBER
    python -m tests.storage.sqlite.worker die PATH begin|finish|erase STATEMENT

It writes a line for each write that was acknowledged to it.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from brain.ids import MemoryId
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION
from storage.sqlite.store import SqliteStore
from tests.factories import IN_PRIVATE, NOON, memory, vector

COMMON = "common"
"""The memory that every turn reinforces."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def wait() -> None:
    say("ready")
    sys.stdin.readline()


async def open_once(path: Path) -> None:
    wait()
    store = await SqliteStore.open(path)
    await store.begin(IN_PRIVATE, memory(id=f"of-{os.getpid()}"))
    await store.close()
    say("done")


async def talk(path: Path, prefix: str, number: int) -> None:
    store = await SqliteStore.open(path)
    wait()
    for n in range(number):
        turn = f"{prefix}-{n}"
        await store.begin(IN_PRIVATE, memory(f"Turn {turn}.", id=turn))
        await finish(store, turn)
    await store.close()
    say("done")


async def finish(store: SqliteStore, turn_id: str) -> bool:
    return await store.finish(
        IN_PRIVATE,
        MemoryId(turn_id),
        reply="Understood.",
        vector=vector(2),
        recalled=[MemoryId(COMMON)],
        reinforced={MemoryId(COMMON): Gain(COMPANION.step)},
        now=NOON,
        curve=COMPANION,
    )


async def die(path: Path, step: str, statement: int) -> None:
    store = await SqliteStore.open(path)
    if step != "begin":
        await store.begin(IN_PRIVATE, memory("Do you hear me?", id="turn"))
        say("begin")
    await arm(store, statement)
    match step:
        case "begin":
            await store.begin(IN_PRIVATE, memory("Do you hear me?", id="turn"))
        case "finish":
            await finish(store, "turn")
        case "erase":
            await store.erase(IN_PRIVATE, [MemoryId("turn"), MemoryId(COMMON)])
    say(step)
    kill_self()


async def arm(store: SqliteStore, statement: int) -> None:
    """Die before the writer runs the statement of that number."""
    seen = 0

    def trace(_: object, __: str, ___: object) -> bool:
        nonlocal seen
        seen += 1
        if seen == statement:
            kill_self()
        return True

    def install() -> None:
        store._db._connection().exec_trace = trace

    await store._db._run(store._db._writer, install)


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    command, path, *arguments = sys.argv[1:]
    match command:
        case "open":
            asyncio.run(open_once(Path(path)))
        case "talk":
            asyncio.run(talk(Path(path), arguments[0], int(arguments[1])))
        case "die":
            asyncio.run(die(Path(path), arguments[0], int(arguments[1])))


if __name__ == "__main__":
    main()
