import asyncio
from collections.abc import Iterator

import pytest

from brain.embedders.e5_small import E5SmallEmbedder


@pytest.fixture(scope="session")
def e5() -> Iterator[E5SmallEmbedder]:
    """The real model, loaded once."""
    embedder = E5SmallEmbedder()
    yield embedder
    with asyncio.Runner() as runner:
        runner.run(embedder.aclose())
