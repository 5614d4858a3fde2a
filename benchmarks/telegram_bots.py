"""The bots that `benchmarks.telegram_echo` compares, each to be run in a process of its own.

python -m benchmarks.telegram_bots bare|thin|quick|bundled ADDRESS TOKEN FOLDER
"""

import asyncio
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.discord_bots import Nothing, Parrot, Quick
from bots.bootstrap import open_embedder
from bots.communities import Communities
from bots.desk.actions import Actions
from bots.desk.desk import FrontDesk
from bots.desk.visit import Kit
from bots.house import House
from bots.platform_sections import AccessSettings, TelegramSettings
from bots.replying import Replying
from bots.rules import Rules
from bots.sections import EmbedderSettings
from bots.settings import Settings
from bots.telegram.client import TelegramPlatform
from brain.clock import SystemClock
from brain.companion import Companion
from brain.memory.retention import COMPANION
from brain.ports import Embedder
from storage.sqlite.store import SqliteStore
from tests.doubles import ScriptedGenerator
from tests.platforms.telegram.echo import polling


@dataclass(frozen=True, slots=True)
class Address:
    """Of a server in another process, as the echo bot asks for it."""

    root: str
    token: str

    @property
    def base_url(self) -> str:
        """Of calls."""
        return f"{self.root}/bot"

    @property
    def base_file_url(self) -> str:
        """Of files."""
        return f"{self.root}/file/bot"


async def bare(address: str, token: str) -> None:
    """Says everything again: the least that a bot on python-telegram-bot does."""
    server: Any = Address(address, token)
    async with polling(server):
        await asyncio.Event().wait()


async def ours(
    address: str, token: str, folder: Path, embedder: Embedder, *, thin: bool = False
) -> None:
    """The whole bot with its memory; the model alone is one that answers at once.

    `thin` leaves the brain out: what is left is the way from Telegram to it and back.
    """
    settings = Settings(
        telegram=TelegramSettings.model_validate({"token": token, "api_base": address}),
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
    await TelegramPlatform(replace(house, answering=Parrot()) if thin else house).serve()


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
