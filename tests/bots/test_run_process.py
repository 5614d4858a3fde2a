"""`siliconfriend run` as it is used: a process of its own, both platforms, and signals."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import apsw
import pytest
from aiohttp import ClientError, ClientSession

from brain.ids import PersonId
from brain.messages import Scope
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.bots.conftest import ROOT, Sandbox
from tests.ending import pass_leases
from tests.platforms.discord.conftest import discord_server
from tests.platforms.discord.records import User
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World as DiscordWorld
from tests.platforms.telegram.conftest import telegram
from tests.platforms.telegram.server import TelegramServer
from tests.ports import held_port
from tests.redis_server import running as running_redis
from tests.stores import KINDS

__all__ = ["discord_server", "telegram"]

PATIENCE_S = 60.0
"""No process takes longer for anything; none is measured."""


@pytest.fixture
def world() -> DiscordWorld:
    """That of the Discord server."""
    return DiscordWorld()


@dataclass(frozen=True, slots=True)
class Running:
    """The command in its process."""

    process: asyncio.subprocess.Process
    health: str
    """Where it tells how it is."""

    async def healthy(self) -> dict[str, bool]:
        """Wait until it says that all is well, and give what it says."""
        async with asyncio.timeout(PATIENCE_S), ClientSession() as session:
            while True:
                try:
                    async with session.get(self.health) as answer:
                        if answer.status == 200:
                            found: dict[str, bool] = await answer.json()
                            return found
                except ClientError:
                    assert self.process.returncode is None, "it ended"
                await asyncio.sleep(0.05)

    async def terminate(self) -> int:
        """Stop it as a service manager does; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the command runs."""

    discord: DiscordServer
    telegram: TelegramServer
    sandbox: Sandbox
    port: int

    @property
    def output(self) -> Path:
        """All that the last one told the operator, with its whole log."""
        return self.sandbox.home / "output.txt"

    @asynccontextmanager
    async def run(self, *, model: str) -> AsyncIterator[Running]:
        """`siliconfriend run` with a model of that manner; killed at the end if it lives still."""
        with self.output.open("wb") as output:
            process = await self._start(model, output)
        try:
            yield Running(process, f"http://127.0.0.1:{self.port}/healthz")
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _start(self, model: str, output: IO[bytes]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bots", "run", "--debug", "--health-port", str(self.port)),
            env={
                **self.sandbox.env,
                "SILICONFRIEND_DISCORD__TOKEN": self.discord.token,
                "SILICONFRIEND_DISCORD__API_BASE": self.discord.root,
                "SILICONFRIEND_TELEGRAM__TOKEN": self.telegram.token,
                "SILICONFRIEND_TELEGRAM__API_BASE": self.telegram.root,
                "SILICONFRIEND_MODEL__NAME": model,
            },
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )

    async def remembered(self, *people: str) -> list[str]:
        """What stands in the file of them, after the process has ended."""
        store = await SqliteStore.open(self.sandbox.database)
        try:
            pages = [
                await store.page(Scope.everything_of(PersonId(person)), limit=50)
                for person in people
            ]
        finally:
            await store.close()
        return sorted(memory.text for page in pages for memory in page.memories)


@pytest.fixture
def place(
    discord_server: DiscordServer,
    telegram: TelegramServer,
    sandbox: Sandbox,
) -> Iterator[Place]:
    """Both platforms, a model, and an empty home."""
    with held_port() as port:
        yield Place(discord_server, telegram, sandbox, port)


async def test_one_friend_on_both_platforms_stops_in_good_order(
    place: Place, world: DiscordWorld
) -> None:
    there = place.telegram.world
    anna, ann = world.user("Anna"), there.user("Ann")
    dm, chat = world.dm_channel(anna), there.private(ann)

    async with place.run(model="echo") as running:
        assert await running.healthy() == {"discord": True, "telegram": True}
        world.dm(anna, "My cat is called Mochi.")
        told = "You said: My cat is called Mochi."
        await _until(world, lambda: told in _said(world, anna))
        there.say(ann, chat, "What is my cat called?")
        said = await there.reply(chat, count=2)
        assert said["text"] == "You said: What is my cat called?"
        assert "Mochi" not in place.sandbox.server.last_prompt()

        there.say(ann, chat, "/link")
        invited = await there.reply(chat, count=3)
        found = re.search(r"\b[A-Z2-9]{8}\b", invited["text"])
        assert found is not None
        asked = world.slash(anna, dm, "/link", {"code": found[0]})
        await _until(world, lambda: asked.text)
        assert asked.original is not None
        notice = await there.reply(chat, count=4)
        world.press(anna, asked.original, "yes, that is me")
        await _until(world, lambda: "other side" in (asked.text or ""))
        there.press(ann, notice, "yes")
        await there.until(lambda: "one person" in notice["text"])
        there.say(ann, chat, "And what is my cat called?")
        await there.reply(chat, count=5)
        assert "Mochi" in place.sandbox.server.last_prompt()

        assert await running.terminate() == 0

    output = place.output.read_text()
    assert "Serving: discord, telegram." in output
    assert output.rstrip().endswith("Stopped.")
    for secret in ("Mochi", place.discord.token, place.telegram.token):
        assert secret not in output
    assert world.sessions.live() == []
    assert await place.remembered(f"discord:{anna.id}", f"telegram:{ann.id}") == [
        "And what is my cat called?",
        "My cat is called Mochi.",
        "What is my cat called?",
    ]
    with closing(apsw.Connection(str(place.sandbox.database))) as file:
        assert file.pragma("integrity_check") == "ok"


async def test_what_is_cut_off_by_a_kill_is_answered_once_on_each_platform(
    place: Place, world: DiscordWorld
) -> None:
    there = place.telegram.world
    anna, ann = world.user("Anna"), there.user("Ann")
    chat = there.private(ann)
    await asyncio.to_thread(place.sandbox.know, "hang")
    async with place.run(model="hang") as running:
        await running.healthy()
        world.dm(anna, "My cat is called Mochi.")
        there.say(ann, chat, "My dog is called Rex.")
        # The first word is out, and no other comes.
        await _until(world, lambda: "You" in _said(world, anna))
        await there.until(lambda: there.called("sendMessageDraft", ok=True))
        running.process.kill()
        await running.process.wait()
    pass_leases(place.sandbox.database)

    async with place.run(model="echo") as running:
        await running.healthy()
        answered = "You said: My cat is called Mochi.", "You said: My dog is called Rex."
        await _until(world, lambda: answered[0] in _said(world, anna))
        await there.until(
            lambda: answered[1] in [found["text"] for found in there.replies(chat)],
            within=PATIENCE_S,
        )
        assert await running.terminate() == 0

    [_, cat] = _said(world, anna)
    [_, dog] = [found["text"] for found in there.replies(chat)]
    assert (cat, dog) == answered
    assert await place.remembered(f"discord:{anna.id}", f"telegram:{ann.id}") == [
        "My cat is called Mochi.",
        "My dog is called Rex.",
    ]


@pytest.mark.parametrize("store", KINDS)
async def test_conversations_of_the_last_minute_before_a_kill_are_read_on(
    place: Place, world: DiscordWorld, store: str, tmp_path: Path
) -> None:
    people = [world.user(f"Ann {number}") for number in range(20)]
    with ExitStack() as stack:
        if store == "redis":
            server = stack.enter_context(running_redis(tmp_path, "--appendonly", "yes"))
            place.sandbox.env["SILICONFRIEND_STORE"] = server.url
        async with place.run(model="echo") as running:
            await running.healthy()
            for person in people:
                world.dm(person, "Before.")
            before = "You said: Before."
            await _until(world, lambda: all(before in _said(world, each) for each in people))
            running.process.kill()
            await running.process.wait()
        if store == "sqlite":
            pass_leases(place.sandbox.database)
        for person in people:
            world.dm(person, "While it was down.")
        async with place.run(model="echo") as running:
            await running.healthy()
            # Whose reply was sent but not yet stored is answered for both messages at once.
            await _until(
                world,
                lambda: all(
                    any(text.endswith("While it was down.") for text in _said(world, each))
                    for each in people
                ),
            )
            assert await running.terminate() == 0


async def test_what_was_answered_while_redis_was_away_is_remembered_though_it_was_killed(
    place: Place, world: DiscordWorld, tmp_path: Path
) -> None:
    there = place.telegram.world
    anna, ann = world.user("Anna"), there.user("Ann")
    chat = there.private(ann)
    options = ("--appendonly", "yes", "--appendfsync", "always")
    with running_redis(tmp_path, *options) as server:
        place.sandbox.env["SILICONFRIEND_STORE"] = server.url
        async with place.run(model="echo") as running:
            await running.healthy()
            world.dm(anna, "Before.")
            await _until(world, lambda: "You said: Before." in _said(world, anna))
            server.kill()
            world.dm(anna, "My cat is called Mochi.")
            there.say(ann, chat, "My dog is called Rex.")
            answered = "You said: My cat is called Mochi.", "You said: My dog is called Rex."
            await _until(world, lambda: answered[0] in _said(world, anna))
            await _until(world, lambda: answered[1] in [it["text"] for it in there.replies(chat)])
            running.process.kill()
            await running.process.wait()
        server.start()
        async with place.run(model="echo") as running:
            await running.healthy()
            store = await RedisStore.open(server.url)
            people = [PersonId(f"discord:{anna.id}"), PersonId(f"telegram:{ann.id}")]
            async with asyncio.timeout(PATIENCE_S):
                kept: dict[str, str | None] = {}
                while len(kept) < 3:
                    await world.a_moment()
                    for person in people:
                        page = await store.page(Scope.everything_of(person), limit=50)
                        kept |= {one.text: one.reply for one in page.memories if one.reply}
            await store.close()
            assert await running.terminate() == 0
    assert [kept["My cat is called Mochi."], kept["My dog is called Rex."]] == [*answered]
    assert _said(world, anna).count(answered[0]) == 1
    assert [it["text"] for it in there.replies(chat)].count(answered[1]) == 1


async def test_it_waits_for_a_redis_that_comes_up_later(
    place: Place, world: DiscordWorld, tmp_path: Path
) -> None:
    with running_redis(tmp_path) as server:
        server.kill()
        place.sandbox.env["SILICONFRIEND_STORE"] = server.url
        async with place.run(model="echo") as running:
            await _until(world, lambda: "I wait for them" in place.output.read_text())
            server.start()
            assert await running.healthy() == {"discord": True, "telegram": True}
            assert await running.terminate() == 0
    assert place.output.read_text().count("I wait for them") == 1


async def _until(world: DiscordWorld, predicate: Callable[[], object]) -> None:
    await world.until(predicate, seconds=PATIENCE_S)


def _said(world: DiscordWorld, user: User) -> list[str]:
    return [found.content for found in world.replies(user)]
