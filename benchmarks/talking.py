"""People who write to a bot, each the next message when the last is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from benchmarks.population import Population

Writer = TypeVar("Writer")


async def talk(
    ask: Callable[[Writer, str], Awaitable[None]], people: Sequence[Writer], *, messages: int
) -> None:
    """So many messages, spread over them; `ask` returns when the whole reply is there."""
    population = Population()

    async def one(person: Writer, count: int) -> None:
        for _ in range(count):
            await ask(person, population.text())

    each, more = divmod(messages, len(people))
    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(people):
            group.create_task(one(person, each + (number < more)))
