"""Connects the bot to Discord, with shards that resume and limits for all requests."""

import asyncio
import time
import zlib
from collections.abc import Collection
from typing import Any

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import Shard
from yarl import URL

from bots.discord.outgoing_rate_limits import OutgoingLimits
from bots.discord.sending import NO_PINGS
from bots.discord.timing import Timing
from bots.transport.set_aside import SetAside

RESUMES = 6
"""How often a shard tries to resume a lost session before it opens a new one."""


_OF_THE_LINE = (
    ReconnectWebSocket,
    OSError,
    aiohttp.ClientError,
    discord.HTTPException,
    discord.ConnectionClosed,
    discord.GatewayNotFound,
)
"""Errors that say something of the connection, and nothing of one event."""
_set_aside = SetAside("Discord")


class TolerantSocket(DiscordWebSocket):
    """A connection that sets an event aside whose shape discord.py cannot read.

    In discord.py, the client ends with it.
    """

    async def received_message(self, msg: Any, /) -> None:  # noqa: ANN401 as discord.py has it
        """Handle one frame; discord.py calls it."""
        try:
            await super().received_message(msg)
        except _OF_THE_LINE:
            raise
        except zlib.error as error:
            # Nothing that follows in a broken stream can be unpacked.
            raise ConnectionResetError from error
        except Exception as error:
            _set_aside.add(error)
            if self.session_id is None:
                # It was the one that opens the session: without it, none would follow.
                raise ConnectionResetError from error


class ResumingShard(Shard):
    """A shard that resumes its session however long the network was away.

    A shard of discord.py opens a new session once a reconnection has failed, and misses what was
    said between. Discord forgets a session after some minutes and says so; then this shard opens a
    new one too.
    """

    failed = 0

    async def reconnect(self) -> None:
        """Resume the session, or open a new one; discord.py calls it after a failure."""
        if self.ws.session_id is None or self.failed >= RESUMES:
            self.failed = 0
            await super().reconnect()
            return
        self.failed += 1
        await self.reidentify(ReconnectWebSocket(self.id, resume=True))

    def launch(self) -> None:
        """Start the shard; discord.py calls it when the socket is open again."""
        self.failed = 0
        self.ws.__class__ = TolerantSocket
        super().launch()


class Connection(discord.AutoShardedClient):
    """A Discord client without caches of messages and members, as the store remembers."""

    def __init__(
        self,
        *,
        timing: Timing,
        outgoing_limits: OutgoingLimits,
        members: bool,
        shard_count: int | None = None,
        shard_ids: Collection[int] = (),
    ) -> None:
        """Prepare a client, which is not connected yet.

        Args:
            timing: limits and delays.
            outgoing_limits: delays all requests.
            members: whether to be told who leaves a server, which is a privileged intent.
            shard_count: number of shards of all processes; None: as Discord recommends.
            shard_ids: ids of this process's shards; empty: all.
        """
        super().__init__(
            intents=discord.Intents(
                guilds=True,
                members=members,
                guild_messages=True,
                dm_messages=True,
                message_content=True,
            ),
            shard_count=shard_count,
            shard_ids=list(shard_ids) or None,  # type: ignore[arg-type]  # None is its default
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=NO_PINGS,
            guild_ready_timeout=timing.guild_ready_s,
            heartbeat_timeout=timing.heartbeat_s,
        )
        self.timing = timing
        self.outgoing_limits = outgoing_limits
        self.http.request = outgoing_limits.limit(self.http.request)  # type: ignore[method-assign]

    @property
    def me(self) -> int:
        """The user id of the bot. Raises RuntimeError before the login."""
        if self.user is None:
            raise RuntimeError("not logged in")
        return self.user.id

    @property
    def owners(self) -> frozenset[int]:
        """User ids of the application's owner or of its team's members; empty before the login."""
        app = self.application
        if app is None:
            return frozenset()
        if app.team is not None:
            return frozenset(member.id for member in app.team.members)
        return frozenset({app.owner.id})

    def shard_of(self, guild: int | None) -> int:
        """Return the id of the shard that hears of a server; shard 0 hears of DMs (None)."""
        return ((guild or 0) >> 22) % (self.shard_count or 1)

    def set_members_intent(self, *, heard: bool) -> None:
        """Set whether to ask for the members intent, between the login and the first connection."""
        self._connection._intents.members = heard  # noqa: SLF001 discord.py takes them earlier only

    @property
    def is_alive(self) -> bool:
        """Whether every shard is connected and was heard from within its heartbeat."""
        if not self.is_ready() or self.is_closed() or not self.shards:
            return False
        return all(self._beats(shard) for shard in self.shards)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002 the signature is given
        """Wait before a new session, since Discord limits how often they are opened."""
        if not initial:
            await asyncio.sleep(self.timing.identify_every_s)

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Launch a shard as discord.py does, and make it a `ResumingShard`."""
        if self.is_closed():
            # discord.py would try to connect for ever, even a client that is closed.
            return
        await super().launch_shard(gateway, shard_id, initial=initial)
        if shard_id in self.shards:
            # discord.py has no setting for the classes of its shards and sockets.
            shard = self._shard(shard_id)
            shard.__class__ = ResumingShard
            shard.ws.__class__ = TolerantSocket

    async def channel(self, channel_id: int) -> discord.abc.Messageable | None:
        """Return a channel, thread or DM, or None if it does not exist or cannot be seen.

        Raises discord.HTTPException for other errors.
        """
        found: object = self.get_channel(channel_id)
        if found is None:
            try:
                found = await self.fetch_channel(channel_id)
            except (discord.NotFound, discord.Forbidden, discord.InvalidData):
                return None
        return found if isinstance(found, discord.abc.Messageable) else None

    def _shard(self, shard_id: int) -> Shard:
        shard = self.get_shard(shard_id)
        if shard is None:
            raise RuntimeError("the shard was not launched")
        return shard._parent  # noqa: SLF001 discord.py shows it nowhere else

    def _beats(self, shard_id: int) -> bool:
        socket = self._shard(shard_id).ws
        pulse = socket._keep_alive  # noqa: SLF001 the same
        if not socket.open or pulse is None:
            return False
        silent_s = time.perf_counter() - pulse._last_recv  # noqa: SLF001 the same
        return silent_s <= (pulse.interval or 0.0) + self.timing.dead_after_s
