"""What memory costs a bot on Discord: `python -m benchmarks.discord_echo [--messages N]`.

The wire server of the tests plays Discord in this process; each bot runs in one of its own. So many
people write in DMs, each the next message when the last is answered; the model answers at once.
`bare` says everything again on discord.py alone, `thin` by the whole way of ours from Discord to
the brain and back, without the brain. `quick` is the whole bot with memories in SQLite
and an embedder that costs nearly nothing; `bundled` the same with the embedder that comes along.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.talking import talk
from benchmarks.timing import machine
from tests.platforms.discord.limits import NO_LIMITS
from tests.platforms.discord.records import Channel, Draft, Message, User
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World

PEOPLE = 10
SAID = "I see."
EARLY = 1_000
"""Messages after which memory is looked at for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one bot."""

    per_second: float
    """Messages answered, each by a whole reply."""
    early_mib: float
    late_mib: float


class Stage(World):
    """A world that tells each person of their answer, and lets go of what was said."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: dict[int, asyncio.Future[None]] = {}

    async def ask(self, person: User, text: str) -> None:
        """Write, and return when the whole reply is there."""
        channel = self.dm_channel(person)
        answered = asyncio.get_running_loop().create_future()
        self._awaited[channel.id] = answered
        self.dm(person, text)
        await answered
        for message in self._by_channel.pop(channel.id):
            del self.messages[message.id]

    def post(self, author: User, channel: Channel, draft: Draft, **rest: Any) -> Message:  # noqa: ANN401 as the world has it
        """Say it; the bot's answer is not the line about what it keeps."""
        message = super().post(author, channel, draft, **rest)
        if author is self.bot and draft.content.startswith(("w", SAID)):
            self._awaited.pop(channel.id).set_result(None)
        return message


async def measure(kind: str, *, messages: int) -> Outcome:
    """Have one bot answer so many messages."""
    async with _served(kind) as (stage, process):
        people = [stage.user(f"Person {number}") for number in range(PEOPLE)]
        await talk(stage.ask, people, messages=2 * PEOPLE)
        started = time.perf_counter()
        await talk(stage.ask, people, messages=min(EARLY, messages))
        early = _resident(process)
        await talk(stage.ask, people, messages=max(0, messages - EARLY))
        seconds = time.perf_counter() - started
        return Outcome(per_second=messages / seconds, early_mib=early, late_mib=_resident(process))


def _resident(process: int) -> float:
    """What a process holds for itself, in MiB.

    Pages of the store's file, which SQLite maps, are the machine's cache and do not count.
    """
    status = Path(f"/proc/{process}/status").read_text("ascii")
    [line] = [line for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(line.split()[1]) / 1024


@asynccontextmanager
async def _served(kind: str) -> AsyncIterator[tuple[Stage, int]]:
    stage = Stage()
    server = DiscordServer(stage, limits=NO_LIMITS)
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.discord_bots", kind, server.root, server.token, folder
        )
        try:
            await stage.until(stage.sessions.connected, seconds=60)
            yield stage, process.pid
        finally:
            process.kill()
            await process.wait()
            await server.stop()


def main() -> None:
    """Measure, and print what a reader needs to compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--bots", nargs="*", default=["bare", "thin", "quick", "bundled"])
    options = parser.parse_args()
    console = Console()
    console.print(f"{options.messages:,} messages, {PEOPLE} people at once. {machine()}")
    bare = 0.0
    for kind in options.bots:
        found = asyncio.run(measure(kind, messages=options.messages))
        bare = bare or found.per_second
        grown = found.late_mib / found.early_mib - 1
        console.print(
            f"{kind:8} {found.per_second:6.0f} messages/s, {found.per_second / bare:4.0%} of bare;"
            f" {found.early_mib:.0f} MiB after {EARLY:,}, {found.late_mib:.0f} at the end"
            f" ({grown:+.1%})"
        )


if __name__ == "__main__":
    main()
