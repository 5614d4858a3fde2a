"""What waits together is written together, and each piece is all or nothing by itself."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import apsw
import pytest

from brain.errors import StoreUnavailable, StoreUnwritable
from storage.sqlite import connection, opening
from storage.sqlite.connection import Connections

Work = Callable[[apsw.Connection], object]


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Connections]:
    connections = Connections(tmp_path / "memories.db")
    await connections.open()
    await connections.write(lambda db: db.execute("CREATE TABLE said (word TEXT UNIQUE)"))
    yield connections
    await connections.close()


@asynccontextmanager
async def held(run: Callable[[Work], Awaitable[object]]) -> AsyncIterator[None]:
    """Keep the thread busy while the block runs: whatever comes then waits."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: apsw.Connection) -> None:
        begun.set()
        go_on.wait(10)

    waiting = asyncio.ensure_future(run(wait))
    await asyncio.to_thread(begun.wait, 10)
    try:
        yield
    finally:
        go_on.set()
        await waiting


def saying(word: str) -> Work:
    return lambda db: db.execute("INSERT INTO said VALUES (?)", (word,)).fetchall()


async def words(db: Connections) -> set[str]:
    return await db.read(lambda db: {row[0] for row in db.execute("SELECT word FROM said")})


async def test_what_waits_together_is_committed_once(db: Connections) -> None:
    commits: list[int] = []

    def committed() -> bool:
        commits.append(1)
        return False

    def watch(connection: apsw.Connection) -> None:
        connection.set_commit_hook(committed)

    await db.write(watch)
    commits.clear()
    async with held(db.write):
        writes = [asyncio.ensure_future(db.write(saying(str(number)))) for number in range(20)]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    assert await words(db) == {str(number) for number in range(20)}
    assert len(commits) == 2, "that of whoever held the thread, and one for all the others"


async def test_a_piece_that_fails_takes_back_its_own_and_nothing_else(db: Connections) -> None:
    def half(connection: apsw.Connection) -> None:
        saying("half")(connection)
        raise ValueError("on purpose")

    async with held(db.write):
        writes = [
            asyncio.ensure_future(db.write(work))
            for work in (saying("first"), half, saying("first"), saying("last"))
        ]
        await asyncio.sleep(0)
    first, failed, twice, last = await asyncio.gather(*writes, return_exceptions=True)
    assert (first, last) == ([], [])
    assert isinstance(failed, ValueError)
    assert isinstance(twice, StoreUnavailable), "a constraint of the driver's, in the brain's words"
    assert await words(db) == {"first", "last"}


async def test_a_piece_that_ends_the_transaction_is_the_only_one_that_fails(
    db: Connections,
) -> None:
    def spoil(connection: apsw.Connection) -> None:
        connection.execute("ROLLBACK")
        raise ValueError("on purpose")

    async with held(db.write):
        writes = [
            asyncio.ensure_future(db.write(work))
            for work in (saying("before"), spoil, saying("after"))
        ]
        await asyncio.sleep(0)
    before, spoilt, after = await asyncio.gather(*writes, return_exceptions=True)
    assert (before, after) == ([], [])
    assert isinstance(spoilt, ValueError)
    assert await words(db) == {"before", "after"}


async def test_nobody_is_told_before_it_is_committed(db: Connections) -> None:
    async with held(db.write):
        refused = asyncio.ensure_future(db.write(lambda db: db.set_commit_hook(lambda: True)))
        written = asyncio.ensure_future(db.write(saying("never")))
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(refused, written, return_exceptions=True)
    assert all(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert await words(db) == set()


class Disk:
    """Keeps nothing until it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun = threading.Event()
        self.free = threading.Event()
        self.error: OSError | None = None

    def keep(self, _: int) -> None:
        self.asked += 1
        self.begun.set()
        self.free.wait(10)
        if self.error is not None:
            raise self.error


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(connection, "_to_disk", disk.keep)
    return disk


async def test_what_has_to_last_is_acknowledged_when_the_disk_has_it(
    tmp_path: Path, disk: Disk
) -> None:
    connections = Connections(tmp_path / "memories.db")
    await connections.open()
    lasting = asyncio.ensure_future(connections.write(lambda _: "lasting"))
    assert await connections.write(lambda _: "passing", durable=False) == "passing"
    await asyncio.to_thread(disk.begun.wait, 10)
    assert not lasting.done()
    more = [asyncio.ensure_future(connections.write(lambda _: "more")) for _ in range(5)]
    await connections.write(lambda _: None, durable=False)
    disk.free.set()
    assert await lasting == "lasting"
    assert await asyncio.gather(*more) == ["more"] * 5
    assert disk.asked == 2, "one for the first, and one for all that came meanwhile"
    await connections.close()


async def test_a_disk_that_fails_is_no_acknowledgement(tmp_path: Path, disk: Disk) -> None:
    disk.free.set()
    connections = Connections(tmp_path / "memories.db")
    await connections.open()
    disk.error = OSError(5, "Input/output error")
    with pytest.raises(StoreUnwritable):
        await connections.write(lambda _: None)
    await connections.write(lambda _: None, durable=False)
    disk.error = None
    await connections.write(lambda _: None)
    await connections.close()


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "memories.db")
    await connections.open()
    await connections.write(lambda db: db.execute("CREATE TABLE said (word TEXT)"))
    writes = [asyncio.ensure_future(connections.write(saying(str(i)))) for i in range(3_000)]
    await asyncio.sleep(0)
    await connections.close()
    await asyncio.gather(*writes)
    again = Connections(tmp_path / "memories.db")
    await again.open()
    assert len(await words(again)) == len(writes)
    await again.close()


async def test_who_was_cut_off_while_waiting_writes_nothing(db: Connections) -> None:
    async with held(db.write):
        cut_off = asyncio.ensure_future(db.write(saying("cut off")))
        stays = asyncio.ensure_future(db.write(saying("stays")))
        await asyncio.sleep(0)
        cut_off.cancel()
    await stays
    assert cut_off.cancelled()
    assert await words(db) == {"stays"}


async def test_one_reading_that_fails_leaves_the_others_alone(db: Connections) -> None:
    await db.write(saying("here"))

    def fail(_: apsw.Connection) -> None:
        raise ValueError("on purpose")

    def first(connection: apsw.Connection) -> object:
        return connection.execute("SELECT word FROM said").get

    async with held(db.read):
        reads = [asyncio.ensure_future(db.read(work)) for work in (first, fail, first)]
        await asyncio.sleep(0)
    before, failed, after = await asyncio.gather(*reads, return_exceptions=True)
    assert (before, after) == ("here", "here")
    assert isinstance(failed, ValueError)


async def test_a_reading_that_broke_off_holds_no_view(db: Connections) -> None:
    await db.write(saying("first"))
    await db.write(saying("second"))

    def break_off(connection: apsw.Connection) -> None:
        for _ in connection.execute("SELECT word FROM said"):
            raise ValueError("on purpose")

    gc.disable()
    try:
        for _ in range(3):
            with pytest.raises(ValueError, match="on purpose"):
                await db.read(break_off)
        await db.write(saying("third"))
        assert await words(db) == {"first", "second", "third"}
    finally:
        gc.enable()


async def test_work_that_raises_what_no_future_takes_is_an_error_all_the_same(
    db: Connections,
) -> None:
    async with held(db.read):
        odd = asyncio.ensure_future(db.read(lambda _: next(iter(()))))
        after = asyncio.ensure_future(db.read(lambda _: "after"))
        await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="StopIteration"):
        await odd
    assert await after == "after"


async def test_who_waited_for_another_process_in_vain_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_MILLISECONDS", 500)
    connections = Connections(tmp_path / "memories.db")
    await connections.open()
    other = apsw.Connection(str(tmp_path / "memories.db"))
    begun: list[str] = []

    def note(_: object, sql: str, __: object) -> bool:
        begun.append(sql)
        return True

    await connections.write(lambda db: db.set_exec_trace(note))
    other.execute("BEGIN IMMEDIATE")
    begun.clear()
    writes = [asyncio.ensure_future(connections.write(lambda _: None)) for _ in range(20)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert all(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert begun.count("BEGIN IMMEDIATE") <= 2, "for who came first, and for all that waited"
    other.execute("ROLLBACK")
    await connections.write(lambda _: None)
    other.close()
    await connections.close()


async def test_whoever_reads_after_a_write_sees_it(db: Connections) -> None:
    async def write_and_read(number: int) -> bool:
        await db.write(saying(str(number)))
        return str(number) in await words(db)

    assert all(await asyncio.gather(*(write_and_read(number) for number in range(200))))


async def test_other_work_of_the_thread_is_not_kept_waiting_for_ever(db: Connections) -> None:
    """Erasing has the same thread purge; writes come without end."""
    stop = asyncio.Event()
    count = 0

    async def write_on(lane: int) -> None:
        nonlocal count
        while not stop.is_set():
            count += 1
            await db.write(saying(f"{lane}.{count}"))

    writing = [asyncio.create_task(write_on(lane)) for lane in range(8)]
    async with asyncio.timeout(30):
        await db.purge()
    stop.set()
    await asyncio.gather(*writing)
    assert count > 0


async def test_a_closed_file_refuses_work(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "memories.db")
    await connections.open()
    await connections.close()
    with pytest.raises(RuntimeError):
        await connections.read(lambda _: None)
    with pytest.raises(RuntimeError):
        await connections.write(lambda _: None)
