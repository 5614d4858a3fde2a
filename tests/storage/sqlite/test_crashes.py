"""A process killed between any two statements: what it was told is done is there, whole."""

import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from brain.clock import ManualClock
from brain.companion import Companion
from brain.ids import MemoryId
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.factories import IN_PRIVATE, NOON, memory, vector
from tests.storage.sqlite.conftest import Start
from tests.storage.sqlite.worker import COMMON

KNOWN = memory("We share this.", id=COMMON, strength=1.0)
EVERY_STATEMENT = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 99]
"""99 is never reached: the process dies after the write was acknowledged."""


async def crash(path: Path, start: Start, step: str, statement: int) -> list[str]:
    """Let a worker die; gives what was acknowledged to it."""
    store = await SqliteStore.open(path)
    await store.add([KNOWN], [vector(1)])
    await store.close()
    worker = start("die", path, step, statement)
    output, _ = worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    return output.split()


async def mend(store: SqliteStore) -> None:
    """What a start does: upkeep embeds what lacks its vector."""
    companion = Companion(
        store=store,
        embedder=HashEmbedder(),
        generator=ScriptedGenerator(),
        clock=ManualClock(NOON),
        curve=COMPANION,
        persona=str,
    )
    await companion.upkeep()
    assert await store.unembedded(limit=9) == ()


async def found_by_words(store: SqliteStore, words: str) -> list[Memory]:
    found = await store.search(IN_PRIVATE, text=words, vector=None, now=NOON, limit=9)
    return [known for known, _ in found.lexical]


@pytest.mark.parametrize("statement", EVERY_STATEMENT)
async def test_a_turn_killed_while_it_is_begun(path: Path, start: Start, statement: int) -> None:
    acknowledged = await crash(path, start, "begin", statement)
    store = await SqliteStore.open(path)
    turns = await store.get(IN_PRIVATE, [MemoryId("turn")])
    if acknowledged:
        assert [turn.text for turn in turns] == ["Do you hear me?"]
    await mend(store)
    assert await found_by_words(store, "hear") == list(turns)
    assert await store.count(IN_PRIVATE) == 1 + len(turns)
    assert await store.get(IN_PRIVATE, [MemoryId(COMMON)]) == (KNOWN,)
    assert (await store.diagnose())["integrity"] == "ok"
    await store.close()


@pytest.mark.parametrize("statement", EVERY_STATEMENT)
async def test_a_turn_killed_while_it_is_finished(path: Path, start: Start, statement: int) -> None:
    acknowledged = await crash(path, start, "finish", statement)
    assert acknowledged[0] == "begin"
    store = await SqliteStore.open(path)
    turn, known = await store.get(IN_PRIVATE, [MemoryId("turn"), MemoryId(COMMON)])
    waiting = [name for _, name in await store.unembedded(limit=9)]
    if acknowledged[1:] == ["finish"]:
        assert turn.reply is not None
    if turn.reply is None:
        assert known == KNOWN
        assert waiting == ["turn"]
        assert await found_by_words(store, "understood") == []
    else:
        assert known.recalls == 1
        assert known.strength == pytest.approx(1.0 + COMPANION.step)
        assert waiting == []
        assert await found_by_words(store, "understood") == [turn]
    await mend(store)
    found = await store.search(IN_PRIVATE, text="hear", vector=vector(2), now=NOON, limit=9)
    assert turn in [kept for kept, _ in found.dense]
    assert [kept for kept, _ in found.lexical] == [turn]
    assert (await store.diagnose())["integrity"] == "ok"
    await store.close()


async def test_an_interrupted_turn_can_be_taken_up_again(path: Path, start: Start) -> None:
    await crash(path, start, "finish", 3)
    store = await SqliteStore.open(path)
    await mend(store)
    [turn] = await store.get(IN_PRIVATE, [MemoryId("turn")])
    assert not await store.begin(IN_PRIVATE, turn)
    done = [
        await store.finish(
            IN_PRIVATE,
            turn.id,
            reply="Loud and clear.",
            vector=vector(2),
            recalled=[MemoryId(COMMON)],
            now=NOON,
            curve=COMPANION,
        )
        for _ in range(2)
    ]
    assert done == [True, False]
    assert await found_by_words(store, "loud hear") == [
        replace(turn, reply="Loud and clear.", sources=(COMMON,))
    ]
    await store.close()


@pytest.mark.parametrize("statement", [2, 4, 6, 8, 9, 10, 11, 12, 99])
async def test_an_erasure_killed_half_way_is_whole_or_not_at_all(
    path: Path, start: Start, statement: int
) -> None:
    acknowledged = await crash(path, start, "erase", statement)
    store = await SqliteStore.open(path)
    left = await store.get(IN_PRIVATE, [MemoryId("turn"), MemoryId(COMMON)])
    assert len(left) in (0, 2)
    if acknowledged[1:] == ["erase"]:
        assert left == ()
    assert await store.count(IN_PRIVATE) == len(left)
    if not left:
        # Whoever opens the file next finishes what the dead process began: no trace is left.
        for file in path.parent.iterdir():
            assert b"We share this." not in file.read_bytes()
    assert (await store.diagnose())["integrity"] == "ok"
    await store.close()
