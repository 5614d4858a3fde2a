"""Handles every REST request: parsing, contract, ordered faults, rate limits, and its route."""

import asyncio
import json
import mimetypes
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import BodyPartReader, web

from tests.platforms.discord.calls import Call, Refused, Route
from tests.platforms.discord.contract import Contract
from tests.platforms.discord.faults import Drop, Fault, Faults
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.limits import Limiter, Limits, Verdict, refusal
from tests.platforms.discord.records import Attachment
from tests.platforms.discord.world import World

ROOT = "/api/v10"
REMEMBERED = 10_000
_MAJOR = ("channel_id", "guild_id", "token")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request that was received, with the status of its answer (0 if the connection was cut)."""

    method: str
    path: str
    status: int
    body: Any


class Edge:
    """Answers every request under `/api/v10`."""

    def __init__(
        self, world: World, gateway: Gateway, contract: Contract | None, limits: Limits
    ) -> None:
        self._world = world
        self._gateway = gateway
        self._contract = contract
        self._limiter = Limiter(limits)
        self._routes: list[tuple[re.Pattern[str], Route]] = []
        self.faults = Faults()
        self.violations: list[str] = []
        """Requests that Discord's description does not allow, or that this server does not know."""
        self.requests: deque[RecordedRequest] = deque(maxlen=REMEMBERED)
        """The last requests, in order."""
        self.limited: Counter[str] = Counter()
        """Number of 429s by method and route, without those that a test ordered."""
        self.held = asyncio.Event()
        """While this event is not set, no request is answered."""
        self.held.set()
        self.waiting = 0
        """Number of requests that are held."""

    def set_limits(self, limits: Limits) -> None:
        """Apply new limits, counted from zero."""
        self._limiter = Limiter(limits)

    def add(self, routes: Iterable[Route]) -> None:
        """Add routes; where two match a request, the one added first answers it."""
        for route in routes:
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.template)
            self._routes.append((re.compile(pattern), route))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers one request."""
        call = await self._read(request)
        route, where = self._find(call)
        call = replace(call, where=where)
        self.waiting += 1
        self._world.changed()
        await self.held.wait()
        self.waiting -= 1
        fault = self.faults.take(call.method, call.path)
        if fault and fault.how is Drop.UNHEARD:
            return self._dropped(request, call)
        response = self._faulty(fault) or self._answer(request, call, route)
        if fault and fault.how is Drop.UNANSWERED:
            return self._dropped(request, call)
        self._remember(call, response.status)
        return response

    def _answer(self, request: web.Request, call: Call, route: Route | None) -> web.Response:
        if route is None:
            self.violations.append(f"{call.method} {call.path} is not served here")
            return _json({"message": "404: Not Found", "code": 0}, status=404)
        if not route.open and not self._gateway.accepts(request.headers.get("Authorization", "")):
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if self._contract:
            self.violations += self._contract.faults(
                call.method, route.template, query=call.query, body=call.body
            )
        place = "/".join(call.where[name] for name in _MAJOR if name in call.where)
        verdict = self._limiter.take(route.group, place)
        if not verdict.allowed:
            self.limited[f"{call.method} {route.template}"] += 1
            return _refused(verdict)
        try:
            answer = route.do(call)
        except Refused as error:
            return _json(error.body, status=error.status, headers=verdict.headers)
        if answer is None:
            return web.Response(status=204, headers=verdict.headers)
        return _json(answer, headers=verdict.headers)

    def _faulty(self, fault: Fault | None) -> web.Response | None:
        if fault is None or isinstance(fault.how, Drop):
            return None
        if fault.how == 429:
            return _refused(refusal(fault.retry_after, everywhere=fault.everywhere))
        # The proxy in front of Discord answers in HTML.
        return web.Response(status=fault.how, text="<html></html>", content_type="text/html")

    def _dropped(self, request: web.Request, call: Call) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        self._remember(call, 0)
        return web.Response()

    def _remember(self, call: Call, status: int) -> None:
        asked = RecordedRequest(method=call.method, path=call.path, status=status, body=call.body)
        self.requests.append(asked)
        self._world.changed()

    def _find(self, call: Call) -> tuple[Route | None, Mapping[str, str]]:
        for pattern, route in self._routes:
            if route.method == call.method and (found := pattern.fullmatch(call.path)):
                return route, found.groupdict()
        return None, {}

    async def _read(self, request: web.Request) -> Call:
        body: Any = None
        files: list[Attachment] = []
        if request.content_type == "multipart/form-data":
            body, files = await self._read_parts(request)
        elif request.can_read_body:
            body = await request.json()
        return Call(
            method=request.method,
            path=request.path.removeprefix(ROOT),
            query=dict(request.query),
            body=body,
            files=files,
        )

    async def _read_parts(self, request: web.Request) -> tuple[Any, list[Attachment]]:
        body: Any = None
        raw: dict[int, tuple[str, bytes]] = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read(decode=True))
            name = part.name or ""
            if name == "payload_json":
                body = json.loads(content)
            else:
                index = int(name.removeprefix("files[").removesuffix("]"))
                raw[index] = (part.filename or "file", content)
        told = ((body or {}).get("data") or body or {}).get("attachments") or []
        said = {int(found["id"]): found for found in told}
        return body, [
            self._world.file(
                filename,
                content,
                mimetypes.guess_type(filename)[0] or "application/octet-stream",
                description=said.get(index, {}).get("description"),
            )
            for index, (filename, content) in sorted(raw.items())
        ]


def _refused(verdict: Verdict) -> web.Response:
    return _json(verdict.body, status=429, headers=verdict.headers)


def _json(
    answer: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    # discord.py only reads JSON of exactly this content type, without a charset.
    return web.Response(
        body=json.dumps(answer).encode(),
        status=status,
        headers={**(headers or {}), "Content-Type": "application/json"},
    )
