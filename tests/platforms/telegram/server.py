"""Simulates Telegram's Bot API on loopback, for the real python-telegram-bot over real HTTP.

    async with telegram_server() as server:
        ann = server.world.user("Ann")
        chat = server.world.private(ann)
        ...start a bot with base_url=server.base_url, base_file_url=server.base_file_url...
        server.world.say(ann, chat, "Hello")
        reply = await server.world.reply(chat)

Leaving the block raises an error if a call did not fit the published description of the API.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.platforms.telegram.errors import Refused
from tests.platforms.telegram.methods import Methods
from tests.platforms.telegram.params import Params
from tests.platforms.telegram.records import Call, Json, Upload
from tests.platforms.telegram.schema import Schema
from tests.platforms.telegram.updates import Updates
from tests.platforms.telegram.world import World

TOKEN = "7000000001:AAFriendFriendFriendFriendFriendFri"  # noqa: S105 a token of this server only
TOKEN_FORM = re.compile(r"\d+:[\w-]{30,}")
BODY_BYTES = 64 * 2**20


@dataclass(slots=True)
class Fault:
    """A failure of the next calls of a method."""

    method: str
    refusal: Refused | None
    """The refusal; None if the call is carried out but the connection breaks before the answer."""
    times: int


class TelegramServer:
    """The HTTP server. Its port and its world are kept when it is stopped and started again."""

    def __init__(self, world: World | None = None, schema: Schema | None = None) -> None:
        self.world = world or World()
        self.token = TOKEN
        self.port = 0
        self.updates = Updates(self.world)
        self._methods = Methods(self.world)
        self._schema = schema
        self._runner: web.AppRunner | None = None
        self._faults: list[Fault] = []
        self._out: int | None = None

    @property
    def root(self) -> str:
        """The address for the setting `api_base`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """The address for python-telegram-bot, which appends the token."""
        return f"{self.root}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.root}/file/bot"

    async def start(self) -> None:
        """Start to listen, on the same port as before if there was one."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._call)
        app.router.add_get("/file/bot{token:[^/]+}/files/{file}", self._file)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.updates.start()

    async def stop(self) -> None:
        """Stop listening; connections are refused until `start`."""
        await self.updates.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @contextmanager
    def outage(self, status: int = 502) -> Iterator[None]:
        """Answer every call with a status and HTML instead of JSON while the block runs."""
        self._out = status
        self.updates.send_away()
        try:
            yield
        finally:
            self._out = None

    def refuse(
        self, method: str, code: int, description: str, *, times: int = 1, **parameters: int
    ) -> None:
        """Refuse the next calls of a method, whatever their parameters."""
        self._faults.append(Fault(method, Refused(code, description, **parameters), times))

    def lose_answers(self, method: str, *, times: int = 1) -> None:
        """Carry out the next calls of a method, and break the connection before the answer."""
        self._faults.append(Fault(method, None, times))

    async def post(self, update: Json, *, secret: str | None) -> int:
        """Posts an update to the bot's webhook, with a secret or without (None).

        Returns the HTTP status of the answer; 0 without an answer.
        """
        return await self.updates.post(update, secret=secret)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if self._out is not None:
            body = f"<html><body><h1>{self._out} Bad Gateway</h1></body></html>"
            return self._note(method, Params({}), self._out, "", web.Response(text=body))
        params = Params({})
        try:
            self._admit(request.match_info["token"])
            params = await _read(request)
            fault = self._next_fault(method)
            if fault is not None and fault.refusal is not None:
                raise fault.refusal
            self._check(method, params)
            result = await self._result(method, params)
        except Refused as refused:
            answer = web.json_response(refused.json())
            return self._note(method, params, refused.code, refused.description, answer)
        if fault is not None and request.transport is not None:
            request.transport.abort()
        answer = web.json_response({"ok": True, "result": result})
        return self._note(method, params, 200, "", answer)

    async def _result(self, method: str, params: Params) -> Any:  # noqa: ANN401 JSON is anything
        match method:
            case "getUpdates":
                updates = await self.updates.poll(params)
                if self._out is not None:
                    raise Refused(self._out, "Bad Gateway")
                return updates
            case "setWebhook":
                return self.updates.set_webhook(params)
            case "deleteWebhook":
                return self.updates.delete_webhook(params)
            case "getWebhookInfo":
                return self.updates.webhook_info()
            case _:
                return self._methods.answer(method, params)

    def _admit(self, token: str) -> None:
        if not TOKEN_FORM.fullmatch(token):
            raise Refused(404, "Not Found")
        if token != self.token:
            raise Refused(401, "Unauthorized")

    def _check(self, method: str, params: Params) -> None:
        faults = self._schema.faults(method, params.raw, params.files) if self._schema else []
        if faults:
            self.world.faults += faults
            raise Refused(400, f"Bad Request: {'; '.join(faults)}")

    def _next_fault(self, method: str) -> Fault | None:
        for fault in self._faults:
            if fault.method == method and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def _note(
        self, method: str, params: Params, status: int, said: str, answer: web.Response
    ) -> web.Response:
        self.world.calls.append(Call(method, params.raw, tuple(params.files), status, said))
        self.world.changed()
        answer.set_status(status)
        return answer

    async def _file(self, request: web.Request) -> web.Response:
        kept = self.world.files.get(request.match_info["file"])
        if self._out is not None:
            return web.Response(status=self._out)
        if kept is None or request.match_info["token"] != self.token:
            return web.json_response(Refused(404, "Not Found").json(), status=404)
        return web.Response(body=kept.data, content_type="application/octet-stream")


async def _read(request: web.Request) -> Params:
    raw: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        raw |= await request.json()
        return Params(raw)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            raw[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return Params(raw, files)


@asynccontextmanager
async def telegram_server(world: World | None = None) -> AsyncIterator[TelegramServer]:
    """Runs a server, and asserts afterwards that no call violated the published API."""
    server = TelegramServer(world, Schema.load())
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert not server.world.faults, "\n".join(server.world.faults)
