"""Ten minutes of talk on a clock of our own, against Discord's own limits."""

import asyncio
import heapq
import random
from collections.abc import Coroutine
from itertools import count

import pytest

from bots.discord.outgoing_rate_limits import OutgoingLimits
from tests.platforms.discord.limits import Group, Limiter, Limits

MINUTES = 10
LONGEST_DELAY_S = 0.1


class Hours:
    """Time that passes only when all wait for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._running = 0

    async def pause(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._numbers), future))
        await future

    async def run(self, work: list[Coroutine[None, None, None]]) -> None:
        """Until all is done."""
        tasks = [asyncio.ensure_future(each) for each in work]
        while not all(task.done() for task in tasks):
            # Whoever was woken gets as far as the next wait: some hops through the loop.
            for _ in range(4):
                await asyncio.sleep(0)
            if self._waiting:
                self.now, _, future = heapq.heappop(self._waiting)
                future.set_result(None)
        await asyncio.gather(*tasks)


@pytest.mark.parametrize("channels", [1, 40])
async def test_ten_minutes_of_talk_earn_no_429(channels: int) -> None:
    hours, chance = Hours(), random.Random(channels)  # noqa: S311 the same every time
    outgoing_limits = OutgoingLimits(
        40.0, window_s=5.25, seconds=lambda: hours.now, pause=hours.pause
    )
    limiter = Limiter(Limits(), seconds=lambda: hours.now)
    passed, refused = [0], [0]

    async def ask(group: Group, channel: int) -> None:
        key = {Group.MESSAGES: "POST", Group.EDITS: "PATCH"}.get(group)
        await outgoing_limits.wait((key, channel) if key else None)
        await hours.pause(chance.uniform(0.0, LONGEST_DELAY_S))
        verdict = limiter.take(group, str(channel))
        passed[0] += 1
        refused[0] += not verdict.allowed

    async def talk(channel: int) -> None:
        while hours.now < MINUTES * 60:
            await ask(Group.OTHERS, channel)
            await ask(Group.MESSAGES, channel)
            for _ in range(chance.randrange(6)):
                if not outgoing_limits.is_busy(channel):
                    await ask(Group.EDITS, channel)
                await hours.pause(chance.uniform(0.0, 1.2))
            await ask(Group.EDITS, channel)

    await hours.run([talk(number % channels) for number in range(3 * channels)])

    assert refused == [0]
    assert passed[0] > 500


async def test_without_limits_nothing_waits() -> None:
    async def never(_: float) -> None:
        raise AssertionError

    outgoing_limits = OutgoingLimits(None, window_s=None, pause=never)

    for _ in range(100):
        await outgoing_limits.wait(("POST", 1))

    assert not outgoing_limits.is_busy(1)
