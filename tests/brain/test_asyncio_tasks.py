import asyncio
from contextlib import suppress

from brain.asyncio_tasks import cancel_and_wait


async def test_all_have_ended_also_those_that_clean_up_fail_or_ended_before() -> None:
    begun, cleaned = asyncio.Event(), asyncio.Event()

    async def cleaning() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.set()

    async def failing() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise ValueError

    async def over() -> None:
        pass

    tasks = [asyncio.create_task(each()) for each in (cleaning, failing, over)]
    await begun.wait()
    await cancel_and_wait(tasks)
    assert all(task.done() for task in tasks)
    assert cleaned.is_set()
    await cancel_and_wait([])


async def test_who_takes_a_cancellation_for_something_else_is_asked_again() -> None:
    asked = 0

    async def deaf() -> None:
        nonlocal asked
        while asked < 3:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            asked += 1

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await cancel_and_wait([task], again_after_s=0.001)
    assert asked == 3
