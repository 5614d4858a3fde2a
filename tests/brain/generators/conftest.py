from collections.abc import AsyncGenerator

import pytest

from tests.brain.generators.openai_server import OpenAIServer, serving


@pytest.fixture
async def server() -> AsyncGenerator[OpenAIServer, None]:
    """A server that answers by a script of the test."""
    async with serving() as running:
        yield running
