"""Fixtures for the tests of the file itself."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage.sqlite.store import SqliteStore

REPOSITORY = Path(__file__).parents[3]
Worker = subprocess.Popen[str]
Start = Callable[..., Worker]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memories.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(path)
    yield store
    await store.close()


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a worker (`tests.storage.sqlite.worker`); none outlives its test."""
    with ExitStack() as stack:

        def start(*arguments: str | Path | int) -> Worker:
            command = [sys.executable, "-m", "tests.storage.sqlite.worker", *map(str, arguments)]
            worker = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
            )
            stack.enter_context(worker)
            stack.callback(worker.kill)
            return worker

        yield start
