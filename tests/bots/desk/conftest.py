from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bots.desk.bench import Bench, open_bench


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with open_bench(tmp_path) as opened:
        yield opened
