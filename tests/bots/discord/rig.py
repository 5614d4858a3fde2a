"""The bot on the wire server: a real store, the real desk, doubles for the models."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bots.discord.platform import DiscordPlatform
from bots.discord.timing import Timing
from bots.services import Services, build_services
from bots.settings.platforms import AccessSettings, DiscordSettings
from bots.settings.root import Settings
from brain.clock import SystemClock
from brain.companion import Companion
from brain.ids import PersonId
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import MemoryStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.platforms.discord.records import Message, User
from tests.platforms.discord.server import DiscordServer
from tests.stores import opened

HURRIED = Timing(
    requests_per_second=None,
    window_s=None,
    typing_after_s=0.0,
    draft_after_s=0.0,
    retry_after_s=0.02,
    identify_every_s=0.0,
    guild_ready_s=0.05,
)
CONSENT = "remember"
"""A word of the consent line."""


class Rig:
    """One installation of the bot; `start` and `stop` as often as one likes."""

    def __init__(
        self,
        server: DiscordServer,
        store: MemoryStore,
        *,
        folder: Path,
        **options: Any,  # noqa: ANN401 settings of any type
    ) -> None:
        self.server = server
        self.world = server.world
        self.store = store
        self.timing: Timing = options.pop("timing", HURRIED)
        self.clock = options.pop("clock", SystemClock())
        self.generator = ScriptedGenerator()
        access = {"messages_per_minute": 10_000, **options.pop("access", {})}
        discord = {
            "token": server.token,
            "api_base": server.root,
            "edit_every_s": 0.01,
            **options,
        }
        self.settings = Settings(
            data_dir=folder,
            discord=DiscordSettings.model_validate(discord),
            access=AccessSettings.model_validate(access),
            language="en",
        )
        self.platform: DiscordPlatform | None = None
        self._serving: asyncio.Task[None] | None = None
        self.companion: Companion

    def says(self, *scripts: Sequence[str | Exception | asyncio.Event]) -> None:
        """What the model says, in order; the last one again and again."""
        self.generator.__init__(*scripts)  # type: ignore[misc]

    async def start(self) -> DiscordPlatform:
        """As a new process over the same store; returns when it is ready."""
        platform = self.platform = DiscordPlatform(self._services(), timing=self.timing)
        task = self._serving = asyncio.create_task(platform.serve())
        await self.world.until(lambda: platform.is_healthy or task.done(), seconds=20)
        if task.done():
            self.platform = self._serving = None
            await task
        return platform

    async def stop(self, *, limit_s: float = 10.0) -> None:
        """As a signal does."""
        platform, task = self.platform, self._serving
        self.platform = self._serving = None
        if platform is None or task is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await platform.stop()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await self.companion.drain()

    async def kill(self) -> None:
        """As SIGKILL does, between two messages: it has no time to keep anything."""
        assert self.platform is not None

        async def save() -> None:
            """Nothing is saved."""

        self.platform._bot.messages.read_positions.save = save  # type: ignore[method-assign]
        await self.stop()

    async def remembered(self, user: User) -> list[Memory]:
        """What is kept of a person."""
        scope = Scope.everything_of(PersonId(f"discord:{user.id}"))
        page = await self.store.page(scope, limit=500)
        return [*page.memories]

    async def until_remembered(self, user: User, texts: list[str]) -> None:
        """Wait until just these texts are kept of a person, in any order."""
        async with asyncio.timeout(60):
            while sorted(turn.text for turn in await self.remembered(user)) != sorted(texts):
                await self.world.a_moment()

    async def introduce(self, *users: User) -> None:
        """They know already what is kept: no consent line comes between."""
        for user in users:
            await self.store.values.set(f"discord:{user.id}", "informed", "1")

    def said(self, where: Any) -> list[str]:  # noqa: ANN401 a channel, or a person for their DM
        """The texts of the bot there, without the consent line."""
        return [found.content for found in self.answers(where)]

    def answers(self, where: Any) -> list[Message]:  # noqa: ANN401 the same
        return [found for found in self.world.replies(where) if CONSENT not in found.content]

    def _services(self) -> Services:
        def persona(language: str) -> str:
            return f"A friend ({language})."

        self.companion = Companion(
            store=self.store,
            embedder=HashEmbedder(),
            generator=self.generator,
            clock=self.clock,
            curve=COMPANION,
            persona=persona,
        )
        return build_services(self.companion, settings=self.settings, persona=persona)


@asynccontextmanager
async def open_rig(server: DiscordServer, folder: Path, **options: Any) -> AsyncIterator[Rig]:  # noqa: ANN401
    """With its memories in that folder."""
    async with opened("sqlite", folder) as on_test:
        rig = Rig(server, on_test.store, folder=folder, **options)
        try:
            yield rig
        finally:
            await rig.stop()
