"""Fixtures of the simulated Discord: a world, its server, and bots that run until the test ends.

A test lets people act, and waits for the results:

    async def test_a_dm_is_answered(world: World, run_bot: Run) -> None:
        await run_bot(client)
        ann = world.user("Ann", locale="zh-CN")
        world.dm(ann, "hello")
        [reply] = await world.until(lambda: world.replies(ann))

A bot that is no `discord.Client` of this process (the whole command, another process) is given
`discord_server.root` as its `api_base` and `discord_server.token`; it is connected when
`await world.until(world.sessions.connected)` returns.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import discord
import pytest

from bots.discord.network import set_api_root
from tests.platforms.discord.contract import contract
from tests.platforms.discord.echo_bot import Bare, Echo, PlainEcho
from tests.platforms.discord.limits import NO_LIMITS
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World

GENEROUS_SECONDS = 20

Run = Callable[[discord.Client], Awaitable[None]]


@pytest.fixture
def world() -> World:
    """The state of Discord; people act by the methods of `World`, and `until` waits."""
    return World()


@pytest.fixture
async def discord_server(world: World) -> AsyncIterator[DiscordServer]:
    """The server of the world, to which discord.py connects in this test.

    It has no rate limits unless the test calls `discord_server.edge.set_limits(Limits())`, which
    are Discord's. After the test it fails if a request violated Discord's OpenAPI description,
    provided that this lies beside the project.
    """
    server = DiscordServer(world, contract=contract(), limits=NO_LIMITS)
    await server.start()
    set_api_root(server.root)
    try:
        yield server
    finally:
        set_api_root(None)
        await server.stop()
    server.check()


@pytest.fixture
async def run_bot(discord_server: DiscordServer) -> AsyncIterator[Run]:
    """A function that logs a client in, and returns when it is ready.

    After the test the client is closed. An error that ended it is raised by the function, or after
    the test.
    """
    running: list[tuple[discord.Client, asyncio.Task[None]]] = []

    async def run(client: discord.Client) -> None:
        task = asyncio.create_task(client.start(discord_server.token))
        running.append((client, task))
        # The client's user is None until the login is done.
        await discord_server.world.until(
            lambda: task.done() or (client.user is not None and client.is_ready()),
            seconds=GENEROUS_SECONDS,
        )
        if task.done():
            running.remove((client, task))
            await task

    try:
        yield run
    finally:
        for client, task in running:
            await client.close()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture(params=[Echo, PlainEcho])
async def echo(request: pytest.FixtureRequest, run_bot: Run) -> Bare:
    """A connected echo bot, once with shards and once without."""
    client: Bare = request.param()
    await run_bot(client)
    return client
