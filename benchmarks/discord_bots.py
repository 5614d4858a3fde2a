"""The two bots that `benchmarks.discord_echo` compares, each to be run in a process of its own.

python -m benchmarks.discord_bots bare|thin|quick|bundled ADDRESS TOKEN FOLDER
"""

import asyncio
import sys
import zlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import discord
import numpy as np

from benchmarks.population import DIMENSIONS
from bots.answering import Delivery
from bots.bootstrap import open_embedder
from bots.communities import Communities
from bots.desk.actions import Actions
from bots.desk.desk import FrontDesk
from bots.desk.visit import Kit
from bots.discord.api_base import point_at
from bots.discord.platform import DiscordPlatform
from bots.discord.tempo import Tempo
from bots.house import House
from bots.platform_sections import AccessSettings, DiscordSettings
from bots.replying import Replying
from bots.rules import Rules
from bots.screens import Caller
from bots.sections import EmbedderSettings
from bots.settings import Settings
from brain.clock import SystemClock
from brain.companion import Companion
from brain.memory.record import Vector
from brain.memory.retention import COMPANION
from brain.messages import Incoming
from brain.ports import Embedder
from storage.sqlite.store import SqliteStore
from tests.doubles import ScriptedGenerator
from tests.factories import normalised

UNLIMITED = Tempo(requests_per_second=None, window_s=None, identify_every_s=0.0, guild_ready_s=0.1)
"""The server has no limits for either bot: what is measured is the work, not Discord's patience."""


async def bare(address: str, token: str) -> None:
    """Says everything again: the least that a bot on discord.py does."""
    point_at(address)
    client = discord.AutoShardedClient(
        intents=discord.Intents(dm_messages=True, guilds=True), max_messages=None
    )

    @client.event
    async def on_message(message: discord.Message) -> None:
        if not message.author.bot:
            await message.channel.send(message.content)

    await client.start(token)


async def ours(
    address: str, token: str, folder: Path, embedder: Embedder, *, thin: bool = False
) -> None:
    """The whole bot with its memory; the model alone is one that answers at once.

    `thin` leaves the brain out: what is left is the way from Discord to it and back.
    """
    settings = Settings(
        discord=DiscordSettings.model_validate({"token": token, "api_base": address}),
        access=AccessSettings(messages_per_minute=10_000),
    )
    clock = SystemClock()
    store = await SqliteStore.open(folder / "memories.db")
    await store.settle(curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions)

    def persona(_: str) -> str:
        return "You are a friend."

    companion = Companion(
        store=store,
        embedder=embedder,
        generator=ScriptedGenerator(["I see. ", "Tell me more."]),
        clock=clock,
        curve=COMPANION,
        persona=persona,
    )
    companion.generator.asked = Nothing()  # type: ignore[attr-defined]
    rules = Rules(store=store, settings=settings.access, clock=clock)
    communities = Communities(store, settings, clock=clock)
    kit = Kit(
        companion=companion,
        actions=Actions(store),
        communities=communities,
        rules=rules,
        settings=settings,
        persona=persona,
        reload=None,
    )
    house = House(
        companion=companion,
        desk=FrontDesk(kit),
        answering=Replying(companion, rules=rules, communities=communities),
        settings=settings,
        clock=clock,
        communities=communities,
    )
    if thin:
        house = replace(house, answering=Parrot())
    await DiscordPlatform(house, tempo=UNLIMITED).serve()


class Parrot:
    """Fulfils `bots.answering.Answering` without a brain."""

    async def answer(self, caller: Caller, incoming: Incoming, delivery: Delivery) -> None:  # noqa: ARG002
        """Say it again."""
        async with delivery.thinking():
            delivery.draft(incoming.text)
        await delivery.finish(incoming.text)

    async def edited(self, caller: Caller, incoming: Incoming) -> None:
        """Nothing is kept."""

    async def deleted(self, caller: Caller, message: str) -> None:
        """Nothing is kept."""

    async def departed(self, caller: Caller, places: Collection[str]) -> None:
        """Nothing is kept."""


class Quick:
    """Fulfils `brain.ports.Embedder` for next to nothing: a direction for each text."""

    name = "quick-384"
    dimensions = DIMENSIONS

    async def query(self, text: str) -> Vector:
        """As for a passage."""
        random = np.random.default_rng(zlib.crc32(text.encode()))
        return normalised(random.standard_normal(DIMENSIONS))

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """One each."""
        return [await self.query(text) for text in texts]


class Nothing(list[object]):
    """Keeps nothing of what the model was asked: a double's notes are no memory of the bot."""

    def append(self, _: object) -> None:
        """Forget it."""


async def main() -> None:
    """Run one of them until it is killed."""
    kind, address, token, folder = sys.argv[1:]
    if kind == "bare":
        await bare(address, token)
    elif kind in {"thin", "quick"}:
        await ours(address, token, Path(folder), Quick(), thin=kind == "thin")
    else:
        async with open_embedder(EmbedderSettings()) as real:
            await ours(address, token, Path(folder), real)


if __name__ == "__main__":
    asyncio.run(main())
