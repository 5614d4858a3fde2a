"""Measures what memory costs a bot: `python -m benchmarks.platforms [--lawful]`.

The servers of the tests simulate Telegram and Discord in this process, and each bot runs in a
process of its own. People write private messages, each the next one when the last was answered;
the model answers at once.

    bare     repeats every message, with the platform's library alone
    thin     the same, through this project's whole path to the brain and back, without the brain
    quick    the whole bot, with memories in SQLite and an embedder that costs nearly nothing
    bundled  the whole bot, with the bundled embedder

With `--lawful` the servers refuse what the platforms refuse: more than 30 messages a second from
one bot on Telegram, 50 requests a second on Discord. Without it only the processor limits a bot.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.discord_simulation import simulated_discord
from benchmarks.load import Simulation, send_messages
from benchmarks.telegram_simulation import simulated_telegram
from benchmarks.timing import machine

KINDS = ("bare", "thin", "quick", "bundled")
ROUND = 1_000
"""Messages to one bot before the next bot's turn, so that other work on the machine slows all bots
alike. The memory of a process is first measured after its first round."""
PEOPLE, LAWFUL_PEOPLE = 10, 100
"""People who write at once; with limits, so many that those of a whole bot are reached before those
of one chat."""
LAWFUL_MESSAGES = 1_000


class SimulatedPlatform(Protocol):
    """Simulates a platform with one bot of a kind on it."""

    def __call__(
        self, kind: str, *, lawful: bool
    ) -> AbstractAsyncContextManager[tuple[Simulation, int]]:
        """Gives the simulation, and the id of the bot's process."""
        ...


PLATFORMS: dict[str, SimulatedPlatform] = {
    "telegram": simulated_telegram,
    "discord": simulated_discord,
}


@dataclass(slots=True)
class Measured:
    """The measurements of one bot over all rounds."""

    messages: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    """Processor time of the bot's own process, in seconds."""
    early_mib: float = 0.0
    """Private memory of the process after the first round, in MiB."""
    late_mib: float = 0.0
    """Private memory of the process after the last round, in MiB."""

    @property
    def per_second(self) -> float:
        """Messages answered by a whole reply per second."""
        return self.messages / self.seconds


@dataclass(slots=True)
class Bot:
    """A running bot, with its measurements."""

    kind: str
    simulation: Simulation
    process: int
    people: Sequence[object]
    measured: Measured

    async def answer(self, messages: int) -> None:
        """Send the bot a number of messages, and add to its measurements."""
        measured = self.measured
        cpu, started = _cpu_s(self.process), time.perf_counter()
        await send_messages(self.simulation, self.people, messages=messages)
        measured.seconds += time.perf_counter() - started
        measured.cpu_s += _cpu_s(self.process) - cpu
        measured.messages += messages
        measured.late_mib = _resident_mib(self.process)
        measured.early_mib = measured.early_mib or measured.late_mib


async def measure(
    simulated: SimulatedPlatform,
    kinds: Sequence[str],
    *,
    messages: int,
    lawful: bool,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Measured]:
    """Measure bots side by side on one platform.

    Args:
        simulated: simulates the platform.
        kinds: the kinds of bots.
        messages: how many messages each bot answers.
        lawful: whether the platform's limits apply.
        report: called with a line about the progress.

    Returns:
        The measurements of each kind.
    """
    found = {}
    async with AsyncExitStack() as stack:
        bots = []
        for kind in kinds:
            simulation, process = await stack.enter_async_context(simulated(kind, lawful=lawful))
            count = LAWFUL_PEOPLE if lawful else PEOPLE
            people = [simulation.user(f"Person {number}") for number in range(count)]
            found[kind] = Measured()
            bots.append(Bot(kind, simulation, process, people, found[kind]))
            # Now everybody is known, and all that is loaded once is loaded.
            await send_messages(simulation, people, messages=2 * count)
        for done in range(0, messages, ROUND):
            for bot in bots:
                report(f"{bot.kind}: {done:,} of {messages:,} messages")
                await bot.answer(min(ROUND, messages - done))
    return found


def _cpu_s(process: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mib(process: int) -> float:
    """Return the private memory of a process, in MiB.

    The pages of the store's file that SQLite maps belong to the system's cache and do not count.
    """
    status = Path(f"/proc/{process}/status").read_text("ascii")
    [line] = [line for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(line.split()[1]) / 1024


def table(name: str, found: dict[str, Measured]) -> Table:
    """Returns the table of one platform."""
    shown = Table(
        *("bot", "messages/s", "of bare", "CPU ms a message"),
        *(f"MiB after {ROUND:,}", "at the end", "more"),
        title=name,
        box=box.SIMPLE,
    )
    bare = next(iter(found.values())).per_second
    for kind, measured in found.items():
        shown.add_row(
            kind,
            f"{measured.per_second:.1f}",
            f"{measured.per_second / bare:.0%}",
            f"{1_000 * measured.cpu_s / measured.messages:.1f}",
            f"{measured.early_mib:.0f}",
            f"{measured.late_mib:.0f}",
            f"{measured.late_mib / measured.early_mib - 1:+.1%}",
        )
    return shown


def main() -> None:
    """Measure what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--platforms", nargs="+", default=list(PLATFORMS), choices=PLATFORMS)
    parser.add_argument("--messages", type=int, help="10,000, or 1,000 with --lawful")
    parser.add_argument("--bots", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--lawful", action="store_true")
    options = parser.parse_args()
    messages = options.messages or (LAWFUL_MESSAGES if options.lawful else 10 * ROUND)
    console = Console()
    for name in options.platforms:
        with console.status(name) as status:
            found = asyncio.run(
                measure(
                    PLATFORMS[name],
                    options.bots,
                    messages=messages,
                    lawful=options.lawful,
                    report=status.update,
                )
            )
        console.print(table(name, found))
    people = LAWFUL_PEOPLE if options.lawful else PEOPLE
    limits = "the platforms' own limits" if options.lawful else "no limits"
    console.print(f"{messages:,} messages a bot, {people} people at once, {limits}. {machine()}")


if __name__ == "__main__":
    main()
