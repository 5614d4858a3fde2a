"""Generates load for a bot: people who each send a message when the last was answered."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from benchmarks.population import Population


class Simulation(Protocol):
    """A platform that this process simulates, with one bot on it."""

    def user(self, name: str) -> Any:  # noqa: ANN401 each platform has a type of its own
        """Returns a new person."""
        ...

    async def ask(self, person: Any, text: str) -> None:  # noqa: ANN401
        """Send a private message, and return when the whole reply is there."""
        ...


async def send_messages(simulation: Simulation, people: Sequence[object], *, messages: int) -> None:
    """Let all people write at once, and return when all messages are answered.

    Args:
        simulation: the platform.
        people: the people, as `Simulation.user` returned them.
        messages: the number of messages of all people together, spread evenly.
    """
    population = Population()

    async def write(person: object, count: int) -> None:
        for _ in range(count):
            await simulation.ask(person, population.text())

    share, remainder = divmod(messages, len(people))
    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(people):
            group.create_task(write(person, share + (number < remainder)))
