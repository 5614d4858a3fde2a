"""The bot in a Discord that is played in this process: what people do, and what they see of it.

simcord stands in for the transport, so that whatever somebody does returns when the bot has done
all that comes of it: a scenario reads without waiting. What gets lost, late or limited on its way,
and how replies stream, is for the server beside (`server`).

    async def test_a_dm_is_answered(sim: Sim, ann: Member) -> None:
        await ann.send_dm("My cat is called Mochi.")
        assert sim.said(ann.user.dm_channel) == ["I see."]
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest

pytest.importorskip("simcord", reason="simcord plays Discord where its Python is")

import discord
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, ResponseMessage
from simcord import MemberActor as Member
from simcord import UserHandle as User
from simcord.enums import MessageType

from bots.discord.bot import Bot
from bots.discord.rate_limits import RateLimits
from bots.discord.timing import Timing
from bots.settings.platforms import AccessSettings, DiscordSettings
from bots.settings.root import Settings
from brain.clock import SystemClock
from brain.ids import PersonId
from brain.memory.retention import COMPANION
from brain.messages import Person, Scope
from brain.preferences import mark_informed
from storage.sqlite.store import SqliteStore
from tests.bots.telegram.rig import services_of
from tests.doubles import ScriptedGenerator

__all__ = [
    "Channel",
    "Guild",
    "Later",
    "Member",
    "MessageType",
    "Sim",
    "User",
    "ann",
    "ben",
    "general",
    "home",
    "sim",
]

Channel = ChannelHandle
Guild = GuildHandle

WHOLE = Timing(
    requests_per_second=None,
    window_s=None,
    typing_after_s=0.0,
    draft_after_s=600.0,
    retry_after_s=0.0,
    identify_every_s=0.0,
    guild_ready_s=0.0,
)
"""Replies come in one piece."""


class SimulatedBot(Bot):
    """The bot itself."""

    async def application_info(self) -> discord.AppInfo:
        """With the intents switched on: what is played knows no developer page."""
        found = await super().application_info()
        switched = discord.ApplicationFlags(gateway_message_content_limited=True)
        switched.gateway_guild_members_limited = True
        found._flags = switched.value
        return found


class SimulatedClock(SystemClock):
    """The time of what is played: where `advance_time` moves it, the brain's moves too."""

    def __init__(self) -> None:
        super().__init__()
        self.env: Env

    def now(self) -> datetime:
        """Where it stands."""
        return self.env.now()


class Later(asyncio.Event):
    """In a script of the model: it says nothing until so many seconds have passed there."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def wait(self) -> Literal[True]:
        """Return then."""
        await asyncio.sleep(self._seconds)
        return True


class Sim:
    """One Discord with one bot; people and servers are made by `env`."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.model = ScriptedGenerator()
        self.clock = SimulatedClock()
        self.env = self.clock.env = Env(self._bot({}))

    async def restart(
        self, *, access: Mapping[str, object] | None = None, **options: object
    ) -> None:
        """As a new process with these settings, over the same memories and the same Discord."""
        await self.env.restart_bot(self._bot(access or {}, **options))

    async def friend(self, name: str, *, bot: bool = False) -> User:
        """Somebody who knows already what is kept: no consent line comes between."""
        user = self.env.create_user(name, bot=bot)
        await mark_informed(self.store.values, Person(PersonId(f"discord:{user.id}")))
        return user

    @property
    def mention(self) -> str:
        """How people name the bot."""
        user = self.env.bot.user
        assert user is not None
        return user.mention

    @property
    def prompt(self) -> str:
        """All that the model was given last."""
        return "\n".join(message.content for message in self.model.asked[-1])

    def messages(self, channel: Channel) -> list[discord.Message]:
        """What the bot wrote there and everybody can see, oldest first."""
        return [
            found
            for found in channel.history()
            if found.author == self.env.bot.user and not found.flags.ephemeral
        ]

    def said(self, channel: Channel) -> list[str]:
        """The texts of that."""
        return [found.content for found in self.messages(channel)]

    def thread(self, channel: Channel, name: str, *, by: int) -> Channel:
        """A thread that somebody opened, by their id."""
        made = self.env.backend.create_thread(channel.id, name, by)
        return next(found for found in channel.threads if found.id == made.id)

    async def remembered(self, person: Member | User) -> list[str]:
        """What is kept of them, newest first."""
        scope = Scope.everything_of(PersonId(f"discord:{person.id}"))
        page = await self.store.page(scope, limit=500)
        return [memory.text for memory in page.memories]

    def _bot(self, access: Mapping[str, object], **options: object) -> Bot:
        settings = Settings(
            language="en",
            discord=DiscordSettings.model_validate({"shard_count": 1, **options}),
            access=AccessSettings.model_validate({"messages_per_minute": 1_000, **access}),
        )
        services = services_of(self.store, settings, self.model, self.clock)
        return SimulatedBot(services, timing=WHOLE, rate_limits=RateLimits(None, window_s=None))


def shown(answer: InteractionResult) -> str:
    """The text of a command's answer, as it stands now."""
    return response(answer).content


def response(answer: InteractionResult) -> ResponseMessage:
    """The message of a command's answer, as it stands now."""
    found = answer.response
    assert found is not None
    return found


def labels(answer: InteractionResult) -> list[str]:
    """Of the buttons below it."""
    return [button["label"] for row in response(answer).components for button in row["components"]]


@pytest.fixture
async def sim(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Sim]:
    """A bot that is ready. After the test it fails if the bot warned of something or raised.

    A test that wants trouble reads `caplog` and clears it.
    """
    store = await SqliteStore.open(tmp_path / "memories.db")
    await store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    sim = Sim(store)
    try:
        await sim.env.start()
        try:
            yield sim
        finally:
            await sim.env.shutdown()
        sim.env.raise_errors()
    finally:
        await store.close()
    warned = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING
    ]
    if warned:
        pytest.fail(f"the bot warned: {warned}")


@pytest.fixture
def home(sim: Sim) -> Guild:
    """A server that the bot is in."""
    return sim.env.create_guild("Home")


@pytest.fixture
def general(home: Guild) -> Channel:
    """A channel of it."""
    return home.create_text_channel("general")


@pytest.fixture
async def ann(sim: Sim, home: Guild) -> Member:
    """A member of it."""
    return home.add_member(await sim.friend("Ann"))


@pytest.fixture
async def ben(sim: Sim, home: Guild) -> Member:
    """Another one."""
    return home.add_member(await sim.friend("Ben"))
