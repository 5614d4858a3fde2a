"""A companion over a real store, for whatever needs the whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, open_world


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "memories.db"


@pytest.fixture
async def world(file: Path) -> AsyncIterator[World]:
    async with open_world(file) as opened:
        yield opened
