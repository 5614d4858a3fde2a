"""A companion over a real store, for whatever needs the whole."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from brain.embedders.e5_small import E5SmallEmbedder
from brain.errors import MissingPart
from brain.generators.llama_cpp import demonstration_model
from brain.training.base_models import load_base
from tests.world import World, open_redis_world, open_world


@pytest.fixture(scope="session")
def e5() -> Iterator[E5SmallEmbedder]:
    """The real embedding model, loaded once."""
    embedder = E5SmallEmbedder()
    yield embedder
    with asyncio.Runner() as runner:
        runner.run(embedder.aclose())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "memories.db"


@pytest.fixture
async def world(file: Path) -> AsyncIterator[World]:
    async with open_world(file) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "redis"])
async def either_world(request: pytest.FixtureRequest, file: Path) -> AsyncIterator[World]:
    """The same over each store."""
    if request.param == "sqlite":
        async with open_world(file) as opened:
            yield opened
        return
    async with open_redis_world() as (opened, _):
        yield opened


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `load_base` has the demonstration model converted: unpacked once, for all workers."""
    try:
        file = demonstration_model()
    except MissingPart as exc:
        pytest.skip(str(exc))
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # A worker has a folder of its own within that of the run.
        root = root.parent
    with (root / "converted.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        load_base(str(file), models=root / "converted", weights=False)
    return root / "converted"


@pytest.fixture(scope="session")
def smollm2(converted: Path) -> Path:
    """The folder of the demonstration model, a real one of 135 million parameters."""
    [folder] = converted.iterdir()
    return folder
