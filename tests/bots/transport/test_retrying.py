"""Trying again what the store, being away, kept from being done."""

import asyncio

import pytest

from bots.transport.retrying import WAITS_S, Retrier
from brain.errors import StoreUnavailable


class Operation:
    """Fails so often, and tells how often it was tried."""

    def __init__(self, failures: int, *, go: asyncio.Event | None = None) -> None:
        self.failures = failures
        self.tried = 0
        self.go = go

    async def __call__(self) -> None:
        if self.go is not None:
            await self.go.wait()
        self.tried += 1
        if self.tried <= self.failures:
            raise StoreUnavailable(reason="test")


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def retrier(waits: list[float]) -> Retrier:
    async def pause(seconds: float) -> None:
        waits.append(seconds)

    return Retrier(pause=pause)


async def test_what_succeeds_leaves_nothing_to_do(retrier: Retrier) -> None:
    operation = Operation(0)
    assert await retrier.attempt("a", operation) is None
    assert operation.tried == 1


async def test_what_failed_is_tried_until_it_succeeds(retrier: Retrier, waits: list[float]) -> None:
    operation = Operation(3)
    retry = await retrier.attempt("a", operation)
    assert retry is not None
    await retry()
    assert operation.tried == 4
    assert waits == [*WAITS_S[:3]]


async def test_it_is_given_up_after_a_day(retrier: Retrier, waits: list[float]) -> None:
    retry = await retrier.attempt("a", operation := Operation(10**6))
    assert retry is not None
    await retry()
    assert operation.tried == 1 + len(WAITS_S)
    assert sum(waits) == pytest.approx(86_400, rel=0.01)


async def test_of_two_on_the_same_the_last_one_counts(retrier: Retrier) -> None:
    first, second, other = Operation(1), Operation(0), Operation(1)
    old, kept = await retrier.attempt("a", first), await retrier.attempt("b", other)
    assert await retrier.attempt("a", second) is None
    assert old is not None
    assert kept is not None
    await old()
    await kept()
    assert (first.tried, second.tried, other.tried) == (1, 1, 2)


async def test_what_is_under_way_is_not_overtaken(retrier: Retrier) -> None:
    go = asyncio.Event()
    first, second = Operation(0, go=go), Operation(0)
    attempts = [
        asyncio.create_task(retrier.attempt("a", operation)) for operation in (first, second)
    ]
    for _ in range(9):
        await asyncio.sleep(0)
    assert second.tried == 0
    go.set()
    assert await asyncio.gather(*attempts) == [None, None]
    assert (first.tried, second.tried) == (1, 1)


@pytest.mark.parametrize("is_called", [False, True])
async def test_nothing_is_held_of_what_is_closed(retrier: Retrier, *, is_called: bool) -> None:
    retry, other = (
        await retrier.attempt("a", Operation(1)),
        await retrier.attempt("a", Operation(1)),
    )
    assert retry is not None
    assert other is not None
    if is_called:
        await retry()
    retry.close()
    retry.close()
    assert retrier._queues
    other.close()
    assert not retrier._queues


async def test_other_troubles_are_for_others(retrier: Retrier) -> None:
    async def broken() -> None:
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        await retrier.attempt("a", broken)
    assert await retrier.attempt("a", Operation(0)) is None
    assert not retrier._queues
