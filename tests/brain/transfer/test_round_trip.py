import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx
from msgspec import structs

from brain.errors import EmbedderError
from brain.ids import MemoryId, PersonId
from brain.memory.codec import encode
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import FOREVER, Kind, Memory, Vector
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION, PAPER
from brain.memory_iteration import STEP
from brain.messages import Scope
from brain.transfer.importing import BATCH
from brain.transfer.migration import migrate
from storage.sqlite.store import SqliteStore
from tests.brain.transfer.helpers import (
    ANNA,
    BERT,
    NOW,
    bring,
    everything,
    export,
    turn,
)
from tests.doubles import HashEmbedder

ROOT = Path(__file__).parents[3]
HERS = Scope.everything_of(ANNA.id)


async def fill(store: SqliteStore, memories: list[Memory]) -> None:
    await store.save_person(ANNA)
    await store.add(memories, await HashEmbedder().passages([m.content for m in memories]))


async def live(store: SqliteStore) -> None:
    """A life as it comes about: reinforced, pinned, archived, summed up, left unanswered."""
    await fill(store, [turn(index) for index in range(150)])
    day = structs.replace(
        turn(900), kind=Kind.DAY, reply=None, sources=tuple(turn(i).id for i in range(3))
    )
    await store.add([day], [None])
    asked = structs.replace(turn(901), reply=None)
    await store.begin(HERS, asked)
    await store.finish(
        HERS,
        asked.id,
        reply="Yes: Mao.",
        vector=None,
        recalled=[turn(5).id, turn(6).id],
        reinforced={turn(5).id: Gain(COMPANION.step), turn(6).id: Gain(COMPANION.step)},
        now=NOW,
        curve=COMPANION,
    )
    await store.begin(HERS, structs.replace(turn(902), reply=None))
    await store.pin(HERS, turn(7).id, pinned=True, curve=COMPANION)
    await store.archive(HERS, [turn(8).id, turn(9).id], now=NOW)


def written(path: Path, lines: list[str]) -> Path:
    # Bytes: no platform's line ends come between.
    path.write_bytes("".join(lines).encode("utf-8"))
    return path


async def test_an_export_is_the_same_after_a_move_to_another_store(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    lines = await export(store, ANNA.id)
    receipt = await bring(written(tmp_path / "anna.jsonl", lines), elsewhere)
    assert (receipt.people, receipt.added, receipt.known) == ((ANNA,), 153, 0)
    again = await export(elsewhere, ANNA.id, now=NOW + timedelta(days=1))
    assert again[0] != lines[0]
    assert again[1:] == lines[1:]
    assert await elsewhere.person(ANNA.id) == ANNA


async def test_a_move_keeps_what_is_found(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    await bring(path, elsewhere)
    vector = await HashEmbedder().query("Thought number 42")
    for where in (store, elsewhere):
        found = await where.search(HERS, text="number 42", vector=vector, now=NOW, limit=3)
        assert found.dense[0][0].id == turn(42).id
        assert found.lexical[0][0].id == turn(42).id


async def test_memories_of_the_same_millisecond_keep_their_order(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await fill(store, [turn(index, said_at=NOW) for index in (3, 1, 2)])
    lines = await export(store, ANNA.id)
    await bring(written(tmp_path / "anna.jsonl", lines), elsewhere)
    assert await export(elsewhere, ANNA.id) == lines


async def test_a_second_import_adds_nothing_and_embeds_nothing(
    store: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    before = await everything(store)
    embedder = HashEmbedder()
    receipt = await bring(path, store, embedder=embedder)
    assert (receipt.added, receipt.known) == (0, 153)
    assert embedder.embedded == []
    assert await everything(store) == before


async def test_a_known_person_keeps_their_settings(store: SqliteStore, tmp_path: Path) -> None:
    await live(store)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    renamed = replace(ANNA, name="Anne", language="zh")
    await store.save_person(renamed)
    assert (await bring(path, store)).people == (renamed,)
    assert await store.person(ANNA.id) == renamed


async def test_exports_of_many_pages_are_whole(store: SqliteStore) -> None:
    count = 2 * STEP + 1
    await fill(store, [turn(index) for index in range(count)])
    lines = await export(store, ANNA.id)
    assert len(lines) == count + 2
    assert len(set(lines)) == count + 2
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)


async def test_an_empty_export_is_whole(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await store.save_person(ANNA)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    receipt = await bring(path, elsewhere)
    assert (receipt.people, receipt.added) == ((ANNA,), 0)


async def test_somebody_elses_export_becomes_ones_own_beside_the_original(
    store: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    lines = await export(store, ANNA.id)
    path = written(tmp_path / "anna.jsonl", lines)
    receipt = await bring(path, store, person=BERT)
    assert (receipt.people, receipt.added) == ((BERT,), 153)
    assert (await bring(path, store, person=BERT)).added == 0
    assert await export(store, ANNA.id) == lines
    his = (await store.page(Scope.everything_of(BERT.id), limit=500)).memories
    hers = (await store.page(HERS, limit=500)).memories
    assert {memory.person for memory in his} == {BERT.id}
    assert not {memory.id for memory in his} & {memory.id for memory in hers}
    [day] = [memory for memory in his if memory.kind is Kind.DAY]
    sources = await store.get(Scope.everything_of(BERT.id), day.sources)
    assert [memory.text for memory in sources] == [turn(index).text for index in range(3)]


async def test_times_follow_the_curve_in_force(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    await bring(path, elsewhere, curve=PAPER)
    [plain, pinned] = await elsewhere.get(HERS, [turn(5).id, turn(7).id])
    solved = PAPER.fades_at(plain.last_recalled, plain.strength, pinned=False)
    assert abs(plain.fades_at - solved) < timedelta(milliseconds=1)
    assert plain.strength == turn(5).strength + COMPANION.step
    assert pinned.fades_at == pinned.forgotten_at == FOREVER


async def test_progress_counts_every_memory(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    steps: list[tuple[int, int]] = []
    await bring(path, elsewhere, steps=steps)
    assert steps == [(64, 153), (128, 153), (153, 153)]


async def test_a_memory_that_comes_twice_is_imported_once(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await fill(store, [turn(1)])
    header, memory, _ = await export(store, ANNA.id)
    end = '{"siliconfriend":"end","memories":2}\n'
    path = written(tmp_path / "anna.jsonl", [header, memory, memory, end])
    receipt = await bring(path, elsewhere)
    assert (receipt.added, receipt.known) == (1, 1)


async def test_importing_does_not_block_the_event_loop(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    with blockbuster_ctx():
        receipt = await bring(path, elsewhere)
    assert receipt.added == 153


class _FailsOnce(HashEmbedder):
    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        if len(self.embedded) == BATCH:
            self.embedded.clear()
            raise EmbedderError(reason="out of memory")
        return await super().passages(texts)


async def test_an_import_that_failed_half_way_is_completed_by_another(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    lines = await export(store, ANNA.id)
    path = written(tmp_path / "anna.jsonl", lines)
    embedder = _FailsOnce()
    with pytest.raises(EmbedderError):
        await bring(path, elsewhere, embedder=embedder)
    receipt = await bring(path, elsewhere, embedder=HashEmbedder())
    assert (receipt.added, receipt.known) == (153 - BATCH, BATCH)
    assert (await export(elsewhere, ANNA.id))[1:] == lines[1:]


class _Hangs(HashEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        if self.embedded:
            self.reached.set()
            await asyncio.Event().wait()
        return await super().passages(texts)


async def test_an_import_that_was_cancelled_is_completed_by_another(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await live(store)
    lines = await export(store, ANNA.id)
    path = written(tmp_path / "anna.jsonl", lines)
    embedder = _Hangs()
    task = asyncio.create_task(bring(path, elsewhere, embedder=embedder))
    await embedder.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await bring(path, elsewhere)).known == BATCH
    assert (await export(elsewhere, ANNA.id))[1:] == lines[1:]


@pytest.mark.parametrize("batches", [0, 1, 2])
async def test_an_import_that_was_killed_is_completed_by_another(
    store: SqliteStore, tmp_path: Path, batches: int
) -> None:
    await live(store)
    lines = await export(store, ANNA.id)
    path = written(tmp_path / "anna.jsonl", lines)
    target = tmp_path / "killed.db"
    ran = subprocess.run(  # noqa: ASYNC221 nothing else runs in this loop
        [
            *(sys.executable, "-m", "tests.brain.transfer.killed_import"),
            *(str(path), str(target), str(batches)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    reopened = await SqliteStore.open(target)
    try:
        receipt = await bring(path, reopened)
        assert (receipt.added, receipt.known) == (153 - batches * BATCH, batches * BATCH)
        assert await export(reopened, ANNA.id) == lines
    finally:
        await reopened.close()


async def summarised(store: SqliteStore) -> None:
    """Two days of turns of which the second has its summary, and a life that was joined."""
    joined = replace(
        ANNA, same_as=PersonId("telegram:9"), accounts=(PersonId("discord:1"), PersonId("slack:2"))
    )
    first, second = turn(0, said_at=NOW), turn(1, said_at=NOW + timedelta(days=1))
    await fill(store, [first, second])
    await store.save_person(joined)
    group = Group(ANNA.id, None)
    period = second.day.isoformat()
    day = structs.replace(
        turn(2, said_at=second.said_at),
        id=node_id(group, Kind.DAY, period),
        kind=Kind.DAY,
        reply=None,
        period=period,
        sources=(second.id,),
    )
    life = structs.replace(
        day,
        id=node_id(group, Kind.PORTRAIT, LIFE),
        kind=Kind.PORTRAIT,
        period=LIFE,
        sources=(day.id,),
        fades_at=FOREVER,
        forgotten_at=FOREVER,
    )
    fact = structs.replace(
        day, id="fact", kind=Kind.FACT, period="", ended_at=NOW, ended_by="other", sources=()
    )
    await store.add([day, life, fact], [None] * 3)


async def test_the_tree_of_summaries_comes_along_and_its_days_are_not_stale(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await summarised(store)
    lines = await export(store, ANNA.id)
    await bring(written(tmp_path / "anna.jsonl", lines), elsewhere, curve=PAPER)
    [day] = await elsewhere.stale_days(limit=9)
    assert (day.day, day.place) == (turn(0, said_at=NOW).day, None)
    life = node_id(Group(ANNA.id, None), Kind.PORTRAIT, LIFE)
    assert await elsewhere.get(HERS, [life]) == await store.get(HERS, [life])
    [fact] = await elsewhere.get(HERS, [MemoryId("fact")])
    assert (fact.ended_at, fact.ended_by) == (NOW, "other")


async def test_a_file_joins_no_accounts(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await summarised(store)
    lines = await export(store, ANNA.id)
    assert "slack:2" in lines[0]
    receipt = await bring(written(tmp_path / "anna.jsonl", lines), elsewhere)
    assert receipt.people == (ANNA,)
    assert await elsewhere.person(ANNA.id) == ANNA


async def test_the_tree_of_another_person_becomes_the_importers_own(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    await summarised(store)
    path = written(tmp_path / "anna.jsonl", await export(store, ANNA.id))
    await bring(path, elsewhere, person=BERT)
    group = Group(BERT.id, None)
    scope = Scope.everything_of(BERT.id)
    period = turn(1, said_at=NOW + timedelta(days=1)).day.isoformat()
    ids = [node_id(group, Kind.PORTRAIT, LIFE), node_id(group, Kind.DAY, period)]
    life, day = await elsewhere.get(scope, ids)
    assert life.sources == (day.id,)
    assert len(await elsewhere.get(scope, day.sources)) == 1


async def test_an_export_of_the_first_version_is_read(store: SqliteStore, tmp_path: Path) -> None:
    first = [turn(index) for index in range(3)]
    header = json.loads((await export(store, ANNA.id))[0]) | {"version": 1}
    header["person"] = {"id": ANNA.id, "name": "Anna", "zone": "Europe/Berlin", "language": "en"}
    lines = [json.dumps(header) + "\n"]
    for memory in first:
        data = encode(memory) | {"v": 1}
        for field in ("period", "ended_at", "ended_by"):
            del data[field]
        lines.append(json.dumps(data) + "\n")
    lines.append('{"siliconfriend":"end","memories":3}\n')
    receipt = await bring(written(tmp_path / "old.jsonl", lines), store)
    assert (receipt.people, receipt.added) == ((ANNA,), 3)
    assert {memory.text for memory in (await store.page(HERS, limit=9)).memories} == {
        memory.text for memory in first
    }


async def test_a_migration_keeps_which_days_are_stale(
    store: SqliteStore, elsewhere: SqliteStore
) -> None:
    await summarised(store)
    _, second = await store.stale_days(limit=9)
    await store.mark_summarised([second])
    for _ in range(2):
        await migrate(store, elsewhere, curve=PAPER, embedder=None, progress=lambda *_: None)
        [there], [here] = await elsewhere.stale_days(limit=9), await store.stale_days(limit=9)
        assert (there.person, there.day, there.place) == (here.person, here.day, here.place)
    assert await elsewhere.person(ANNA.id) == await store.person(ANNA.id)
    life = node_id(Group(ANNA.id, None), Kind.PORTRAIT, LIFE)
    assert await elsewhere.get(HERS, [life]) == await store.get(HERS, [life])
