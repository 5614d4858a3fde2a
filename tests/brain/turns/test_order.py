"""Order within a conversation."""

import asyncio

import pytest

from brain.turns.order import TurnOrder


async def test_turns_of_one_conversation_run_one_after_another_in_order() -> None:
    order = TurnOrder()
    log: list[str] = []

    async def turn(number: int) -> None:
        async with order.turn_of("anna"):
            log.append(f"{number} in")
            await asyncio.sleep(0)
            log.append(f"{number} out")

    await asyncio.gather(*(turn(n) for n in range(20)))
    assert log == [f"{n} {step}" for n in range(20) for step in ("in", "out")]


async def test_different_conversations_run_side_by_side() -> None:
    order = TurnOrder()
    ben_spoke = asyncio.Event()

    async def anna() -> None:
        async with order.turn_of("anna"):
            await ben_spoke.wait()

    async def ben() -> None:
        async with order.turn_of("ben"):
            ben_spoke.set()

    await asyncio.gather(anna(), ben())


async def test_nothing_is_kept_of_a_conversation_that_is_over() -> None:
    order = TurnOrder()

    async def cut_off() -> None:
        async with order.turn_of("anna"):
            assert len(order) == 1
            raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        await cut_off()
    assert len(order) == 0


async def test_one_who_gives_up_waiting_does_not_block_the_rest() -> None:
    order = TurnOrder()
    go = asyncio.Event()
    log: list[int] = []

    async def turn(number: int) -> None:
        async with order.turn_of("anna"):
            await go.wait()
            log.append(number)

    first, second, third = (asyncio.create_task(turn(n)) for n in range(3))
    await asyncio.sleep(0)
    second.cancel()
    go.set()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert log == [0, 2]
    assert len(order) == 0
