"""One brain for two platforms: told on Discord, known on Telegram, once the two are joined."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bots.discord.platform import DiscordPlatform
from bots.serving import serve
from bots.settings.platforms import DiscordSettings, TelegramSettings
from bots.settings.root import Settings
from bots.telegram.platform import TelegramPlatform
from brain.clock import SystemClock
from brain.ids import PersonId
from brain.messages import Scope
from brain.ports import MemoryStore
from tests.bots.discord.rig import HURRIED
from tests.bots.telegram.rig import Model, hurried, services_of
from tests.platforms.discord.conftest import discord_server
from tests.platforms.discord.records import Interaction
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World as DiscordWorld
from tests.platforms.telegram.conftest import telegram
from tests.platforms.telegram.server import TelegramServer
from tests.stores import KINDS, opened

__all__ = ["discord_server", "telegram"]


@pytest.fixture
def world() -> DiscordWorld:
    """That of the Discord server."""
    return DiscordWorld()


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MemoryStore]:
    """Each store in turn."""
    async with opened(request.param, tmp_path) as on_test:
        yield on_test.store


@asynccontextmanager
async def served(
    on_discord: DiscordServer,
    on_telegram: TelegramServer,
    store: MemoryStore,
    model: Model,
    folder: Path,
) -> AsyncIterator[None]:
    """`siliconfriend run`, with doubles for the models; a signal stops it."""
    settings = Settings(
        data_dir=folder,
        language="en",
        discord=DiscordSettings.model_validate(
            {"token": on_discord.token, "api_base": on_discord.root}
        ),
        telegram=TelegramSettings.model_validate(
            {"token": on_telegram.token, "api_base": on_telegram.root}
        ),
    )
    services = services_of(store, settings, model, SystemClock())
    platforms = DiscordPlatform(services, timing=HURRIED), TelegramPlatform(services, pause=hurried)
    serving = asyncio.create_task(serve(services, platforms))
    async with asyncio.timeout(30):
        # Two worlds, and neither notices the other.
        while not all(platform.is_healthy for platform in platforms):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    yield
    os.kill(os.getpid(), signal.SIGTERM)
    await serving
    await services.companion.drain()


async def test_what_was_told_on_discord_is_known_on_telegram(
    discord_server: DiscordServer,
    telegram: TelegramServer,
    world: DiscordWorld,
    store: MemoryStore,
    tmp_path: Path,
) -> None:
    there = telegram.world
    there.flood.enforced = False
    model = Model()
    model.heard = there.changed
    anna, ann = world.user("Anna"), there.user("Ann")
    dm, chat = world.dm_channel(anna), there.private(ann)

    async def command(name: str, options: dict[str, str | int | float | bool]) -> Interaction:
        asked = world.slash(anna, dm, name, options)
        await world.until(lambda: asked.text)
        return asked

    async with served(discord_server, telegram, store, model, tmp_path):
        world.dm(anna, "My cat is called Mochi.")
        await world.until(lambda: "I see." in [said.content for said in world.replies(anna)])
        there.say(ann, chat, "What is my cat called?")
        await there.reply(chat, count=2)
        assert "Mochi" not in str(model.asked[-1])

        there.say(ann, chat, "/link")
        invited = await there.reply(chat, count=3)
        found = re.search(r"\b[A-Z2-9]{8}\b", invited["text"])
        assert found is not None
        asked = await command("/link", {"code": found[0]})
        assert f"Telegram account {ann.id} (“Ann”)" in (asked.text or "")
        assert asked.original is not None
        # Whoever made the code is told at once who named it.
        told = await there.reply(chat, count=4)
        assert f"Discord account {anna.id} (“Anna”)" in told["text"]
        pressed = world.press(anna, asked.original, "yes, that is me")
        await world.until(lambda: pressed.answered)
        await world.until(lambda: "other side" in (pressed.text or asked.text or ""))
        query = there.press(ann, told, "yes")
        await there.until(lambda: there.answers[query] and "one person" in told["text"])
        await world.until(lambda: any("one person" in said.content for said in world.replies(anna)))

        there.say(ann, chat, "What is my cat called?")
        await there.reply(chat, count=5)
        assert "Mochi" in str(model.asked[-1])

    pages = [
        await store.page(Scope.everything_of(PersonId(person)), limit=9)
        for person in (f"telegram:{ann.id}", f"discord:{anna.id}")
    ]
    assert sorted(len(page.memories) for page in pages) == [0, 3]


async def test_who_names_a_code_is_told_to_its_owner_on_discord(
    discord_server: DiscordServer,
    telegram: TelegramServer,
    world: DiscordWorld,
    store: MemoryStore,
    tmp_path: Path,
) -> None:
    there = telegram.world
    there.flood.enforced = False
    model = Model()
    model.heard = there.changed
    anna, thief = world.user("Anna"), there.user("Anna")
    dm, chat = world.dm_channel(anna), there.private(thief)
    async with served(discord_server, telegram, store, model, tmp_path):
        made = world.slash(anna, dm, "link", {})
        await world.until(lambda: made.text)
        found = re.search(r"\b[A-Z2-9]{8}\b", made.text or "")
        assert found is not None
        there.say(thief, chat, f"/link {found[0]}")
        there.press(thief, await there.reply(chat), "yes")
        await world.until(lambda: len(world.replies(anna)) > 1)
        told = world.replies(anna)[-1]
        assert f"Telegram account {thief.id} (“Anna”)" in told.content
        # The button under the code was made before the owner saw anybody: it joins with nobody.
        assert made.original is not None
        looked = world.press(anna, made.original, "who named it?")
        await world.until(lambda: looked.answered)
        await world.until(lambda: f"Telegram account {thief.id}" in (made.text or ""))
        stopped = world.press(anna, told, "cancel")
        await world.until(lambda: stopped.answered)
        await world.until(lambda: "Nothing was joined." in told.content)
    assert await store.person(PersonId(f"telegram:{thief.id}")) is None
