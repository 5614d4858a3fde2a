"""Simulates Discord on loopback, for the real discord.py over real sockets."""

import pytest
from aiohttp import web

from tests.platforms.discord.command_routes import CommandRoutes
from tests.platforms.discord.contract import Contract
from tests.platforms.discord.edge import ROOT, Edge
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.interaction_routes import InteractionRoutes
from tests.platforms.discord.limits import Limits
from tests.platforms.discord.resource_routes import ResourceRoutes
from tests.platforms.discord.world import World

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.wire-server"  # noqa: S105 -- opens nothing but this server
LARGEST_BODY = 32 * 1024 * 1024


class DiscordServer:
    """Serves a world, which with its sessions outlives a stop and a start.

    Tests make things go wrong by `gateway.cut()`, `gateway.go_deaf()`,
    `gateway.ask_to_reconnect()` (op 7), `gateway.invalidate()` (op 9), `gateway.close(code)`,
    `faults.order(...)` for 429, 5xx and cut connections, `edge.set_limits(...)`, `edge.held` to
    delay REST, `stop` and `start`.
    """

    def __init__(
        self,
        world: World,
        *,
        contract: Contract | None = None,
        limits: Limits | None = None,
        token: str = TOKEN,
    ) -> None:
        """The limits default to Discord's; without a contract, requests are not checked."""
        self.world = world
        self.token = token
        self.gateway = Gateway(world, token)
        self.rest = ResourceRoutes(world, self.gateway)
        self.edge = Edge(world, self.gateway, contract, limits or Limits())
        self.faults = self.edge.faults
        for part in (self.rest, CommandRoutes(world), InteractionRoutes(world)):
            self.edge.add(part.routes())
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def root(self) -> str:
        """The server's address, for `set_api_root` and the setting `api_base`."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start to listen, on the same port as before if there was one."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/resume", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{id}/{filename}", self._file)
        app.router.add_route("*", ROOT + "/{rest:.*}", self.edge.handle)
        runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._port = runner.addresses[0][1]
        self._runner = runner
        self.world.root = self.root

    async def stop(self) -> None:
        """Cut all connections, and stop listening."""
        runner, self._runner = self._runner, None
        if runner is not None:
            self.gateway.cut()
            await runner.cleanup()

    async def restart(self) -> None:
        """Stop and start again with the same world."""
        await self.stop()
        await self.start()

    def check(self) -> None:
        """Fail the test if a request violated Discord's description, or has no route here."""
        if self.edge.violations:
            told = "\n".join(dict.fromkeys(self.edge.violations))
            pytest.fail(f"Discord would not take this:\n{told}", pytrace=False)

    async def _file(self, request: web.Request) -> web.Response:
        file = self.world.files.get(int(request.match_info["id"]))
        if file is None or "hm" not in request.query:
            return web.Response(status=404)
        return web.Response(body=file.content, headers={"Content-Type": file.content_type})
