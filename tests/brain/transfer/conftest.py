from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.sqlite.store import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "store.db")
    yield opened
    await opened.close()


@pytest.fixture
async def elsewhere(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A second, empty store, which plays one on another machine."""
    opened = await SqliteStore.open(tmp_path / "elsewhere.db")
    yield opened
    await opened.close()
