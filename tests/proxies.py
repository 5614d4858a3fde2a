"""A proxy on loopback that speaks SOCKS 5 (RFC 1928, 1929) and HTTP, with a user and a password.

Names of hosts are looked up in its own table alone, as in a network behind it. What a client asks
for another way fails, so that a test that is answered proves the way through the proxy.
"""

import asyncio
import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from ssl import SSLContext

USER, PASSWORD = "ann", "p@ss/w#rd"
"""The password holds characters that people forget to escape."""
_REFUSED = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
_AWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"


class Proxy:
    """Where it listens, whom it knows and what it was asked for."""

    def __init__(self, hosts: dict[str, int], *, password: str) -> None:
        self.hosts = hosts
        """Ports on 127.0.0.1 by the names of hosts."""
        self.asked: list[str] = []
        self.address = ""
        self._password = password
        self._connections: set[asyncio.Task[None]] = set()

    def url(self, scheme: str, *, password: str = PASSWORD) -> str:
        """The value of a variable; without a password there is no user either."""
        login = f"{USER}:{password}@" if password else ""
        return f"{scheme}://{login}{self.address}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection, and pass its bytes on."""
        connection = asyncio.ensure_future(self._pass_on(reader, writer))
        self._connections.add(connection)
        await asyncio.wait([connection])
        self._connections.discard(connection)

    async def end(self) -> None:
        """End the connections that are still open."""
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks: list[asyncio.Task[None]] = []
        writers = [writer]
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                first = await reader.readexactly(1)
                is_socks = first == b"\5"
                opened = await (
                    self._socks(reader, writer) if is_socks else self._http(first, reader, writer)
                )
                if opened is not None:
                    there, back = opened
                    writers.append(back)
                    tasks = [
                        asyncio.create_task(_pump(reader, back)),
                        asyncio.create_task(_pump(there, writer)),
                    ]
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for each in writers:
                each.close()

    async def _socks(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        wanted = 2 if self._password else 0
        writer.write(bytes([5, wanted if wanted in methods else 255]))
        if wanted not in methods:
            return None
        if wanted:
            await reader.readexactly(1)
            user = await reader.readexactly((await reader.readexactly(1))[0])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            good = (user.decode(), password.decode()) == (USER, self._password)
            writer.write(bytes([1, not good]))
            if not good:
                return None
        kind = (await reader.readexactly(4))[3]
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4 if kind == 1 else 16)))
        await reader.readexactly(2)
        opened = await self._open(host)
        writer.write(bytes([5, 0 if opened else 4, 0, 1, 0, 0, 0, 0, 0, 0]))
        return opened

    async def _http(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        login = base64.b64encode(f"{USER}:{self._password}".encode()).decode()
        if self._password and f"basic {login}".lower() not in head.decode().lower():
            writer.write(_REFUSED)
            return None
        method, target, _ = head.split(maxsplit=2)
        place = target.decode().rpartition("://")[2].split("/")[0]
        opened = await self._open(place.rpartition(":")[0] if ":" in place else place)
        if opened is None:
            writer.write(_AWAY)
        elif method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            opened[1].write(head)
        return opened

    async def _open(self, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        self.asked.append(host)
        if host not in self.hosts:
            return None
        return await asyncio.open_connection("127.0.0.1", self.hosts[host])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy(
    hosts: dict[str, int], *, password: str = PASSWORD, tls: SSLContext | None = None
) -> AsyncGenerator[Proxy, None]:
    """Run one at a free port. With an empty password it lets everybody in."""
    running = Proxy(hosts, password=password)
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0, ssl=tls)
    running.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        server.close()
        await running.end()
