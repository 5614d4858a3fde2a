"""A server that plays an OpenAI-compatible endpoint on 127.0.0.1, by a script of answers."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, Literal

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request is answered: a body of JSON, or `raw` bytes, or a stream of events."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """The body as it is; `headers` say what it is."""
    events: Sequence[bytes] = ()
    then: Literal["end", "cut", "hang", "flood"] = "end"
    """After the events: finish, drop the connection, say nothing more, or repeat the last one."""
    every_s: float = 0.0
    """Seconds between two events."""


def event(data: object) -> bytes:
    """One server-sent event."""
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def delta(content: str | None, *, finish: str | None = None) -> bytes:
    """One piece of a streamed reply."""
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return event({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def reply(*pieces: str, finish: str = "stop") -> Answer:
    """A whole streamed reply, as OpenAI sends it: role first, usage and [DONE] last."""
    usage = event({"id": "1", "choices": [], "usage": {"total_tokens": 1}})
    return Answer(
        events=[
            delta(None),
            *map(delta, pieces),
            delta(None, finish=finish),
            usage,
            event("[DONE]"),
        ]
    )


def error(
    status: int, message: str, *, code: object = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer that is an error, in OpenAI's shape."""
    body = {"error": {"message": message, "type": "some_error", "code": code}}
    return Answer(status=status, body=body, headers=headers or {})


def detail(status: int, told: object) -> Answer:
    """An answer that is an error, in FastAPI's shape, out of which the SDK takes no message."""
    return Answer(status=status, body={"detail": told})


class OpenAIServer:
    """Answers requests in the order of `answers` and keeps what was asked."""

    def __init__(self) -> None:
        self.answers: deque[Answer] = deque()
        """The last one is repeated: a request that is refused is made anew in other ways."""
        self.answer_by: Callable[[dict[str, Any]], Answer] | None = None
        """Plays a server: the answer to each request by its body."""
        self._last = Answer(status=500, body={})
        self.requests: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.abandoned = asyncio.Event()
        """Set when a client leaves before its answer is over."""
        self.base_url = ""
        self.port = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Play the next answer."""
        self.requests.append(await request.json())
        self.headers.append(dict(request.headers))
        if self.answer_by is not None:
            self.answers.append(self.answer_by(self.requests[-1]))
        if self.answers:
            self._last = self.answers.popleft()
        answer = self._last
        if answer.body is not None:
            return web.json_response(answer.body, status=answer.status, headers=answer.headers)
        if answer.raw is not None:
            return web.Response(body=answer.raw, status=answer.status, headers=answer.headers)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        try:
            await response.prepare(request)
            for data in answer.events:
                await response.write(data)
                await asyncio.sleep(answer.every_s)
            while answer.then == "flood":
                await response.write(answer.events[-1])
                await asyncio.sleep(answer.every_s)
            if answer.then == "hang":
                await asyncio.Event().wait()
        except (asyncio.CancelledError, ConnectionError):
            self.abandoned.set()
            raise
        if answer.then == "cut" and request.transport:
            request.transport.abort()
        return response


@asynccontextmanager
async def serving(*, tls: SSLContext | None = None) -> AsyncGenerator[OpenAIServer, None]:
    """Run one at a free port, behind TLS if there are certificates for it."""
    server = OpenAIServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.handle)
    app.router.add_post("/v1/embeddings", server.handle)
    # Cancelled handlers are how the server learns that a client has left.
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.base_url, server.port = f"http{'s' if tls else ''}://{host}:{port}/v1", port
        yield server
    finally:
        await runner.cleanup()
