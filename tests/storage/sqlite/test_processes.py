"""Several processes over one file."""

from pathlib import Path

import pytest

from brain.ids import MemoryId
from brain.memory.retention import COMPANION
from storage.sqlite.store import SqliteStore
from tests.factories import IN_PRIVATE, memory, vector
from tests.storage.sqlite.conftest import Start, Worker
from tests.storage.sqlite.worker import COMMON


def run_together(workers: list[Worker]) -> None:
    """Wait until all are ready, let all go, and wait until all are done."""
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        output, _ = worker.communicate()
        assert (worker.returncode, output) == (0, "done\n")


async def test_two_processes_that_write_at_once_lose_nothing(path: Path, start: Start) -> None:
    store = await SqliteStore.open(path)
    known = memory("We share this.", id=COMMON, strength=1.0)
    await store.add([known], [vector(1)])
    await store.close()
    run_together([start("talk", path, "left", 100), start("talk", path, "right", 100)])
    store = await SqliteStore.open(path)
    ids = [MemoryId(f"{side}-{n}") for side in ("left", "right") for n in range(100)]
    turns = await store.get(IN_PRIVATE, ids)
    assert [turn.id for turn in turns] == ids
    assert {turn.reply for turn in turns} == {"Understood."}
    [after] = await store.get(IN_PRIVATE, [MemoryId(COMMON)])
    assert after.recalls == 200
    assert after.strength == pytest.approx(1.0 + 200 * COMPANION.step)
    assert await store.count(IN_PRIVATE) == 201
    assert (await store.diagnose())["integrity"] == "ok"
    await store.close()


@pytest.mark.parametrize("attempt", range(3))
async def test_processes_that_create_the_file_at_once_all_succeed(
    tmp_path: Path, start: Start, attempt: int
) -> None:
    path = tmp_path / f"new-{attempt}" / "memories.db"
    run_together([start("open", path) for _ in range(4)])
    store = await SqliteStore.open(path)
    assert await store.count(IN_PRIVATE) == 4
    assert (await store.diagnose())["integrity"] == "ok"
    await store.close()


async def test_another_process_sees_what_was_written_without_reopening(path: Path) -> None:
    one, other = await SqliteStore.open(path), await SqliteStore.open(path)
    turn = memory()
    assert await other.count(IN_PRIVATE) == 0
    await one.begin(IN_PRIVATE, turn)
    assert await other.get(IN_PRIVATE, [turn.id]) == (turn,)
    assert not await other.begin(IN_PRIVATE, turn)
    await other.erase(IN_PRIVATE, [turn.id])
    assert await one.get(IN_PRIVATE, [turn.id]) == ()
    await one.close()
    await other.close()
