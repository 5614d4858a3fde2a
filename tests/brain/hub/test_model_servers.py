"""Servers of models are found on this machine, and list what they have."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from brain.errors import GeneratorError, GeneratorUnreachable
from brain.hub import model_servers
from brain.hub.model_servers import KeyRefused, find_servers, models_of
from tests.ports import closed_address


class Server:
    """Answers every request in the same way."""

    def __init__(self) -> None:
        self.status, self.body = 200, '{"object": "list", "data": [{"id": "b"}, {"id": "a"}]}'
        self.keys: list[str | None] = []
        self.port = 0
        self.waits: asyncio.Event | None = None

    async def answer(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Authorization"))
        if self.waits:
            await self.waits.wait()
        return web.Response(text=self.body, status=self.status, content_type="application/json")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server()
    app = web.Application()
    app.router.add_get("/v1/models", served.answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.port = runner.addresses[0][1]
    yield served
    await runner.cleanup()


async def test_models_are_listed_by_name_without_those_that_make_vectors(server: Server) -> None:
    server.body = '{"data": [{"id": "qwen3:8b"}, {"id": "nomic-embed-text"}, {"id": "gemma3"}]}'
    assert await models_of(server.url, api_key="sk-1") == ("gemma3", "qwen3:8b")
    assert server.keys == ["Bearer sk-1"]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_not_taken_is_told_apart(status: int, server: Server) -> None:
    server.status, server.body = status, '{"error": {"message": "sk-1 is wrong"}}'
    with pytest.raises(KeyRefused) as caught:
        await models_of(server.url, api_key="sk-1")
    assert "sk-1" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        "{}",
        "[]",
        "7",
        '{"data": null}',
        '{"data": [{}]}',
        '{"data": [null]}',
        '{"data": 3}',
    ],
)
async def test_what_lists_no_models_is_no_server_of_models(body: str, server: Server) -> None:
    server.body = body
    try:
        found = await models_of(server.url)
    except GeneratorError:
        return
    assert found == ()


@pytest.mark.parametrize("status", [404, 500, 301])
async def test_an_error_is_one_of_ours(status: int, server: Server) -> None:
    server.status = status
    with pytest.raises(GeneratorError):
        await models_of(server.url)


async def test_a_closed_port_is_out_of_reach() -> None:
    with pytest.raises(GeneratorUnreachable):
        await models_of(f"http://{closed_address()}/v1")


async def test_servers_are_found_by_port_and_silence_is_none(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = int(closed_address().rpartition(":")[2])
    monkeypatch.setattr(model_servers, "USUAL_PORTS", {"vLLM": server.port, "Ollama": closed})
    [found] = await find_servers()
    assert (found.program, found.models) == ("vLLM", ("a", "b"))
    monkeypatch.setattr(model_servers, "SEARCH_TIMEOUT_S", 0.01)
    server.waits = asyncio.Event()
    assert await find_servers() == []
    server.waits.set()


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("0.0.0.0", "http://localhost:11434/v1"),  # noqa: S104 what people set
        ("0.0.0.0:8000", "http://localhost:8000/v1"),
        (":8000", "http://localhost:8000/v1"),
        ("192.168.1.5", "http://192.168.1.5:11434/v1"),
        ("https://ai.example:443/", "https://ai.example:443/v1"),
    ],
)
def test_ollama_s_variable_may_lack_its_parts(named: str, address: str) -> None:
    assert model_servers._ollama_address(named) == address
