"""A model comes whole or not at all, however often the connection breaks."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from brain.hub.chat_models import ChatModel
from brain.hub.download import MOST_FAILURES, Downloads
from brain.hub.errors import (
    DiskFull,
    DownloadDamaged,
    DownloadRunning,
    FileDiffers,
    FileNotOnHub,
    FolderUnusable,
    HubRefused,
    HubUnreachable,
)
from brain.hub.partial_file import RESERVE_BYTES
from tests.brain.hub.hub_server import FILE, HubServer, hub_server, tiny_model
from tests.ports import closed_address
from tests.proxies import proxy

CONTENT = os.urandom(300_000)
MODEL = tiny_model(CONTENT)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with hub_server(CONTENT) as server:
        yield server


class Bench:
    """A folder of models, with pauses that end at once."""

    def __init__(self, folder: Path, hub_url: str) -> None:
        self.paused: list[float] = []
        self.shown: list[tuple[int, int]] = []
        self.came = asyncio.Event()
        """Set when bytes have come."""
        self.downloads = Downloads(folder=folder, hub_url=hub_url, pause=self._pause)

    async def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    async def fetch(self, model: ChatModel = MODEL) -> Path:
        return await self.downloads.fetch(model, progress=self._show)

    def _show(self, done: int, total: int) -> None:
        self.shown.append((done, total))
        if done:
            self.came.set()

    async def break_off(self, hub: HubServer, *, after: int) -> None:
        """Download that many bytes and be interrupted."""

        async def interrupt(_: float) -> None:
            raise asyncio.CancelledError

        hub.cuts = [after]
        interrupted = Downloads(folder=self.downloads.folder, hub_url=hub.url, pause=interrupt)
        with pytest.raises(asyncio.CancelledError):
            await interrupted.fetch(MODEL, progress=lambda _done, _total: None)

    @property
    def files(self) -> set[str]:
        """What lies in the folder, but for the lock."""
        names = {path.name for path in self.downloads.folder.iterdir()}
        return {name for name in names if not name.endswith(".lock")}


@pytest.fixture
def bench(hub: HubServer, tmp_path: Path) -> Bench:
    return Bench(tmp_path / "data" / "models", hub.url)


async def test_a_file_comes_by_the_redirect_to_another_host(bench: Bench, hub: HubServer) -> None:
    assert not bench.downloads.has(MODEL)
    path = await bench.fetch()
    assert path.read_bytes() == CONTENT
    assert bench.files == {FILE}
    assert bench.downloads.has(MODEL)
    assert bench.shown[0] == (0, len(CONTENT))
    assert bench.shown[-1] == (len(CONTENT), len(CONTENT))
    assert [each.path for each in hub.asked] == [f"/blob/{hub.sha256}?signature=right"]
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


async def test_a_file_that_is_there_is_not_asked_for(bench: Bench, hub: HubServer) -> None:
    await bench.fetch()
    await bench.fetch()
    assert len(hub.asked) == 1


async def test_a_connection_that_breaks_off_goes_on_from_there(
    bench: Bench, hub: HubServer
) -> None:
    hub.cuts = [100_000, 50_000]
    path = await bench.fetch()
    assert path.read_bytes() == CONTENT
    assert [each.range for each in hub.asked] == [None, "bytes=100000-", "bytes=150000-"]
    assert hub.asked[1].if_range == '"first"'
    assert bench.paused == [1.0, 1.0]


async def test_the_next_call_goes_on_where_an_interruption_left_it(
    bench: Bench, hub: HubServer
) -> None:
    hub.held.clear()
    task = asyncio.ensure_future(bench.fetch())
    await bench.came.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    hub.held.set()
    kept = (bench.downloads.folder / f"{FILE}.part").read_bytes()
    assert kept
    assert CONTENT.startswith(kept)
    path = await bench.fetch()
    assert path.read_bytes() == CONTENT
    assert hub.asked[-1].range == f"bytes={len(kept)}-"
    assert bench.files == {FILE}


async def test_a_server_without_ranges_sends_all_of_it_again(bench: Bench, hub: HubServer) -> None:
    hub.knows_ranges, hub.cuts = False, [100_000]
    path = await bench.fetch()
    assert path.read_bytes() == CONTENT
    assert [each.range for each in hub.asked] == [None, "bytes=100000-"]


async def test_a_part_that_came_with_another_etag_begins_anew(bench: Bench, hub: HubServer) -> None:
    await bench.break_off(hub, after=100_000)
    hub.etag = '"second"'
    path = await bench.fetch()
    assert path.read_bytes() == CONTENT
    assert (hub.asked[-1].range, hub.asked[-1].if_range) == ("bytes=100000-", '"first"')


async def test_a_weak_etag_is_no_condition(bench: Bench, hub: HubServer) -> None:
    hub.etag = 'W/"first"'
    await bench.break_off(hub, after=100_000)
    await bench.fetch()
    assert (hub.asked[-1].range, hub.asked[-1].if_range) == ("bytes=100000-", None)


async def test_the_part_of_another_file_is_thrown_away(bench: Bench, hub: HubServer) -> None:
    await bench.break_off(hub, after=100_000)
    hub.content = CONTENT[::-1]
    path = await bench.fetch(tiny_model(hub.content))
    assert path.read_bytes() == hub.content
    assert hub.asked[-1].range is None


async def test_a_part_that_is_whole_is_only_checked(bench: Bench, hub: HubServer) -> None:
    await bench.break_off(hub, after=100_000)
    (bench.downloads.folder / f"{FILE}.part").write_bytes(CONTENT)
    path = await bench.fetch()
    assert path.read_bytes() == CONTENT
    assert len(hub.asked) == 1


async def test_a_hub_with_another_checksum_is_not_downloaded_from(
    bench: Bench, hub: HubServer
) -> None:
    hub.content = CONTENT[::-1]
    with pytest.raises(FileDiffers):
        await bench.fetch()
    assert hub.asked == []


@pytest.mark.parametrize("states_checksum", [True, False])
async def test_what_has_another_checksum_is_removed(
    states_checksum: bool,  # noqa: FBT001 a parameter of the test
    bench: Bench,
    hub: HubServer,
) -> None:
    hub.states_checksum, hub.sent = states_checksum, CONTENT[::-1]
    with pytest.raises(DownloadDamaged):
        await bench.fetch()
    assert bench.files == set()
    hub.sent = None
    assert (await bench.fetch()).read_bytes() == CONTENT


async def test_what_is_longer_than_it_is_to_be_is_not_kept(bench: Bench, hub: HubServer) -> None:
    hub.sent = CONTENT + b"more"
    with pytest.raises(DownloadDamaged):
        await bench.fetch()
    assert bench.files == set()


@pytest.mark.parametrize("refuses_head", [False, True])
async def test_a_mirror_that_sends_the_file_itself_will_do(
    refuses_head: bool,  # noqa: FBT001 a parameter of the test
    bench: Bench,
    hub: HubServer,
) -> None:
    hub.is_direct, hub.refuses_head = True, refuses_head
    assert (await bench.fetch()).read_bytes() == CONTENT


async def test_a_hub_without_the_file_says_so(bench: Bench) -> None:
    with pytest.raises(FileNotOnHub) as caught:
        await bench.fetch(tiny_model(CONTENT, revision="b" * 40))
    assert caught.value.values["file"] == FILE
    assert bench.files == set()


async def test_an_answer_that_is_no_file_is_told_by_its_status(
    bench: Bench, hub: HubServer
) -> None:
    hub.statuses = [403]
    with pytest.raises(HubRefused) as caught:
        await bench.fetch()
    assert caught.value.values["status"] == 403


async def test_a_busy_hub_is_asked_again_and_what_has_come_stays(
    bench: Bench, hub: HubServer
) -> None:
    await bench.break_off(hub, after=100_000)
    hub.statuses = [503, 429]
    assert (await bench.fetch()).read_bytes() == CONTENT
    assert {each.range for each in hub.asked[1:]} == {"bytes=100000-"}
    assert bench.paused[-2:] == [2.0, 4.0]


async def test_a_connection_that_brings_nothing_is_given_up(bench: Bench, hub: HubServer) -> None:
    hub.cuts = [100_000] + [0] * MOST_FAILURES
    with pytest.raises(HubUnreachable):
        await bench.fetch()
    assert (bench.downloads.folder / f"{FILE}.part").stat().st_size == 100_000


async def test_a_hub_that_does_not_answer_is_told_at_once_without_its_password(
    tmp_path: Path,
) -> None:
    closed = closed_address()
    bench = Bench(tmp_path / "models", f"http://me:secret@{closed}/hub")
    with pytest.raises(HubUnreachable) as caught:
        await bench.fetch()
    assert caught.value.values["address"] == closed
    assert bench.paused == []


async def test_hub_and_cdn_are_reached_through_the_proxy_of_the_environment(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = [int(url.rpartition(":")[2]) for url in (hub.url, hub.cdn_url)]
    hub.cdn_url = "http://cdn.example"
    async with proxy({"hub.example": ports[0], "cdn.example": ports[1]}) as between:
        monkeypatch.setenv("ALL_PROXY", between.url("socks5"))
        bench = Bench(tmp_path / "models", "http://hub.example")
        assert (await bench.fetch()).read_bytes() == CONTENT
    assert set(between.asked) == {"hub.example", "cdn.example"}


async def test_a_full_disk_is_noticed_before_anything_is_asked(
    bench: Bench, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = RESERVE_BYTES + len(CONTENT)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, needed - 1))
    with pytest.raises(DiskFull) as caught:
        await bench.fetch()
    assert caught.value.values["path"] == str(bench.downloads.folder)
    assert hub.asked == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, needed))
    assert (await bench.fetch()).read_bytes() == CONTENT


async def test_what_has_come_needs_no_room_again(
    bench: Bench, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.break_off(hub, after=100_000)
    needed = RESERVE_BYTES + len(CONTENT) - 100_000
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, needed))
    assert (await bench.fetch()).read_bytes() == CONTENT


async def test_a_folder_that_cannot_be_written_is_named(hub: HubServer) -> None:
    bench = Bench(Path("/dev/null/models"), hub.url)
    with pytest.raises(FolderUnusable):
        await bench.fetch()


async def test_two_processes_do_not_download_the_same_file(bench: Bench, hub: HubServer) -> None:
    bench.downloads.folder.mkdir(parents=True)
    with FileLock(bench.downloads.folder / f"{FILE}.lock"), pytest.raises(DownloadRunning):
        await bench.fetch()
    assert hub.asked == []
    assert (await bench.fetch()).read_bytes() == CONTENT
