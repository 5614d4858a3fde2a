"""Sends messages through a real bot while everything around it fails, and counts what became of
them: `python -m tests.chaos`.

A process of `siliconfriend run` serves both simulated platforms over one store, and a supervisor
starts it again whenever it has ended. Meanwhile, in an order that follows from the seed, the bot is
killed or frozen, Redis is killed or frozen, and each platform is out of reach, answers with errors,
or takes connections and says nothing. At the end all is well again, and each person writes once
more.

    lost           neither answered nor stored
    stored twice   two turns of the store have it
    doubled        two replies have it
    out of order   a person's message was first answered after a later one of the same person
    stuck          people whose last message, written when all was well again, had no reply
"""

import argparse
import asyncio
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from brain.ids import PersonId
from brain.memory.record import Kind
from brain.memory_iteration import iterate_memories
from brain.messages import Scope
from brain.ports import MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.bots.model_server import model_server
from tests.platforms.discord.limits import Limits
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World as DiscordWorld
from tests.platforms.telegram.server import TelegramServer, telegram_server
from tests.redis_server import RedisServer, running

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"Number (\d+)\b")
CONSOLE = Console(width=160)
RESTART_S = 1.0
"""After so long the supervisor starts a bot again that has ended."""
PATIENCE_S = 300.0
"""How long after the end of all disturbances replies may take."""


@dataclass
class Crowd:
    """The people of one platform, and what they and the bot wrote."""

    name: str
    people: list[PersonId]
    write: Callable[[int, str], None]
    """Sends a text as the person of that number."""
    read: Callable[[int], list[str]]
    """Returns the replies to the person of that number."""
    sent: dict[int, int] = field(default_factory=dict)
    """By number of the message, the number of the person."""
    sent_at: dict[int, datetime] = field(default_factory=dict)
    """By number of the message, when it was sent."""
    last: dict[int, int] = field(default_factory=dict)
    """By number of the person, the message that they wrote when all was well again."""

    def say(self, person: int) -> int:
        """Write the next message of a person; returns its number."""
        number = len(self.sent) + 1
        self.sent[number], self.sent_at[number] = person, datetime.now(UTC)
        self.write(person, f"Number {number} is what I have to say.")
        return number

    def answers(self) -> dict[int, list[int]]:
        """Return the numbers in the replies of each person, in the order of the replies."""
        return {
            person: [int(one) for text in self.read(person) for one in set(NUMBER.findall(text))]
            for person in range(len(self.people))
        }

    def unanswered(self, numbers: Iterable[int]) -> set[int]:
        """Return those of the messages that no reply has."""
        return set(numbers).difference(*self.answers().values())

    def counts(self, stored: Counter[int]) -> dict[str, int]:
        """Return what the table shows."""
        answers = self.answers()
        answered = Counter(number for some in answers.values() for number in some)
        late = 0
        for some in answers.values():
            newest = 0
            for number in dict.fromkeys(some):
                late += number < newest
                newest = max(newest, number)
        return {
            "sent": len(self.sent),
            "answered": len(answered),
            "stored": len(stored),
            "lost": len(self.sent.keys() - answered.keys() - stored.keys()),
            "not stored": len(self.sent.keys() - stored.keys()),
            "stored twice": sum(count > 1 for count in stored.values()),
            "doubled": sum(count > 1 for count in answered.values()),
            "out of order": late,
            "stuck": len(self.unanswered(self.last.values())),
        }


class Bot:
    """The process of the bot, and its supervisor."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self._env, self._log = env, log
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def supervise(self) -> None:
        """Start it, and again each time that it has ended, until cancelled; then end it."""
        try:
            while True:
                with self._log.open("ab") as log:
                    self._process = await asyncio.create_subprocess_exec(
                        *(sys.executable, "-m", "bots", "run"),
                        env=self._env,
                        cwd=ROOT,
                        stdout=log,
                        stderr=log,
                    )
                self.starts += 1
                await self._process.wait()
                await asyncio.sleep(RESTART_S)
        finally:
            if self._process is not None and self._process.returncode is None:
                self._process.terminate()
                await self._process.wait()

    def send(self, sent: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(sent)


Disturbance = Callable[[float], Awaitable[None]]
"""Disturbs for a time in seconds, and puts all in order again."""


def disturbances(
    bot: Bot, discord: DiscordServer, telegram: TelegramServer, redis: RedisServer | None
) -> dict[str, Disturbance]:
    """Return what may happen, by name."""

    async def kill_bot(_: float) -> None:
        bot.send(signal.SIGKILL)

    async def freeze_bot(seconds: float) -> None:
        bot.send(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        bot.send(signal.SIGCONT)

    async def cut_telegram(seconds: float) -> None:
        await telegram.stop()
        await asyncio.sleep(seconds)
        await telegram.start()

    async def break_telegram(seconds: float) -> None:
        with telegram.outage():
            await asyncio.sleep(seconds)

    async def cut_discord(seconds: float) -> None:
        await discord.stop()
        await asyncio.sleep(seconds)
        await discord.start()

    async def silence_discord(seconds: float) -> None:
        discord.gateway.go_deaf()
        discord.edge.held.clear()
        await asyncio.sleep(seconds)
        discord.edge.held.set()
        discord.gateway.cut()

    found: dict[str, Disturbance] = {
        "bot killed": kill_bot,
        "bot frozen": freeze_bot,
        "Telegram cut off": cut_telegram,
        "Telegram in error": break_telegram,
        "Discord cut off": cut_discord,
        "Discord silent": silence_discord,
    }
    if redis is not None:

        async def kill_redis(seconds: float) -> None:
            redis.kill()
            await asyncio.sleep(seconds)
            await asyncio.to_thread(redis.start)

        async def freeze_redis(seconds: float) -> None:
            redis.freeze()
            await asyncio.sleep(seconds)
            redis.thaw()

        found |= {"Redis killed": kill_redis, "Redis frozen": freeze_redis}
    return found


@asynccontextmanager
async def crowds(
    people: int,
) -> AsyncIterator[tuple[DiscordServer, TelegramServer, list[Crowd]]]:
    """Serve both platforms with so many people each."""
    world = DiscordWorld()
    discord = DiscordServer(world, limits=Limits())
    await discord.start()
    there = [world.user(f"Person {number}") for number in range(people)]
    async with telegram_server() as telegram:
        here = [telegram.world.user(f"Person {number}") for number in range(people)]
        chats = [telegram.world.private(user) for user in here]
        yield (
            discord,
            telegram,
            [
                Crowd(
                    "Discord",
                    [PersonId(f"discord:{user.id}") for user in there],
                    lambda person, text: void(world.dm(there[person], text)),
                    lambda person: [one.content for one in world.replies(there[person])],
                ),
                Crowd(
                    "Telegram",
                    [PersonId(f"telegram:{user.id}") for user in here],
                    lambda person, text: void(
                        telegram.world.say(here[person], chats[person], text)
                    ),
                    lambda person: [one["text"] for one in telegram.world.replies(chats[person])],
                ),
            ],
        )
    await discord.stop()


def void(_: object) -> None:
    """Take no notice of a value."""


async def write_all(crowd: Crowd, *, messages: int, rate: float, chance: random.Random) -> None:
    """Let random people write so many messages, on average `rate` a second."""
    for _ in range(messages):
        crowd.say(chance.randrange(len(crowd.people)))
        await asyncio.sleep(chance.expovariate(rate))


async def disturb(
    happening: dict[str, Disturbance], *, calm_s: float, chance: random.Random
) -> Counter[str]:
    """Let one thing after the other happen until cancelled, each to its end; returns how often."""
    counts: Counter[str] = Counter()
    try:
        while True:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * calm_s)
            name = chance.choice(list(happening))
            counts[name] += 1
            CONSOLE.print(f"{datetime.now(UTC):%H:%M:%S} {name}", highlight=False)
            await asyncio.shield(asyncio.ensure_future(happening[name](chance.uniform(1.0, 6.0))))
    except asyncio.CancelledError:
        await asyncio.sleep(6.0)
        return counts


async def greet(crowd: Crowd) -> None:
    """Let each person write once, while all is well: Discord tells nobody of strangers' messages
    of a time at which the bot was away."""
    await answered(crowd, [crowd.say(person) for person in range(len(crowd.people))])


async def settle(crowd: Crowd) -> None:
    """Wait until all is answered, or nothing more comes; then let each person write once more."""
    await answered(crowd, crowd.sent)
    crowd.last = {person: crowd.say(person) for person in range(len(crowd.people))}
    await answered(crowd, crowd.last.values())


async def answered(crowd: Crowd, numbers: Iterable[int]) -> None:
    """Wait until the messages are answered, or nothing has been for a while."""
    wanted, left, since = list(numbers), -1, time.monotonic()
    while (now_left := len(crowd.unanswered(wanted))) and time.monotonic() - since < PATIENCE_S / 5:
        if now_left != left:
            left, since = now_left, time.monotonic()
        await asyncio.sleep(1.0)


async def stored(store: MemoryStore, crowd: Crowd) -> Counter[int]:
    """Count in how many turns of the store each message stands."""
    found: defaultdict[int, int] = defaultdict(int)
    for person in crowd.people:
        scope = Scope.everything_of(person)
        async for memory in iterate_memories(store, scope, kinds=(Kind.TURN,)):
            for number in NUMBER.findall(memory.text):
                found[int(number)] += 1
    return Counter(found)


async def run(arguments: argparse.Namespace, kind: str) -> None:
    """Play all over one kind of store, and print the counts."""
    heads = "sent, answered, stored, lost, not stored, stored twice, doubled, out of order, stuck"
    table = Table("store", "platform", *heads.split(", "), box=box.MARKDOWN)
    chance = random.Random(f"{arguments.seed} {kind}")  # noqa: S311 what happens is to happen again
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        discord, telegram, both = await stack.enter_async_context(crowds(arguments.people))
        model = stack.enter_context(model_server())
        redis: RedisServer | None = None
        address = f"sqlite:{folder / 'memories.db'}"
        if kind == "redis":
            options = ("--appendonly", "yes", "--appendfsync", "always")
            redis = stack.enter_context(running(folder, *options))
            address = redis.url
        bot = Bot(environment(folder, model.url, address, discord, telegram), arguments.log)
        supervising = asyncio.create_task(bot.supervise())
        await telegram.world.until(
            lambda: telegram.world.called("getUpdates"),
            within=PATIENCE_S,
        )
        await discord.world.until(discord.world.sessions.live, seconds=PATIENCE_S)
        await asyncio.gather(*map(greet, both))
        happening = disturbances(bot, discord, telegram, redis)
        disturbing = asyncio.create_task(disturb(happening, calm_s=arguments.calm, chance=chance))
        await asyncio.gather(
            *[
                write_all(crowd, messages=arguments.messages, rate=arguments.rate, chance=chance)
                for crowd in both
            ]
        )
        disturbing.cancel()
        counts = await disturbing
        await asyncio.gather(*map(settle, both))
        supervising.cancel()
        await asyncio.wait([supervising])
        store: MemoryStore = (
            await SqliteStore.open(folder / "memories.db")
            if redis is None
            else await RedisStore.open(redis.url)
        )
        for crowd in both:
            kept = await stored(store, crowd)
            shown = crowd.counts(kept)
            for number in sorted(crowd.sent.keys() - kept.keys()):
                at, person = crowd.sent_at[number], crowd.sent[number]
                CONSOLE.print(f"{at:%H:%M:%S} not stored: {number} of person {person}")
            table.add_row(kind, crowd.name, *map(str, shown.values()))
        await store.close()
        happened = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        CONSOLE.print(f"{kind}: {happened}; the bot was started {bot.starts} times")
        CONSOLE.print(table)


def environment(
    folder: Path, model: str, store: str, discord: DiscordServer, telegram: TelegramServer
) -> dict[str, str]:
    """Return the environment of the bot, without settings of whoever runs this."""
    kept = {name: value for name, value in os.environ.items() if "SILICONFRIEND" not in name}
    settings = {
        "DATA_DIR": str(folder),
        "STORE": store,
        "ZONE": "UTC",
        "MODEL__BASE_URL": model,
        "MODEL__NAME": "echo",
        "EMBEDDER__KIND": "openai",
        "EMBEDDER__BASE_URL": model,
        "EMBEDDER__MODEL": "words",
        "DISCORD__TOKEN": discord.token,
        "DISCORD__API_BASE": discord.root,
        "TELEGRAM__TOKEN": telegram.token,
        "TELEGRAM__API_BASE": telegram.root,
        "ACCESS__MESSAGES_PER_MINUTE": "1000",
        "MEMORY__CONSOLIDATE": "off",
    }
    named = {f"SILICONFRIEND_{name}": value for name, value in settings.items()}
    return {**kept, **named, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


async def main(arguments: argparse.Namespace) -> None:
    """Play over the stores that were asked for."""
    for kind in ("sqlite", "redis") if arguments.store == "both" else (arguments.store,):
        await run(arguments, kind)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "redis", "both"), default="both")
    parser.add_argument("--messages", type=int, default=5_000, help="on each platform")
    parser.add_argument("--people", type=int, default=50, help="on each platform")
    parser.add_argument("--rate", type=float, default=4.0, help="messages a second, on each")
    parser.add_argument("--calm", type=float, default=6.0, help="seconds between two disturbances")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="what the bot prints")
    asyncio.run(main(parser.parse_args()))
