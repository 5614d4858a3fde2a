"""Trying again what the store, being away, kept from being done."""

import asyncio

import pytest

from bots.transport.retrying import WAITS_S, Again
from brain.errors import StoreUnavailable


class Work:
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
def again(waits: list[float]) -> Again:
    async def pause(seconds: float) -> None:
        waits.append(seconds)

    return Again(pause=pause)


async def test_what_succeeds_leaves_nothing_to_do(again: Again) -> None:
    work = Work(0)
    assert await again.attempt("a", work) is None
    assert work.tried == 1


async def test_what_failed_is_tried_until_it_succeeds(again: Again, waits: list[float]) -> None:
    work = Work(3)
    rest = await again.attempt("a", work)
    assert rest is not None
    await rest()
    assert work.tried == 4
    assert waits == [*WAITS_S[:3]]


async def test_it_is_given_up_after_a_day(again: Again, waits: list[float]) -> None:
    rest = await again.attempt("a", work := Work(10**6))
    assert rest is not None
    await rest()
    assert work.tried == 1 + len(WAITS_S)
    assert sum(waits) == pytest.approx(86_400, rel=0.01)


async def test_of_two_on_the_same_the_last_one_counts(again: Again) -> None:
    first, second, other = Work(1), Work(0), Work(1)
    old, kept = await again.attempt("a", first), await again.attempt("b", other)
    assert await again.attempt("a", second) is None
    assert old is not None
    assert kept is not None
    await old()
    await kept()
    assert (first.tried, second.tried, other.tried) == (1, 1, 2)


async def test_what_is_under_way_is_not_overtaken(again: Again) -> None:
    go = asyncio.Event()
    first, second = Work(0, go=go), Work(0)
    attempts = [asyncio.create_task(again.attempt("a", work)) for work in (first, second)]
    for _ in range(9):
        await asyncio.sleep(0)
    assert second.tried == 0
    go.set()
    assert await asyncio.gather(*attempts) == [None, None]
    assert (first.tried, second.tried) == (1, 1)


@pytest.mark.parametrize("is_called", [False, True])
async def test_nothing_is_held_of_what_is_closed(again: Again, *, is_called: bool) -> None:
    rest, other = await again.attempt("a", Work(1)), await again.attempt("a", Work(1))
    assert rest is not None
    assert other is not None
    if is_called:
        await rest()
    rest.close()
    rest.close()
    assert again._matters
    other.close()
    assert not again._matters


async def test_other_troubles_are_for_others(again: Again) -> None:
    async def broken() -> None:
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        await again.attempt("a", broken)
    assert await again.attempt("a", Work(0)) is None
    assert not again._matters
