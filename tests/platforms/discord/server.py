"""The wire server: Discord for a real discord.py, on real sockets of this machine."""

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
    """Plays a world. It can be stopped and started again: the world, its sessions too, stays.

    What goes wrong on demand: `gateway.cut()`, `gateway.go_deaf()`, `gateway.ask_to_reconnect()`
    (op 7), `gateway.invalidate()` (op 9), `gateway.close(code)`, `faults.order(...)` for 429, 5xx
    and cut connections, `set_limits(...)`, `edge.held` to let REST wait, `stop` and `start`.
    """

    def __init__(
        self,
        world: World,
        *,
        contract: Contract | None = None,
        limits: Limits | None = None,
        token: str = TOKEN,
    ) -> None:
        """Without limits, Discord's own. Without a contract, requests are not checked."""
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
        """Its address: what goes into `set_api_root`, and into the setting `api_base`."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen; on the same port as before, if it was started before."""
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
        """Cut every connection and listen no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            self.gateway.cut()
            await runner.cleanup()

    async def restart(self) -> None:
        """Be gone for a moment; the world stays."""
        await self.stop()
        await self.start()

    def check(self) -> None:
        """Fail if a request broke Discord's description, or was one that is not served."""
        if self.edge.violations:
            told = "\n".join(dict.fromkeys(self.edge.violations))
            pytest.fail(f"Discord would not take this:\n{told}", pytrace=False)

    async def _file(self, request: web.Request) -> web.Response:
        file = self.world.files.get(int(request.match_info["id"]))
        if file is None or "hm" not in request.query:
            return web.Response(status=404)
        return web.Response(body=file.content, headers={"Content-Type": file.content_type})
