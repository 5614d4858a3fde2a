"""A companion over a real store, for whatever needs the whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, open_redis_world, open_world


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
