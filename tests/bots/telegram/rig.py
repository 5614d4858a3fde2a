"""The bot on the wire server: a real store, the real desk, doubles for the models."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bots.platform import PlatformError
from bots.services import Services, build_services
from bots.settings.platforms import AccessSettings, TelegramSettings
from bots.settings.root import Settings
from bots.telegram.delivery import TYPING_EVERY_S
from bots.telegram.platform import TelegramPlatform
from brain.clock import SystemClock
from brain.companion import Companion
from brain.ids import PersonId
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from brain.messages import ChatMessage, Scope
from brain.ports import Clock, MemoryStore
from brain.turns.lease import Pause
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

CONSENT = "remember what you tell me"
"""Words of the consent line."""
BEATS_S = 30.0
"""What is waited for longer than this happens at intervals, and is not hurried."""


async def hurried(seconds: float) -> None:
    """Waits as little as does no harm."""
    await asyncio.sleep(seconds if seconds >= BEATS_S else min(seconds, 0.02))


def services_of(
    store: MemoryStore, settings: Settings, generator: ScriptedGenerator, clock: Clock
) -> Services:
    """All that `open_services` makes, with doubles for the models."""

    def persona(language: str) -> str:
        return f"A friend ({language})."

    companion = Companion(
        store=store,
        embedder=HashEmbedder(),
        generator=generator,
        clock=clock,
        curve=COMPANION,
        persona=persona,
    )
    return build_services(companion, settings=settings, persona=persona)


class Model(ScriptedGenerator):
    """Lets the world know when it is asked, for those who wait there."""

    heard: Callable[[], None]

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        asyncio.get_running_loop().call_soon(self.heard)
        async with aclosing(super().stream(messages)) as pieces:
            async for piece in pieces:
                yield piece


class Moments:
    """A pause in which the moments of one kind end when a test says so."""

    def __init__(self, world: World, seconds: float) -> None:
        self.begun = 0
        self.over = asyncio.Event()
        """Once it is set, none of them lasts any more."""
        self._world = world
        self._seconds = seconds

    async def __call__(self, seconds: float) -> None:
        if seconds != self._seconds:
            await hurried(seconds)
            return
        self.begun += 1
        self._world.changed()
        await self.over.wait()


class Rig:
    """One installation of the bot; `start` and `stop` as often as one likes."""

    def __init__(
        self,
        server: TelegramServer,
        store: MemoryStore,
        *,
        folder: Path,
        access: Mapping[str, Any] | None = None,
        draft_after_s: float = 60.0,
        typing_every_s: float = TYPING_EVERY_S,
        pause: Pause = hurried,
        clock: Clock | None = None,
        **options: Any,  # noqa: ANN401 settings of any type
    ) -> None:
        """`options` are settings of Telegram, `folder` is that of its data.

        Without a `clock`, it has the machine's.
        """
        self.server = server
        self.world = server.world
        self.store = store
        self.generator = Model()
        self.generator.heard = self.world.changed
        self.settings = Settings(
            data_dir=folder,
            telegram=TelegramSettings.model_validate(
                {"token": server.token, "api_base": server.root, "edit_every_s": 0.01, **options}
            ),
            access=AccessSettings.model_validate({"messages_per_minute": 10_000, **(access or {})}),
        )
        self.draft_after_s = draft_after_s
        self.typing_every_s = typing_every_s
        self.pause = pause
        self.clock = clock or SystemClock()
        self.platform: TelegramPlatform | None = None
        self.services: Services
        self._serving: asyncio.Task[None] | None = None

    def says(self, *scripts: Sequence[str | Exception | asyncio.Event]) -> None:
        """What the model says, in order; the last one again and again."""
        self.generator.__init__(*scripts)  # type: ignore[misc]

    async def start(self) -> TelegramPlatform:
        """As a new process over the same store; returns when it is ready."""
        self.services = services_of(self.store, self.settings, self.generator, self.clock)
        platform = TelegramPlatform(
            self.services,
            pause=self.pause,
            draft_after_s=self.draft_after_s,
            typing_every_s=self.typing_every_s,
        )
        task = asyncio.create_task(platform.serve())
        task.add_done_callback(lambda _: self.world.changed())
        async with asyncio.timeout(30):
            # Listening is no call, so that the world does not notice it.
            while not (task.done() or platform.is_healthy):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        if task.done():
            await task
        self.platform, self._serving = platform, task
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
        await self.end(task)
        await self.services.companion.drain()

    async def serve(self) -> None:
        """Start, and go on until it ends by itself. Raises what it raises."""
        await self.start()
        assert self._serving is not None
        async with asyncio.timeout(30):
            await self._serving

    async def end(self, task: "asyncio.Task[None]") -> None:
        """As when the time is over."""
        task.cancel()
        with suppress(asyncio.CancelledError, PlatformError):
            await task

    async def introduce(self, *users: User) -> None:
        """They know already what is kept: no consent line comes between."""
        for user in users:
            await self.store.values.set(f"telegram:{user.id}", "informed", "1")

    async def remembered(self, user: User) -> list[Memory]:
        """What is kept of a person, newest first."""
        page = await self.store.page(
            Scope.everything_of(PersonId(f"telegram:{user.id}")), limit=500
        )
        return [*page.memories]

    def texts(self, chat: Chat) -> list[str]:
        """What the bot says there, as it stands."""
        return [shown(message) for message in self.world.replies(chat)]

    async def settled(self) -> None:
        """Nothing waits with Telegram, and nothing is under way here."""
        await self.world.until(lambda: not self.world.queue and not self.world.again)
        if self.platform is not None:
            await self.platform.idle()


def shown(message: Json) -> str:
    """The text or the caption."""
    return str(message.get("text", message.get("caption", "")))


def labels(message: Json) -> list[str]:
    """Of the buttons below a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


@asynccontextmanager
async def open_rig(server: TelegramServer, folder: Path, **options: Any) -> AsyncIterator[Rig]:  # noqa: ANN401
    """With its memories in that folder."""
    store = await SqliteStore.open(folder / "memories.db")
    await store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    rig = Rig(server, store, folder=folder, **options)
    try:
        yield rig
    finally:
        await rig.stop()
        await store.close()
