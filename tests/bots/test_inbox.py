"""What a dead process left is answered once after a restart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.inbox import Inbox
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
        async with inbox.kept(key, f"payload {key}"):
            raise asyncio.CancelledError


async def test_what_was_done_is_not_left_behind(store: SqliteStore) -> None:
    async with Inbox(store, platform="discord").kept("1", "x") as is_first:
        assert is_first
    assert await left(store) == []


async def test_what_failed_was_told_and_is_not_left_behind(store: SqliteStore) -> None:
    with pytest.raises(OSError, match="told"):
        async with Inbox(store, platform="discord").kept("1", "x"):
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
        async with Inbox(store, platform="discord").kept("1", "x") as is_first:
            await asyncio.sleep(0)
            return is_first

    assert sorted(await asyncio.gather(*(receive() for _ in range(5)))) == [False] * 4 + [True]
    assert not await receive()
    assert await left(store) == []


async def test_between_the_note_and_the_claim_nothing_is_lost(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object, **__: object) -> bool:
        raise asyncio.CancelledError

    with monkeypatch.context() as death:
        death.setattr(store, "claim", killed)
        with pytest.raises(asyncio.CancelledError):
            async with Inbox(store, platform="discord").kept("1", "x"):
                pass
    assert await left(store) == [("1", "x")]


async def test_what_was_left_behind_and_comes_again_is_not_handled_twice(
    store: SqliteStore,
) -> None:
    inbox = Inbox(store, platform="discord")
    await die(inbox, "1")
    async with inbox.kept("1", "payload 1") as is_first:
        assert not is_first
    assert await left(store) == [("1", "payload 1")]
