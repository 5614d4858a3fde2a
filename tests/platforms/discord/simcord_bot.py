"""Fixtures that run the bot in a Discord that simcord simulates in this process.

simcord replaces the transport, so that an action of a person returns when the bot has done all that
follows from it, and tests need not wait. Lost, late or limited messages and streamed replies are
tested with the server in `server`.

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
from bots.discord.outgoing_rate_limits import OutgoingLimits
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
"""Timing by which replies come in one piece, without drafts."""


class SimulatedBot(Bot):
    """The bot, with an application whose privileged intents are switched on."""

    async def application_info(self) -> discord.AppInfo:
        """Returns the application with its privileged intents, which simcord does not set."""
        found = await super().application_info()
        switched = discord.ApplicationFlags(gateway_message_content_limited=True)
        switched.gateway_guild_members_limited = True
        found._flags = switched.value
        return found


class SimulatedClock(SystemClock):
    """The clock of the simulation, which `advance_time` moves, as the clock of the brain."""

    def __init__(self) -> None:
        super().__init__()
        self.env: Env

    def now(self) -> datetime:
        """Returns the time of the simulation."""
        return self.env.now()


class Later(asyncio.Event):
    """Delays a scripted reply by some seconds of the simulation."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def wait(self) -> Literal[True]:
        """Return when the seconds have passed."""
        await asyncio.sleep(self._seconds)
        return True


class Sim:
    """A simulated Discord with the bot; `env` makes people and guilds."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.model = ScriptedGenerator()
        self.clock = SimulatedClock()
        self.env = self.clock.env = Env(self._bot({}))

    async def restart(
        self, *, access: Mapping[str, object] | None = None, **options: object
    ) -> None:
        """Restart the bot with other settings, over the same memories and the same Discord."""
        await self.env.restart_bot(self._bot(access or {}, **options))

    async def friend(self, name: str, *, bot: bool = False) -> User:
        """Makes a person who has been sent the privacy notice already."""
        user = self.env.create_user(name, bot=bot)
        await mark_informed(self.store.values, Person(PersonId(f"discord:{user.id}")))
        return user

    @property
    def mention(self) -> str:
        """The text that mentions the bot."""
        user = self.env.bot.user
        assert user is not None
        return user.mention

    @property
    def prompt(self) -> str:
        """The text of the last prompt of the model."""
        return "\n".join(message.content for message in self.model.asked[-1])

    def messages(self, channel: Channel) -> list[discord.Message]:
        """Returns the bot's messages in a channel that are not ephemeral, oldest first."""
        return [
            found
            for found in channel.history()
            if found.author == self.env.bot.user and not found.flags.ephemeral
        ]

    def said(self, channel: Channel) -> list[str]:
        """Returns the texts of these messages."""
        return [found.content for found in self.messages(channel)]

    def thread(self, channel: Channel, name: str, *, by: int) -> Channel:
        """Opens a thread in the name of the user with the id `by`."""
        made = self.env.backend.create_thread(channel.id, name, by)
        return next(found for found in channel.threads if found.id == made.id)

    async def remembered(self, person: Member | User) -> list[str]:
        """Returns the texts of a person's memories, newest first."""
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
        return SimulatedBot(
            services, timing=WHOLE, outgoing_limits=OutgoingLimits(None, window_s=None)
        )


def shown(answer: InteractionResult) -> str:
    """Returns the current text of a command's answer."""
    return response(answer).content


def response(answer: InteractionResult) -> ResponseMessage:
    """Returns the current message of a command's answer."""
    found = answer.response
    assert found is not None
    return found


def labels(answer: InteractionResult) -> list[str]:
    """Returns the labels of the buttons below a command's answer."""
    return [button["label"] for row in response(answer).components for button in row["components"]]


@pytest.fixture
async def sim(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Sim]:
    """A simulation with a connected bot; it fails after the test if the bot warned or raised.

    A test that expects warnings reads `caplog` and clears it.
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
    """A guild with the bot."""
    return sim.env.create_guild("Home")


@pytest.fixture
def general(home: Guild) -> Channel:
    """A text channel of the guild."""
    return home.create_text_channel("general")


@pytest.fixture
async def ann(sim: Sim, home: Guild) -> Member:
    """A member of the guild."""
    return home.add_member(await sim.friend("Ann"))


@pytest.fixture
async def ben(sim: Sim, home: Guild) -> Member:
    """Another member of the guild."""
    return home.add_member(await sim.friend("Ben"))
