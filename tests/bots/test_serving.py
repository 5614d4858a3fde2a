"""Platforms start, serve and stop together."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bots.platform import PlatformError
from bots.serving import PortTaken, serve, serve_health
from bots.settings.root import Settings
from brain.clock import SystemClock
from brain.memory.retention import COMPANION
from storage.sqlite.store import SqliteStore
from tests.bots.telegram.rig import services_of
from tests.doubles import ScriptedGenerator


class Unreachable(PlatformError):
    key = "serving-nothing"


class Stage:
    """A platform that does as it is told."""

    def __init__(self, name: str = "stage", *, fails: bool = False, hangs: bool = False) -> None:
        self.name = name
        self.is_healthy = True
        self.serving = asyncio.Event()
        self.happened: list[str] = []
        self._fails = fails
        self._hangs = hangs
        self._stopping = asyncio.Event()

    async def serve(self) -> None:
        self.happened.append("serves")
        self.serving.set()
        if self._fails:
            raise Unreachable
        try:
            await self._stopping.wait()
            if self._hangs:
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.happened.append("cut off")
            raise
        self.happened.append("ended")

    async def stop(self) -> None:
        self.happened.append("stop")
        self._stopping.set()


async def served(folder: Path, *platforms: Stage, stop_limit_s: float = 20.0) -> None:
    """Serve them over a real store."""
    store = await SqliteStore.open(folder / "memories.db")
    await store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    services = services_of(store, Settings(), ScriptedGenerator(), SystemClock())
    try:
        await serve(services, platforms, stop_limit_s=stop_limit_s)
    finally:
        await store.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_all_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    stages = Stage("one"), Stage("two")
    serving = asyncio.create_task(served(tmp_path, *stages))
    for stage in stages:
        await stage.serving.wait()
    os.kill(os.getpid(), number)
    await serving
    for stage in stages:
        assert stage.happened == ["serves", "stop", "ended"]


async def test_what_does_not_end_is_cut_off(tmp_path: Path) -> None:
    stage = Stage(hangs=True)
    serving = asyncio.create_task(served(tmp_path, stage, stop_limit_s=0.01))
    await stage.serving.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    await serving
    assert stage.happened == ["serves", "stop", "cut off"]


async def test_a_second_signal_cuts_off_at_once(tmp_path: Path) -> None:
    stage = Stage(hangs=True)
    serving = asyncio.create_task(served(tmp_path, stage))
    await stage.serving.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    while "stop" not in stage.happened:  # noqa: ASYNC110 a signal wakes nobody
        await asyncio.sleep(0)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        await serving
    assert stage.happened[-1] == "cut off"


async def test_one_that_fails_is_named_and_ends_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = Stage("good"), Stage("bad", fails=True)
    serving = asyncio.create_task(served(tmp_path, good, bad))
    await bad.serving.wait()
    while "bad is not served" not in caplog.text:  # noqa: ASYNC110 a log wakes nobody
        await asyncio.sleep(0)
    assert good.happened == ["serves"]
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Unreachable):
        await serving
    assert good.happened == ["serves", "stop", "ended"]


async def test_the_last_one_that_fails_ends_it_all(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        await served(tmp_path, Stage(fails=True), Stage(fails=True))


async def test_health_is_that_of_the_worst() -> None:
    stages = Stage("one"), Stage("two")
    async with serve_health(stages, port=0) as port, ClientSession() as session:
        url = f"http://127.0.0.1:{port}/healthz"
        async with session.get(url) as said:
            assert (said.status, await said.json()) == (200, {"one": True, "two": True})
        stages[1].is_healthy = False
        async with session.get(url) as said:
            assert (said.status, await said.json()) == (503, {"one": True, "two": False})


async def test_a_port_that_is_taken_is_named() -> None:
    async with serve_health([Stage()], port=0) as port:
        with pytest.raises(PortTaken, match=str(port)):
            async with serve_health([Stage()], port=port):
                pytest.fail("two cannot listen there")
