"""What memory costs a bot: `python -m benchmarks.platforms [--lawful]`.

The wire servers of the tests play Telegram and Discord in this process; each bot runs in one of its
own. People write in private, each the next message when the last is answered; the model answers at
once.

    bare     says everything again, on the platform's library alone
    thin     the same by the whole way of ours to the brain and back, without the brain
    quick    the whole bot, memories in SQLite, an embedder that costs nearly nothing
    bundled  the same with the embedder that comes along

With `--lawful` the servers refuse what the platforms themselves refuse: more than 30 messages a
second of one bot on Telegram, 50 requests on Discord. Without it nothing holds a bot back but the
processor.
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

from benchmarks.discord_stage import on_discord
from benchmarks.talking import Stage, talk
from benchmarks.telegram_stage import on_telegram
from benchmarks.timing import machine

KINDS = ("bare", "thin", "quick", "bundled")
ROUND = 1_000
"""Messages until it is the next bot's turn, so that what else the machine does hits all; after the
first round the memory of a process is looked at."""
PEOPLE, LAWFUL_PEOPLE = 10, 100
"""Who write at once: enough for the limits of a whole bot to count, and not those of one chat."""
LAWFUL_MESSAGES = 1_000


class Played(Protocol):
    """A platform to put a bot on."""

    def __call__(
        self, kind: str, *, lawful: bool
    ) -> AbstractAsyncContextManager[tuple[Stage, int]]:
        """Gives the stage and the id of the bot's process."""
        ...


PLATFORMS: dict[str, Played] = {"telegram": on_telegram, "discord": on_discord}


@dataclass(slots=True)
class Measured:
    """Of one bot, over all rounds."""

    messages: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    """Of the bot's own process."""
    early_mib: float = 0.0
    """What it holds in memory for itself after the first round."""
    late_mib: float = 0.0

    @property
    def per_second(self) -> float:
        """Messages answered, each by a whole reply."""
        return self.messages / self.seconds


@dataclass(slots=True)
class Bot:
    """At work, and what was measured of it."""

    kind: str
    stage: Stage
    process: int
    people: Sequence[object]
    measured: Measured

    async def answer(self, messages: int) -> None:
        """So many messages, measured."""
        measured = self.measured
        cpu, started = _cpu_s(self.process), time.perf_counter()
        await talk(self.stage, self.people, messages=messages)
        measured.seconds += time.perf_counter() - started
        measured.cpu_s += _cpu_s(self.process) - cpu
        measured.messages += messages
        measured.late_mib = _resident_mib(self.process)
        measured.early_mib = measured.early_mib or measured.late_mib


async def measure(
    played: Played,
    kinds: Sequence[str],
    *,
    messages: int,
    lawful: bool,
    told: Callable[[str], None] = lambda _: None,
) -> dict[str, Measured]:
    """Have each bot answer so many messages; `told` hears how far they are."""
    found = {}
    async with AsyncExitStack() as stack:
        bots = []
        for kind in kinds:
            stage, process = await stack.enter_async_context(played(kind, lawful=lawful))
            count = LAWFUL_PEOPLE if lawful else PEOPLE
            people = [stage.user(f"Person {number}") for number in range(count)]
            found[kind] = Measured()
            bots.append(Bot(kind, stage, process, people, found[kind]))
            # Everybody is known, and what is loaded once is loaded.
            await talk(stage, people, messages=2 * count)
        for done in range(0, messages, ROUND):
            for bot in bots:
                told(f"{bot.kind}: {done:,} of {messages:,} messages")
                await bot.answer(min(ROUND, messages - done))
    return found


def _cpu_s(process: int) -> float:
    """What a process has used of the processors, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mib(process: int) -> float:
    """What a process holds in memory for itself.

    Pages of the store's file, which SQLite maps, are the machine's cache and do not count.
    """
    status = Path(f"/proc/{process}/status").read_text("ascii")
    [line] = [line for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(line.split()[1]) / 1024


def table(name: str, found: dict[str, Measured]) -> Table:
    """What a reader needs to compare."""
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
    """Measure, and print it."""
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
                    told=status.update,
                )
            )
        console.print(table(name, found))
    people = LAWFUL_PEOPLE if options.lawful else PEOPLE
    limits = "the platforms' own limits" if options.lawful else "no limits"
    console.print(f"{messages:,} messages a bot, {people} people at once, {limits}. {machine()}")


if __name__ == "__main__":
    main()
