"""The fixtures that run each test of the contract once for every store."""

from collections.abc import AsyncIterator

import pytest

from brain.ports import MemoryStore
from tests.contracts.harness import STORES, Factory, Harness


@pytest.fixture(params=list(STORES))
def factory(request: pytest.FixtureRequest) -> Factory:
    """For tests that open a store of their own, once for each drawn example."""
    return STORES[request.param]


@pytest.fixture
async def harness(factory: Factory) -> AsyncIterator[Harness]:
    async with factory() as harness:
        yield harness


@pytest.fixture
async def store(harness: Harness) -> MemoryStore:
    return harness.store
