"""A server that speaks OpenAI's protocol on loopback: the real SDK talks to it over real sockets.

The name of the model says how it behaves: `echo`, `hang` (one piece, then silence), `refuse`,
`busy`, `break` (one piece, then the line goes dead), `escape` (terminal sequences in the reply),
`small` (a prompt with the word Mochi is too long for it), `formless` (knows no JSON schemas),
`rambling` (its summaries are about something else), `musing` (thinks without an opening mark),
`lengthy` (its replies reach the limit).
"""

import asyncio
import json
import re
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiohttp import web

from brain.memory.lexical import terms

DIMENSIONS = 64


@dataclass
class ModelServer:
    """What was asked, and where to ask."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    prompts: list[list[dict[str, str]]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when a client left in the middle of a reply."""

    def last_prompt(self) -> str:
        return "\n".join(message["content"] for message in self.prompts[-1])

    async def chat(self, request: web.Request) -> web.StreamResponse:
        asked: dict[str, Any] = await request.json()
        self.requests.append(asked)
        self.prompts.append(asked["messages"])
        self.keys.append(request.headers.get("Authorization", ""))
        model = asked["model"]
        if model == "refuse":
            return web.json_response({"error": {"message": "no", "type": "auth"}}, status=401)
        if model == "busy":
            return web.json_response({"error": {"message": "later"}}, status=429)
        if model == "small" and "Mochi" in self.last_prompt():
            error = {"message": "too long", "code": "context_length_exceeded"}
            return web.json_response({"error": error}, status=400)
        if form := asked.get("response_format"):
            return _filled(form, asked["messages"], knows_forms=model != "formless")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        pieces = _SPOKEN.get(model) or _echo(asked["messages"])
        await response.write(_event(pieces[0]))
        if model == "hang":
            self.began.set()
            await self._until_they_leave()
        elif model == "break":
            assert request.transport is not None
            request.transport.abort()
        else:
            for piece in pieces[1:]:
                await response.write(_event(piece))
            if model == "lengthy":
                await response.write(_event("", finish="length"))
            await response.write(b"data: [DONE]\n\n")
        return response

    async def models(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") == "Bearer wrong":
            return web.json_response({"error": {"message": "no", "type": "auth"}}, status=401)
        data = [{"id": name, "object": "model"} for name in ("echo", "formless", "embedder")]
        return web.json_response({"object": "list", "data": data})

    async def embeddings(self, request: web.Request) -> web.Response:
        asked: dict[str, Any] = await request.json()
        data = [
            {"object": "embedding", "index": index, "embedding": _vector(text)}
            for index, text in enumerate(asked["input"])
        ]
        return web.json_response({"object": "list", "model": asked["model"], "data": data})

    async def _until_they_leave(self) -> None:
        try:
            # aiohttp cancels a handler whose client is gone (handler_cancellation below).
            await asyncio.Event().wait()
        finally:
            self.hung_up.set()


def _echo(messages: list[dict[str, str]]) -> list[str]:
    return ["You ", "said: ", messages[-1]["content"]]


_SPOKEN = {
    "escape": ["\x1b[31mred\x1b[0m"],
    "musing": ["They hide something.", "\n</think>\n", "Good ", "morning!"],
    "lengthy": ["Once ", "upon"],
    "rambling": ["The weather in Paris is lovely at this time of the year."],
}


def _filled(
    form: dict[str, Any], messages: list[dict[str, str]], *, knows_forms: bool
) -> web.Response:
    """Each line of the person as a fact; any other form as empty as its schema allows."""
    if not knows_forms:
        error = {"message": "response_format is not supported here", "type": "invalid"}
        return web.json_response({"error": error}, status=400)
    empty = {"string": "", "integer": 0, "array": [], "object": {}, "boolean": False}
    properties = form["json_schema"]["schema"]["properties"]
    answer: dict[str, Any] = {name: empty[it["type"]] for name, it in properties.items()}
    if "facts" in properties:
        lines = re.findall(r"^(\d+)\. \S+ (.*)$", messages[-1]["content"], re.MULTILINE)
        answer["facts"] = [
            {
                "statement": text,
                "lines": [int(number)],
                "replaces": [],
                "same_as": None,
                "importance": 5,
            }
            for number, text in lines
        ]
    message = {"role": "assistant", "content": json.dumps(answer)}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return web.json_response({"id": "1", "object": "chat.completion", "choices": choices})


def _event(text: str, *, finish: str | None = None) -> bytes:
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _vector(text: str) -> list[float]:
    """Words in common, vectors alike."""
    row = np.full(DIMENSIONS, 0.01)
    for term in terms(text):
        row[zlib.crc32(term.encode()) % DIMENSIONS] += 1.0
    return [float(x) for x in row / np.linalg.norm(row)]


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Serve on a thread with a loop of its own, so that tests may block."""
    server = ModelServer()
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/chat/completions", server.chat)
        app.router.add_post("/v1/embeddings", server.embeddings)
        app.router.add_get("/v1/models", server.models)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(60)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
