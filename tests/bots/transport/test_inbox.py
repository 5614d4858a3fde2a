"""What a dead process left is answered once after a restart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.transport.inbox import ALIVE_S, RENEW_S, Inbox
from storage.sqlite.store import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "memories.db")
    yield opened
    await opened.close()


async def left(store: SqliteStore, platform: str = "discord") -> list[tuple[str, str]]:
    return [one async for one in Inbox(store, platform=platform).left_behind()]


async def die(inbox: Inbox, key: str) -> None:
    """Cancelled is how a process that is stopped leaves its work."""
    with pytest.raises(asyncio.CancelledError):
        async with inbox.keep(key, f"payload {key}"):
            raise asyncio.CancelledError


async def test_what_was_done_is_not_left_behind(store: SqliteStore) -> None:
    async with Inbox(store, platform="discord").keep("1", "x") as is_first:
        assert is_first
    assert await left(store) == []


async def test_what_failed_was_told_and_is_not_left_behind(store: SqliteStore) -> None:
    with pytest.raises(OSError, match="told"):
        async with Inbox(store, platform="discord").keep("1", "x"):
            raise OSError("told")
    assert await left(store) == []


async def test_what_was_cut_off_is_given_out_once(store: SqliteStore) -> None:
    inbox = Inbox(store, platform="discord")
    for key in ("1", "2"):
        await die(inbox, key)
    assert await left(store, "telegram") == []
    assert await left(store) == [("1", "payload 1"), ("2", "payload 2")]
    assert await left(store) == []


async def test_dying_again_loses_nothing(store: SqliteStore) -> None:
    await die(Inbox(store, platform="discord"), "1")
    async for key, _ in Inbox(store, platform="discord").left_behind():
        assert key == "1"
        break
    assert await left(store) == [("1", "payload 1")]


async def test_an_update_is_taken_up_once_across_processes(store: SqliteStore) -> None:
    async def receive() -> bool:
        async with Inbox(store, platform="discord").keep("1", "x") as is_first:
            await asyncio.sleep(0)
            return is_first

    assert sorted(await asyncio.gather(*(receive() for _ in range(5)))) == [False] * 4 + [True]
    assert not await receive()
    assert await left(store) == []


async def test_what_is_noted_while_its_process_is_stopped_is_not_lost(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = store.values.add

    async def stopped(
        owner: str, name: str, value: str, *, ttl_s: float, once_for_s: float | None = None
    ) -> bool:
        assert await add(owner, name, value, ttl_s=ttl_s, once_for_s=once_for_s)
        raise asyncio.CancelledError

    with monkeypatch.context() as death:
        death.setattr(store.values, "add", stopped)
        with pytest.raises(asyncio.CancelledError):
            async with Inbox(store, platform="discord").keep("1", "x"):
                pass
    async with Inbox(store, platform="discord").keep("1", "x") as is_first:
        assert not is_first

    async def time_passes(_: float) -> None:
        for process in await store.values.get("inbox:discord:alive"):
            await store.values.set("inbox:discord:alive", process, None)

    starting = Inbox(store, platform="discord", pause=time_passes)
    assert [one async for one in starting.left_behind()] == [("1", "x")]
    assert await left(store) == []


async def test_what_was_left_behind_and_comes_again_is_not_handled_twice(
    store: SqliteStore,
) -> None:
    inbox = Inbox(store, platform="discord")
    await die(inbox, "1")
    async with inbox.keep("1", "payload 1") as is_first:
        assert not is_first
    assert await left(store) == [("1", "payload 1")]


async def test_what_somebody_is_at_is_not_given_out(store: SqliteStore) -> None:
    at_work = Inbox(store, platform="discord")
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with at_work.keep("1", "payload 1"):
        others = Inbox(store, platform="discord", pause=pause)
        assert [one async for one in others.left_behind()] == []
        assert [one async for one in at_work.left_behind()] == []
    # It looked again for as long as a dead process counts as alive, and not for ever.
    assert ALIVE_S <= sum(pauses) <= 2 * ALIVE_S
    assert await left(store) == []


async def test_what_a_killed_process_was_at_is_given_out_once_it_counts_as_dead(
    store: SqliteStore,
) -> None:
    killed = Inbox(store, platform="discord")
    work = killed.keep("1", "payload\nof two lines")
    assert await work.__aenter__()

    async def time_passes(_: float) -> None:
        for process in await store.values.get("inbox:discord:alive"):
            await store.values.set("inbox:discord:alive", process, None)

    starting = [Inbox(store, platform="discord", pause=time_passes) for _ in range(3)]

    async def take(inbox: Inbox) -> list[tuple[str, str]]:
        return [one async for one in inbox.left_behind()]

    taken = await asyncio.gather(*(take(inbox) for inbox in starting))
    assert [one for each in taken for one in each] == [("1", "payload\nof two lines")]
    await work.__aexit__(None, None, None)


async def test_who_works_for_long_says_again_that_they_live(store: SqliteStore) -> None:
    again = asyncio.Event()
    seen: list[float] = []

    async def pause(seconds: float) -> None:
        seen.append(seconds)
        if len(seen) > 1:
            again.set()
            await asyncio.Event().wait()
        for process in await store.values.get("inbox:discord:alive"):
            await store.values.set("inbox:discord:alive", process, None)

    async with Inbox(store, platform="discord", pause=pause).keep("1", "x"):
        async with asyncio.timeout(10):
            await again.wait()
        assert await store.values.get("inbox:discord:alive")
    assert seen == [RENEW_S, RENEW_S]


async def test_whoever_comes_while_another_is_at_it_leaves_it_alone(store: SqliteStore) -> None:
    mine, theirs = Inbox(store, platform="discord"), Inbox(store, platform="discord")
    async with mine.keep("1", "x") as is_mine, theirs.keep("1", "x") as is_theirs:
        assert (is_mine, is_theirs) == (True, False)
        assert set(await store.values.get("inbox:discord")) == {"1"}, "killed here, it is found"


async def test_what_the_dead_noted_and_did_not_claim_is_taken_over_when_it_comes_again(
    store: SqliteStore,
) -> None:
    await store.values.add("inbox:discord", "1", "somebody\nx", ttl_s=600)
    async with Inbox(store, platform="discord").keep("1", "x") as is_ours:
        assert is_ours
        assert not (await store.values.get("inbox:discord"))["1"].startswith("somebody")
    assert await left(store) == []


async def test_what_was_left_is_given_out_in_the_order_of_its_numbers(store: SqliteStore) -> None:
    inbox = Inbox(store, platform="discord")
    for key in ("10", "9", "100"):
        await die(inbox, key)
    assert [key for key, _ in await left(store)] == ["9", "10", "100"]


async def test_what_nobody_works_on_any_more_can_be_left_for_the_next_start(
    store: SqliteStore,
) -> None:
    await Inbox(store, platform="discord").leave("1", "x")
    assert await left(store) == [("1", "x")]
    assert await left(store) == []
