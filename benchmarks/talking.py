"""People who write to a bot, each the next message when the last is answered."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from benchmarks.population import Population


class Stage(Protocol):
    """A platform played by this process, with one bot on it."""

    def user(self, name: str) -> Any:  # noqa: ANN401 as the platform has it
        """Somebody new."""
        ...

    async def ask(self, person: Any, text: str) -> None:  # noqa: ANN401
        """Write, and return when the whole reply is there."""
        ...


async def talk(stage: Stage, people: Sequence[object], *, messages: int) -> None:
    """So many messages, spread over them."""
    population = Population()

    async def one(person: object, count: int) -> None:
        for _ in range(count):
            await stage.ask(person, population.text())

    each, more = divmod(messages, len(people))
    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(people):
            group.create_task(one(person, each + (number < more)))
