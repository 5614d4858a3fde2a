"""Files that cannot be used, disks that are full: one plain error each, and nothing is harmed."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import apsw
import numpy as np
import pytest

from brain.errors import (
    StoreCorrupt,
    StoreError,
    StoreTooNew,
    StoreUnavailable,
    StoreUnwritable,
)
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from storage.sqlite.errors import mapped_errors
from storage.sqlite.schema import MIGRATIONS
from storage.sqlite.store import SqliteStore
from tests.factories import DAY, IN_PRIVATE, NOON, memory, vector

DRIVER_ERRORS = sorted(
    {
        kind
        for kind in vars(apsw).values()
        if isinstance(kind, type) and issubclass(kind, apsw.Error)
    },
    key=lambda kind: kind.__name__,
)


async def fill(path: Path, number: int = 50) -> list[Memory]:
    store = await SqliteStore.open(path)
    made = [memory(f"Number {n}. " + "word " * 50) for n in range(number)]
    await store.add(made, [vector(n) for n in range(number)])
    await store.close()
    return made


async def on_writer(store: SqliteStore, work: Callable[[apsw.Connection], object]) -> None:
    """Do something to the connection that writes."""
    await store._db._run(store._db._writer, lambda: work(store._db._connection()))


async def read_everything(store: SqliteStore) -> int:
    page = await store.page(IN_PRIVATE, limit=1_000)
    await store.search(IN_PRIVATE, text="number", vector=vector(1), now=NOON, limit=1_000)
    await store.people()
    return len(page.memories)


def read(path: Path) -> bytes:
    return path.read_bytes()


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def size_of(path: Path) -> int:
    return path.stat().st_size


def as_shown(error: StoreError) -> str:
    """What the operator reads: a sentence, without the words of the driver."""
    text = str(error)
    assert text
    assert "apsw" not in text.lower()
    assert "sql" not in text.lower()
    return text


@pytest.mark.parametrize("size", [1, 15, 16, 100, 4_096, 100_000])
async def test_a_file_of_random_bytes_is_refused_and_left_alone(path: Path, size: int) -> None:
    content = np.random.default_rng(size).bytes(size)
    write(path, content)
    with pytest.raises(StoreCorrupt) as refusal:
        await SqliteStore.open(path)
    assert str(path) in as_shown(refusal.value)
    assert read(path) == content
    assert list(path.parent.iterdir()) == [path]


async def test_the_database_of_another_application_is_refused_and_left_alone(path: Path) -> None:
    with apsw.Connection(str(path)) as other:
        other.execute("CREATE TABLE memories (id); INSERT INTO memories VALUES (1)")
    other.close()
    content = read(path)
    with pytest.raises(StoreCorrupt):
        await SqliteStore.open(path)
    assert read(path) == content
    assert list(path.parent.iterdir()) == [path]


async def test_another_application_s_empty_database_is_refused_too(path: Path) -> None:
    other = apsw.Connection(str(path))
    other.pragma("application_id", 0x12345678)
    other.close()
    with pytest.raises(StoreCorrupt):
        await SqliteStore.open(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("cut", ["at a page", "within a page"])
async def test_a_truncated_file_is_corrupt_and_nothing_worse(
    path: Path, share: float, cut: str
) -> None:
    await fill(path, 200)
    size = int(size_of(path) * share) // 4_096 * 4_096
    os.truncate(path, size if cut == "at a page" else size + 1_234)
    with pytest.raises(StoreCorrupt):
        await use(path)


async def use(path: Path) -> None:
    store = await SqliteStore.open(path)
    try:
        await read_everything(store)
        await store.add([memory(f"More, {n}.") for n in range(50)], [None] * 50)
        if (await store.diagnose())["integrity"] != "ok":
            raise StoreCorrupt(path=str(path))
    finally:
        await store.close()


@pytest.mark.parametrize("seed", range(12))
async def test_a_file_with_damaged_pages_raises_nothing_but_store_errors(
    path: Path, seed: int
) -> None:
    await fill(path, 200)
    random = np.random.default_rng(seed)
    content = np.frombuffer(read(path), np.uint8).copy()
    for _ in range(6):
        start = int(random.integers(100, len(content) - 600))
        content[start : start + 500] = random.integers(256, size=500)
    write(path, content.tobytes())
    try:
        await use(path)
    except StoreError as error:
        as_shown(error)


async def test_an_empty_file_is_a_new_store(path: Path) -> None:
    write(path, b"")
    store = await SqliteStore.open(path)
    known = memory()
    await store.add([known], [None])
    assert await store.get(IN_PRIVATE, [known.id]) == (known,)
    await store.close()


async def test_a_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    await fill(path, 1)
    db = apsw.Connection(str(path))
    db.pragma("user_version", 99)
    db.close()
    content = read(path)
    with pytest.raises(StoreTooNew) as refusal:
        await SqliteStore.open(path)
    assert refusal.value.values == {"path": str(path), "found": 99, "known": len(MIGRATIONS)}
    assert read(path) == content


@pytest.mark.parametrize("below", ["file/memories.db", "file/deeper/memories.db"])
async def test_a_path_under_a_regular_file_cannot_be_written(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("I am no folder.")
    with pytest.raises(StoreUnwritable) as refusal:
        await SqliteStore.open(tmp_path / below)
    assert str(tmp_path / below) in as_shown(refusal.value)


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable):
        await SqliteStore.open(tmp_path)


async def test_a_name_that_is_too_long_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable):
        await SqliteStore.open(tmp_path / ("x" * 300))


@pytest.mark.parametrize("what", ["file", "folder"])
async def test_what_may_not_be_written_says_so(path: Path, what: str) -> None:
    if what == "file":
        await fill(path, 1)
    target, mode = (path, 0o400) if what == "file" else (path.parent, 0o500)
    target.chmod(mode)
    if os.access(target, os.W_OK):
        pytest.skip("root may write everywhere")
    try:
        with pytest.raises(StoreUnwritable):
            await SqliteStore.open(path)
    finally:
        target.chmod(0o700)


async def test_a_file_that_may_not_be_created_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreUnwritable) as refusal:
        await SqliteStore.open(path)
    assert str(path) in as_shown(refusal.value)


async def test_nobody_else_on_the_machine_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "memories.db"
    umask = os.umask(0)
    try:
        store = await SqliteStore.open(path)
        await store.add([memory()], [vector(1)])
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        await store.close()
    finally:
        os.umask(umask)
    assert modes == {"memories.db": 0o600, "memories.db-wal": 0o600, "memories.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_full_disk_is_told_and_survived(path: Path) -> None:
    made = await fill(path)
    store = await SqliteStore.open(path)
    turn = memory("Before.")
    await store.begin(IN_PRIVATE, turn)
    pages = size_of(path) // 4_096
    await on_writer(store, lambda db: db.pragma("max_page_count", pages + 2))
    many = [memory("word " * 400) for _ in range(200)]
    for _ in range(3):
        with pytest.raises(StoreUnavailable) as refusal:
            await store.add(many, [vector(1)] * 200)
        assert "the disk is full" in as_shown(refusal.value)
    # What was there is there, nothing half-written is, and reading goes on.
    assert await read_everything(store) == len(made) + 1
    assert await store.get(IN_PRIVATE, [known.id for known in many]) == ()
    await on_writer(store, lambda db: db.pragma("max_page_count", 1_000_000))
    assert len(await store.add(many, [vector(1)] * 200)) == 200
    assert await store.finish(
        IN_PRIVATE,
        turn.id,
        reply="After.",
        vector=vector(1),
        recalled=[made[0].id],
        now=NOON + DAY,
        curve=COMPANION,
    )
    assert (await store.diagnose())["integrity"] == "ok"
    await store.close()


async def test_a_commit_that_fails_leaves_the_store_usable(store: SqliteStore) -> None:
    await on_writer(store, lambda db: db.set_commit_hook(lambda: True))
    turn = memory()
    for _ in range(2):
        with pytest.raises(StoreError):
            await store.begin(IN_PRIVATE, turn)
    await on_writer(store, lambda db: db.set_commit_hook(None))
    assert await store.get(IN_PRIVATE, [turn.id]) == ()
    assert await store.begin(IN_PRIVATE, turn)
    assert await store.get(IN_PRIVATE, [turn.id]) == (turn,)


async def test_a_file_that_another_keeps_busy_is_unavailable_for_now(
    store: SqliteStore, path: Path
) -> None:
    await on_writer(store, lambda db: db.set_busy_timeout(0))
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    turn = memory()
    with pytest.raises(StoreUnavailable) as refusal:
        await store.begin(IN_PRIVATE, turn)
    assert refusal.value.retryable
    as_shown(refusal.value)
    assert await store.get(IN_PRIVATE, [turn.id]) == ()
    other.execute("ROLLBACK")
    other.close()
    assert await store.begin(IN_PRIVATE, turn)


@pytest.mark.parametrize("kind", DRIVER_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_driver_is_one_of_ours(path: Path, kind: type[apsw.Error]) -> None:
    with pytest.raises(StoreError) as raised, mapped_errors(path):
        raise kind("UNIQUE constraint failed: 'what she said'")
    assert "what she said" not in str(raised.value)


async def test_a_rejected_write_is_named_without_its_values(store: SqliteStore) -> None:
    def violate(db: apsw.Connection) -> None:
        db.execute("INSERT INTO meta VALUES ('what she said', NULL)")

    with pytest.raises(StoreUnavailable) as raised:
        await store._db.write(violate)
    assert "what she said" not in as_shown(raised.value)
