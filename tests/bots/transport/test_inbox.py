"""What a dead process left is answered once after a restart, whatever became of the store."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bots.transport.inbox import ALIVE_S, RENEW_S, Inbox
from bots.transport.journal import Journal
from brain.errors import StoreUnavailable
from brain.ports import MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.redis_server import emptied, shared_url

Found = list[tuple[str, str]]


@pytest.fixture(params=["sqlite", "redis"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MemoryStore]:
    prefix = f"inbox-{uuid4().hex}"
    opened: MemoryStore
    if request.param == "sqlite":
        opened = await SqliteStore.open(tmp_path / "memories.db")
    else:
        opened = await RedisStore.open(shared_url(), prefix=prefix)
    yield opened
    await opened.close()
    if request.param == "redis":
        await emptied(shared_url(), prefix)


async def no_time(_: float) -> None:
    """Lets the others go on."""
    await asyncio.sleep(0.002)


class Machine:
    """A machine whose processes share a store and a disk."""

    def __init__(self, store: MemoryStore, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self._journals: list[Journal] = []

    def inbox(self, platform: str = "discord", **options: Any) -> Inbox:  # noqa: ANN401
        """That of a new process."""
        journal = Journal(self.folder / platform)
        self._journals.append(journal)
        return Inbox(
            self.store, platform=platform, journal=journal, **{"pause": no_time, **options}
        )

    def kill(self) -> None:
        """End all processes: the system gives their locks back."""
        for journal in self._journals:
            journal.close()

    def on_disk(self) -> list[Path]:
        """The files with what was received or said."""
        return [file for file in self.folder.rglob("*") if file.is_file() and file.name != "lock"]

    async def left(self, platform: str = "discord", **options: Any) -> Found:  # noqa: ANN401
        """What a new process finds and handles."""
        return await handled(self.inbox(platform, **options))


async def handled(inbox: Inbox) -> Found:
    """What it finds and handles."""
    found = []
    async for left in inbox.left_behind():
        async with inbox.finish(left):
            found.append((left.key, left.payload))
    return found


@pytest.fixture
def machine(store: MemoryStore, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(store, tmp_path / "in-progress")
    yield machine
    machine.kill()


async def die(inbox: Inbox, key: str) -> None:
    """Cancelled is how a process that is stopped leaves its work."""
    with pytest.raises(asyncio.CancelledError):
        async with inbox.keep(key, f"payload {key}"):
            raise asyncio.CancelledError


async def begin(inbox: Inbox, key: str) -> "asyncio.Task[None]":
    """Have a message kept, and handled for ever."""
    kept = asyncio.Event()

    async def work() -> None:
        async with inbox.keep(key, f"payload {key}"):
            kept.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await kept.wait()
    return task


async def end(task: "asyncio.Task[None]") -> None:
    """Cancel it, and wait until it has ended."""
    task.cancel()
    await asyncio.wait([task])


class Away:
    """Takes the store away, and gives it back."""

    def __init__(self, store: MemoryStore, patch: pytest.MonkeyPatch) -> None:
        self.is_away = False
        for owner, names in ((store.values, ("get", "set", "add", "pop")), (store, ("claim",))):
            for name in names:
                patch.setattr(owner, name, self._unless_away(getattr(owner, name)))

    def _unless_away(self, call: Any) -> Any:  # noqa: ANN401
        async def called(*values: Any, **options: Any) -> Any:  # noqa: ANN401
            if self.is_away:
                raise StoreUnavailable(reason="test")
            return await call(*values, **options)

        return called


@pytest.fixture
def away(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> Away:
    return Away(store, monkeypatch)


async def test_what_was_done_is_not_left_behind(machine: Machine) -> None:
    async with machine.inbox().keep("1", "x") as is_first:
        assert is_first
    assert await machine.left() == []


async def test_what_failed_was_told_and_is_not_left_behind(machine: Machine) -> None:
    with pytest.raises(OSError, match="told"):
        async with machine.inbox().keep("1", "x"):
            raise OSError("told")
    assert await machine.left() == []


async def test_what_was_cut_off_is_given_out_once(machine: Machine) -> None:
    inbox = machine.inbox()
    for key in ("1", "2"):
        await die(inbox, key)
    assert await machine.left("telegram") == []
    assert await machine.left() == [("1", "payload 1"), ("2", "payload 2")]
    assert await machine.left() == []


async def test_dying_again_loses_nothing(machine: Machine) -> None:
    await die(machine.inbox(), "1")
    again = machine.inbox()
    async for left in again.left_behind():
        with pytest.raises(asyncio.CancelledError):
            async with again.finish(left):
                raise asyncio.CancelledError
    assert await machine.left() == [("1", "payload 1")]


async def test_an_update_is_taken_up_once_across_processes(machine: Machine) -> None:
    async def receive() -> bool:
        async with machine.inbox().keep("1", "x") as entry:
            await asyncio.sleep(0)
            return entry is not None

    assert sorted(await asyncio.gather(*(receive() for _ in range(5)))) == [False] * 4 + [True]
    assert not await receive()
    assert await machine.left() == []


async def test_what_is_noted_while_its_process_is_stopped_is_not_lost(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = machine.store.values.add

    async def stopped(
        owner: str, name: str, value: str, *, ttl_s: float, once_for_s: float | None = None
    ) -> bool:
        assert await add(owner, name, value, ttl_s=ttl_s, once_for_s=once_for_s)
        raise asyncio.CancelledError

    with monkeypatch.context() as death:
        death.setattr(machine.store.values, "add", stopped)
        with pytest.raises(asyncio.CancelledError):
            async with machine.inbox().keep("1", "x"):
                pass
    async with machine.inbox().keep("1", "x") as is_first:
        assert not is_first
    machine.kill()
    assert await machine.left() == [("1", "x")]
    assert await machine.left() == []


async def test_what_was_left_behind_and_comes_again_is_not_handled_twice(machine: Machine) -> None:
    inbox = machine.inbox()
    await die(inbox, "1")
    async with inbox.keep("1", "payload 1") as is_first:
        assert not is_first
    assert await machine.left() == [("1", "payload 1")]


async def test_what_somebody_is_at_is_not_given_out(machine: Machine) -> None:
    at_work = machine.inbox()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    task = await begin(at_work, "1")
    assert await machine.left(pause=pause) == []
    assert await handled(at_work) == []
    # It looked again for as long as a dead process counts as alive, and not for ever.
    assert ALIVE_S <= sum(pauses) <= 2 * ALIVE_S
    await end(task)
    assert await machine.left() == [("1", "payload 1")]


async def test_what_a_process_killed_on_this_machine_was_at_is_given_out_at_once(
    machine: Machine,
) -> None:
    task = await begin(machine.inbox(pause=stopped), "1")
    machine.kill()

    starting = [machine.inbox() for _ in range(3)]
    assert await machine.store.values.get("inbox:discord:alive")
    taken = await asyncio.gather(*map(handled, starting))
    assert [one for each in taken for one in each] == [("1", "payload 1")]
    await end(task)


async def stopped(_: float) -> None:
    """No time goes by."""
    await asyncio.Event().wait()


async def test_what_a_process_on_another_machine_was_at_is_given_out_once_it_counts_as_dead(
    machine: Machine, tmp_path: Path
) -> None:
    elsewhere = Machine(machine.store, tmp_path / "elsewhere")
    task = await begin(elsewhere.inbox(pause=stopped), "1")

    [killed] = await machine.store.values.get("inbox:discord:alive")

    async def time_passes(seconds: float) -> None:
        await machine.store.values.set("inbox:discord:alive", killed, None)
        await no_time(seconds)

    starting = [machine.inbox(pause=time_passes) for _ in range(3)]
    taken = await asyncio.gather(*map(handled, starting))
    assert [one for each in taken for one in each] == [("1", "payload 1")]
    await end(task)
    elsewhere.kill()


async def test_who_works_for_long_says_again_that_they_live(machine: Machine) -> None:
    again = asyncio.Event()
    seen: list[float] = []

    async def pause(seconds: float) -> None:
        seen.append(seconds)
        if len(seen) > 1:
            again.set()
            await asyncio.Event().wait()
        for process in await machine.store.values.get("inbox:discord:alive"):
            await machine.store.values.set("inbox:discord:alive", process, None)

    async with machine.inbox(pause=pause).keep("1", "x"):
        async with asyncio.timeout(10):
            await again.wait()
        assert await machine.store.values.get("inbox:discord:alive")
    assert seen == [RENEW_S, RENEW_S]


async def test_whoever_comes_while_another_is_at_it_leaves_it_alone(machine: Machine) -> None:
    mine, theirs = machine.inbox(pause=stopped), machine.inbox(pause=stopped)
    async with mine.keep("1", "x") as is_mine, theirs.keep("1", "x") as is_theirs:
        assert is_mine
        assert not is_theirs
        assert set(await machine.store.values.get("inbox:discord")) == {"1"}, "killed here, found"


async def test_what_was_left_is_given_out_in_the_order_of_its_numbers(
    machine: Machine, away: Away
) -> None:
    inbox = machine.inbox()
    for key in ("10", "9", "100"):
        await die(inbox, key)
    assert [key for key, _ in await machine.left()] == ["9", "10", "100"]
    away.is_away = True
    for key in ("10", "9", "100"):
        await die(inbox, key)
    machine.kill()
    starting = machine.inbox()
    assert [left.key for left in starting.on_disk()] == ["9", "10", "100"]


async def test_what_nobody_works_on_any_more_can_be_left_for_the_next_start(
    machine: Machine, away: Away
) -> None:
    await machine.inbox().leave("1", "x")
    assert await machine.left() == [("1", "x")]
    assert await machine.left() == []
    away.is_away = True
    await machine.inbox().leave("2", "y")
    machine.kill()
    away.is_away = False
    assert await machine.left() == [("2", "y")]
    assert machine.on_disk() == []


async def test_what_comes_while_the_store_is_away_is_on_disk_until_the_store_is_back(
    machine: Machine, away: Away
) -> None:
    back = asyncio.Event()

    async def pause(_: float) -> None:
        await back.wait()

    waits: list[bool] = []
    away.is_away = True
    inbox = machine.inbox(pause=pause)

    async def receive() -> None:
        async with inbox.keep("1", "secret", on_wait=lambda: waits.append(True)) as is_ours:
            assert is_ours
            [file] = machine.on_disk()
            assert file.stat().st_mode & 0o777 == 0o600
            assert file.parent.stat().st_mode & 0o777 == 0o700
            assert "secret" in file.read_text()

    task = asyncio.create_task(receive())
    async with asyncio.timeout(30):
        while not waits:  # noqa: ASYNC110 a task goes on
            await asyncio.sleep(0)
    assert machine.on_disk()
    away.is_away = False
    back.set()
    await task
    assert machine.on_disk() == []


@pytest.mark.parametrize("is_back", [False, True])
async def test_what_came_while_the_store_was_away_is_found_after_a_kill(
    machine: Machine, away: Away, *, is_back: bool
) -> None:
    away.is_away = True
    task = await begin(machine.inbox(pause=stopped), "1")
    machine.kill()
    away.is_away = not is_back
    starting = machine.inbox()
    [left] = starting.on_disk()
    assert (left.key, left.payload) == ("1", "payload 1")
    away.is_away = False
    assert await handled(starting) == [("1", "payload 1")]
    assert machine.on_disk() == []
    # The platform may send it again, as it was perhaps never told that it arrived.
    async with machine.inbox().keep("1", "payload 1") as is_ours:
        assert not is_ours
    await end(task)


async def test_what_a_living_process_has_on_disk_is_its_own(machine: Machine, away: Away) -> None:
    away.is_away = True
    task = await begin(machine.inbox(pause=stopped), "1")
    assert machine.inbox().on_disk() == []
    await end(task)


async def test_what_was_handled_and_could_not_be_removed_is_removed_after_a_kill(
    machine: Machine, away: Away
) -> None:
    waits = asyncio.Event()

    async def receive() -> None:
        async with machine.inbox(pause=stopped).keep("1", "x", on_wait=waits.set):
            away.is_away = True

    task = asyncio.create_task(receive())
    await waits.wait()
    await end(task)
    machine.kill()
    away.is_away = False
    assert await machine.left() == []
    assert await machine.store.values.get("inbox:discord") == {}
    assert machine.on_disk() == []


async def test_a_reply_that_was_sent_is_known_after_a_kill_and_gone_when_it_is_written(
    machine: Machine,
) -> None:
    kept = asyncio.Event()

    async def work() -> None:
        async with machine.inbox(pause=stopped).keep("1", "payload 1") as entry:
            assert entry
            entry.said = "Hello, Ann."
            entry.sent += [7, 8]
            entry.save()
            kept.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await kept.wait()
    machine.kill()
    waiting_turns = {"a turn"}

    async def pause(_: float) -> None:
        assert machine.on_disk()
        waiting_turns.clear()

    starting = machine.inbox(pause=pause, waiting_turns=waiting_turns)
    async for left in starting.left_behind():
        async with starting.finish(left) as found:
            assert (found.said, found.sent) == ("Hello, Ann.", [7, 8])
    assert not waiting_turns
    assert machine.on_disk() == []
    await end(task)


async def test_what_was_left_is_found_though_the_store_fails_again_and_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = machine.inbox()
    for key in ("1", "2", "3"):
        await die(inbox, key)
    failing = {"get": [1, 2, 4, 6, 9], "set": [2, 3], "pop": [1, 3]}

    def shaky(name: str, call: Any) -> Any:  # noqa: ANN401
        calls = itertools.count(1)

        async def called(*values: Any, **options: Any) -> Any:  # noqa: ANN401
            if next(calls) in failing[name]:
                raise StoreUnavailable(reason="test")
            return await call(*values, **options)

        return called

    values = machine.store.values
    for name in failing:
        monkeypatch.setattr(values, name, shaky(name, getattr(values, name)))
    found = await machine.left()
    assert sorted(found) == [(key, f"payload {key}") for key in ("1", "2", "3")]


async def test_without_a_disk_a_message_is_kept_by_the_store_alone(
    store: MemoryStore, away: Away, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    inbox = Inbox(store, platform="discord", journal=Journal(blocked), pause=no_time)
    assert "cannot be written" in caplog.text
    async with inbox.keep("1", "x") as entry:
        assert entry
        entry.save()
    away.is_away = True
    with suppress(StoreUnavailable):
        async with inbox.keep("2", "x"):
            raise AssertionError
