"""What memory costs a bot on Telegram: `python -m benchmarks.telegram_echo [--messages N]`.

The wire server of the tests plays Telegram in this process; each bot runs in one of its own. So
many people write in private, each the next message when the last is answered; the model answers at
once. `bare` says everything again on python-telegram-bot alone, `thin` by the whole way of ours,
from Telegram to the brain and back, without the brain. `quick` is the whole bot with memories in
SQLite and an embedder that costs nearly nothing; `bundled` the same with the embedder that comes
along.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.talking import talk
from benchmarks.timing import machine
from tests.platforms.telegram.people import Chat, Json, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

PEOPLE = 10
CONSENT = "remember what you tell me"
"""Of the line that a newcomer reads first."""


class Stage(World):
    """A world that tells each person of their answer, and lets go of what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.flood.enforced = False
        self._awaited: dict[int, asyncio.Future[None]] = {}

    async def ask(self, person: User, text: str) -> None:
        """Write, and return when the whole reply is there."""
        chat = self.private(person)
        answered = asyncio.get_running_loop().create_future()
        self._awaited[chat.id] = answered
        self.say(person, chat, text)
        await answered
        chat.messages.clear()
        chat.versions.clear()
        self.updates.clear()
        self.calls.clear()

    def put(self, user: User, chat: Chat, content: Json, **rest: Any) -> Json:  # noqa: ANN401 as the world has it
        """Say it; the bot's answer is not the line about what it keeps."""
        message = super().put(user, chat, content, **rest)
        if user is self.bot and CONSENT not in content.get("text", ""):
            self._awaited.pop(chat.id).set_result(None)
        return message


@dataclass(slots=True)
class Measured:
    """Of one bot, over all rounds."""

    messages: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    """Of the bot's own process."""

    @property
    def per_second(self) -> float:
        """Messages answered, each by a whole reply."""
        return self.messages / self.seconds


async def measure(kinds: Sequence[str], *, messages: int, rounds: int) -> dict[str, Measured]:
    """Have each bot answer so many messages, in turns: what else the machine does hits all."""
    found = {kind: Measured() for kind in kinds}
    async with AsyncExitStack() as stack:
        served = {kind: await stack.enter_async_context(_served(kind)) for kind in kinds}
        people = {
            kind: [stage.user(f"Person {number}") for number in range(PEOPLE)]
            for kind, (stage, _) in served.items()
        }
        for kind, (stage, _) in served.items():
            await talk(stage.ask, people[kind], messages=10 * PEOPLE)
        for _ in range(rounds):
            for kind, (stage, process) in served.items():
                cpu, started = _cpu_s(process), time.perf_counter()
                await talk(stage.ask, people[kind], messages=messages // rounds)
                measured = found[kind]
                measured.seconds += time.perf_counter() - started
                measured.cpu_s += _cpu_s(process) - cpu
                measured.messages += messages // rounds
    return found


def _cpu_s(process: int) -> float:
    """What a process has used of the processors, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _served(kind: str) -> AsyncIterator[tuple[Stage, int]]:
    stage = Stage()
    server = TelegramServer(stage)
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.telegram_bots"),
            *(kind, server.root, server.token, folder),
        )
        try:
            await stage.until(lambda: stage.called("deleteWebhook"), within=60)
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
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bots", nargs="*", default=["bare", "thin", "quick", "bundled"])
    options = parser.parse_args()
    found = asyncio.run(measure(options.bots, messages=options.messages, rounds=options.rounds))
    table = Table("bot", "messages/s", "of the first", "CPU ms/message", box=box.SIMPLE)
    first = found[options.bots[0]].per_second
    for kind, measured in found.items():
        table.add_row(
            kind,
            f"{measured.per_second:.0f}",
            f"{measured.per_second / first:.0%}",
            f"{1_000 * measured.cpu_s / measured.messages:.1f}",
        )
    console = Console()
    console.print(table)
    console.print(f"{options.messages:,} messages of {PEOPLE} people at once. {machine()}")


if __name__ == "__main__":
    main()
