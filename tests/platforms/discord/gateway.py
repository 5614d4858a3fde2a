"""The simulated gateway: one WebSocket for each shard, with zlib-stream, sessions and failures."""

import asyncio
import json
import struct
import zlib
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.platforms.discord import payloads
from tests.platforms.discord.records import Payload
from tests.platforms.discord.sessions import GUILD_MEMBERS, MESSAGE_CONTENT, Session
from tests.platforms.discord.world import World

PRESENCES = 1 << 8
LARGEST_PAYLOAD = 4_096
"""The largest payload that a bot may send, in bytes."""
CONTENT_FLAG = 1 << 19
"""Flag of an application that may read the content of messages."""
MEMBERS_FLAG = 1 << 15
"""Flag of an application that may see the members of guilds."""
_ENDING_CODES = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
_END = b"\x00\x00\xff\xff"


class Gateway:
    """Serves connections; tests change its attributes to control them."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._open: set[_Connection] = set()
        self.heartbeat_seconds = 41.25
        """The heartbeat interval in HELLO, in seconds, for later connections."""
        self.privileged = GUILD_MEMBERS | MESSAGE_CONTENT
        """The privileged intents that are switched on; a bot with others is closed with 4014."""
        self.heartbeats = 0
        """Number of heartbeats received."""
        self.hellos = 0
        """Number of connections so far."""
        self.refuses = False
        """Whether new connections are refused with 503, as in an outage."""

    @property
    def flags(self) -> int:
        """The flags of the application, which name its privileged intents."""
        content = CONTENT_FLAG if self.privileged & MESSAGE_CONTENT else 0
        return content | (MEMBERS_FLAG if self.privileged & GUILD_MEMBERS else 0)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves one connection until it ends."""
        if self.refuses:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=LARGEST_PAYLOAD)
        await socket.prepare(request)
        connection = _Connection(self, socket, request, self._world)
        self._open.add(connection)
        self.hellos += 1
        try:
            await connection.serve()
        finally:
            self._open.discard(connection)
            self._world.changed()
        return socket

    def go_deaf(self) -> None:
        """Keep open connections open, but answer nothing on them, not even heartbeats."""
        for connection in self._open:
            connection.deaf = True

    def cut(self, *, mid_frame: bool = False) -> None:
        """Cut all connections, in the middle of a frame if asked to."""
        for connection in list(self._open):
            connection.cut(mid_frame=mid_frame)

    def ask_to_reconnect(self) -> None:
        """Send op 7, reconnect, on all connections."""
        self._send_all({"op": 7, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9, invalid session, on all connections; forget sessions unless resumable."""
        if not resumable:
            self._world.sessions.lose()
        self._send_all({"op": 9, "d": resumable})

    async def close(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close all connections with a code, such as 4000 (unknown error)."""
        for connection in list(self._open):
            await connection.socket.close(code=code)

    def accepts(self, token: str) -> bool:
        return token.removeprefix("Bot ") == self._token

    def _send_all(self, frame: Payload) -> None:
        for connection in self._open:
            connection.outgoing.put_nowait(frame)


class _Connection:
    """One WebSocket connection of a bot."""

    def __init__(
        self, gateway: Gateway, socket: web.WebSocketResponse, request: web.Request, world: World
    ) -> None:
        self._gateway = gateway
        self._request = request
        self._world = world
        self._compressor = zlib.compressobj() if "compress" in request.query else None
        self._session: Session | None = None
        self.socket = socket
        self.outgoing: asyncio.Queue[Payload] = asyncio.Queue()
        self.deaf = False

    async def serve(self) -> None:
        interval = int(self._gateway.heartbeat_seconds * 1_000)
        self.outgoing.put_nowait({"op": 10, "d": {"heartbeat_interval": interval}})
        writer = asyncio.create_task(self._write())
        ended = False
        try:
            while (message := await self.socket.receive()).type is WSMsgType.TEXT:
                await self._received(json.loads(message.data))
                self._world.changed()
            # A close with one of these codes ends the session; after 4000 it can be resumed.
            ended = message.type is WSMsgType.CLOSE and message.data in _ENDING_CODES
        finally:
            writer.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await writer
            if self._session and self._session.wire is self.outgoing:
                self._session.wire = None
                self._session.lost |= ended

    def cut(self, *, mid_frame: bool) -> None:
        transport = self._request.transport
        if transport is None:
            return
        if mid_frame:
            # The header announces a binary frame of 1,000 bytes, of which 100 follow.
            transport.write(struct.pack("!BBH", 0x82, 126, 1_000) + bytes(100))
        transport.abort()

    async def _write(self) -> None:
        while True:
            frame = await self.outgoing.get()
            if self.deaf:
                continue
            raw = json.dumps(frame, separators=(",", ":"))
            if self._compressor is None:
                await self.socket.send_str(raw)
                continue
            packed = self._compressor.compress(raw.encode())
            packed += self._compressor.flush(zlib.Z_SYNC_FLUSH)
            assert packed.endswith(_END)
            await self.socket.send_bytes(packed)

    async def _received(self, frame: Payload) -> None:
        data: Any = frame.get("d")
        match frame["op"]:
            case 1:
                self._gateway.heartbeats += 1
                self.outgoing.put_nowait({"op": 11})
            case 2:
                await self._identify(data)
            case 6:
                await self._resume(data)
            case 8:
                self._tell_members(data)
            case 3 | 4:
                pass
            case _:
                await self.socket.close(code=4001)

    async def _identify(self, data: Payload) -> None:
        shard, shards = data.get("shard", (0, 1))
        privileged = (GUILD_MEMBERS | MESSAGE_CONTENT | PRESENCES) & data["intents"]
        refusals = (
            (4005, self._session is not None),
            (4004, not self._gateway.accepts(data["token"])),
            (4010, not 0 <= shard < shards),
            (4014, bool(privileged & ~self._gateway.privileged)),
        )
        for code, refused in refusals:
            if refused:
                await self.socket.close(code=code)
                return
        world = self._world
        self._session = world.sessions.open(shard=shard, shards=shards, intents=data["intents"])
        guilds = [
            guild
            for guild in world.guilds.values()
            if world.bot.id in guild.members and (guild.id >> 22) % shards == shard
        ]
        self._session.wire = self.outgoing
        self._session.dispatch(
            "READY",
            {
                "v": 10,
                "user": payloads.user(world.bot),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": self._session.id,
                "resume_gateway_url": f"{world.root.replace('http', 'ws', 1)}/resume",
                "shard": [shard, shards],
                "application": {"id": str(world.bot.id), "flags": self._gateway.flags},
            },
        )
        for guild in guilds:
            self._session.dispatch("GUILD_CREATE", world.guild_payload(guild))

    async def _resume(self, data: Payload) -> None:
        if not self._gateway.accepts(data["token"]):
            await self.socket.close(code=4004)
            return
        session = self._world.sessions.find(data["session_id"] or "")
        missed = session.missed(data["seq"] or 0) if session else None
        if session is None or missed is None:
            self.outgoing.put_nowait({"op": 9, "d": False})
            return
        self._session = session
        for frame in missed:
            self.outgoing.put_nowait(frame)
        session.wire = self.outgoing
        session.resumed += 1
        session.dispatch("RESUMED", {})

    def _tell_members(self, data: Payload) -> None:
        guild = self._world.guilds[int(data["guild_id"])]
        wanted = {int(found) for found in data.get("user_ids", ())}
        members = [
            payloads.member(user, guild)
            for user in guild.members.values()
            if not wanted or user.id in wanted
        ]
        chunk = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1}
        if self._session:
            self._session.dispatch(
                "GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce"), "not_found": []}
            )
