"""Runs a companion in a second process, which answers Anna's messages or rewrites a memory.

    python -m tests.contracts.talker talk NAME NUMBER ADDRESS...
    python -m tests.contracts.talker hold NAME NUMBER ADDRESS...
    python -m tests.contracts.talker rewrite NAME NUMBER ADDRESS...

Each prints `ready` and then waits for a line on stdin. `talk` then answers NUMBER messages, and
`hold` begins a reply and never ends it. `rewrite` adds a fact that rests on the revision that it
read before the line came.
"""

import asyncio
import sys
from pathlib import Path

from brain.clock import ManualClock, SystemClock
from brain.companion import Companion
from brain.ids import MessageId
from brain.memory.record import Kind
from brain.memory.retention import COMPANION
from brain.messages import Incoming
from brain.ports import MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.factories import ANNA, ANNAS_DM, DIMENSIONS, IN_PRIVATE, NOON, memory


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def opened(kind: str, where: str, prefix: str = "") -> MemoryStore:
    if kind == "sqlite":
        return await SqliteStore.open(Path(where), clock=ManualClock(NOON))
    return await RedisStore.open(where, prefix=prefix, dimensions=DIMENSIONS)


async def rewrite(store: MemoryStore, name: str) -> None:
    revision = await store.revision(ANNA.id)
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    fact = memory(name, id=name, kind=Kind.FACT)
    done = await store.rewrite(IN_PRIVATE, revision=revision, now=NOON, add=[fact], vectors=[None])
    say(str(done))


async def main(what: str, name: str, number: str, *address: str) -> None:
    store = await opened(*address)
    if what == "rewrite":
        await rewrite(store, name)
        await store.close()
        return
    script: list[str | Exception | asyncio.Event] = ["I am ", f"{name}."]
    if what == "hold":
        script.append(asyncio.Event())
    companion = Companion(
        store=store,
        embedder=HashEmbedder(),
        generator=ScriptedGenerator(script),
        clock=SystemClock(),
        curve=COMPANION,
        persona=str,
    )
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    for n in range(int(number)):
        incoming = Incoming(
            id=MessageId(f"{name}-{n}"), person=ANNA, place=ANNAS_DM, text=f"{name} {n}"
        )
        async with companion.turn(incoming) as turn:
            # Every earlier turn, of this process or the other, has its whole reply.
            assert not turn.without_memory
            assert all(before.reply for before in turn.prompt.recent)
            async for piece in turn:
                say(piece)
    await companion.drain()
    await store.close()
    say("done")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
