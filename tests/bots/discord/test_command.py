"""The whole command in a process of its own, and what the doctor finds."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bots.discord.checks import check_discord
from bots.doctor_checks import Check, CheckStatus
from bots.settings.platforms import DiscordSettings
from tests.bots.conftest import ROOT, Sandbox
from tests.ending import pass_leases
from tests.platforms.discord.records import User
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.sessions import MESSAGE_CONTENT
from tests.platforms.discord.world import World
from tests.ports import closed_address

PATIENCE_S = 60


async def test_a_process_that_is_killed_answers_after_the_next_start(
    world: World, discord_server: DiscordServer, sandbox: Sandbox
) -> None:
    ann = world.user("Ann")
    async with _command(discord_server, sandbox, model="hang") as process:
        await world.until(world.sessions.connected, seconds=PATIENCE_S)
        world.dm(ann, "My cat is called Mochi.")
        await world.until(lambda: sandbox.server.prompts, seconds=PATIENCE_S)
        process.kill()
        await process.wait()
    pass_leases(sandbox.database)

    async with _command(discord_server, sandbox, model="echo") as process:
        await world.until(lambda: _answered(world, ann, "Mochi"), seconds=PATIENCE_S)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0

    assert len(world.replies(ann)) == 2
    assert world.sessions.live() == []


async def test_a_wrong_token_ends_the_command_with_one_sentence(
    discord_server: DiscordServer, sandbox: Sandbox
) -> None:
    async with _command(discord_server, sandbox, model="echo", key="wrong") as process:
        _, told = await asyncio.wait_for(process.communicate(), PATIENCE_S)

    *notices, line = told.decode().strip().splitlines()
    assert process.returncode == 1
    assert "does not take the token" in line
    assert len(notices) <= 3


async def test_the_doctor_finds_a_bot_that_is_well(
    world: World, discord_server: DiscordServer
) -> None:
    world.guild("Home", world.user("Ann"))

    found = await _checked(discord_server)

    assert [check.status for check in found] == [
        CheckStatus.OK,
        CheckStatus.OK,
        CheckStatus.OK,
        CheckStatus.NOTE,
        CheckStatus.OK,
    ]
    assert f"client_id={world.bot.id}" in found[-1].detail
    assert world.sessions.opened == 0


async def test_the_doctor_names_the_page_for_a_missing_intent(
    world: World, discord_server: DiscordServer
) -> None:
    discord_server.gateway.privileged &= ~MESSAGE_CONTENT

    found = await _checked(discord_server)

    assert found[1].status is CheckStatus.FAILED
    assert f"{world.bot.id}/bot" in found[1].detail
    assert "Message Content Intent" in found[1].detail


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"token": "wrong"}, "does not take the token"),
        ({"token": None}, "has no token"),
        ({"api_base": f"http://{closed_address()}"}, "cannot be reached"),
    ],
)
async def test_the_doctor_tells_in_a_sentence_what_is_wrong(
    discord_server: DiscordServer, wrong: dict[str, str | None], said: str
) -> None:
    [check] = await _checked(discord_server, **wrong)

    assert check.status is CheckStatus.FAILED
    assert said in check.detail


async def _checked(server: DiscordServer, **wrong: str | None) -> list[Check]:
    given = {"token": server.token, "api_base": server.root, **wrong}
    settings = DiscordSettings.model_validate(given)
    return [check async for check in check_discord(settings, language="en")]


def _answered(world: World, user: User, text: str) -> bool:
    return any(text in found.content for found in world.replies(user))


@asynccontextmanager
async def _command(
    server: DiscordServer, sandbox: Sandbox, *, model: str, key: str = ""
) -> AsyncIterator[asyncio.subprocess.Process]:
    env = {
        **sandbox.env,
        "SILICONFRIEND_DISCORD__TOKEN": key or server.token,
        "SILICONFRIEND_DISCORD__API_BASE": server.root,
        "SILICONFRIEND_MODEL__NAME": model,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bots",
        "discord",
        env=env,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
