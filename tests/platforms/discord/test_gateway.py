import asyncio

import discord
import pytest

from tests.platforms.discord.conftest import Run
from tests.platforms.discord.echo_bot import Bare, Echo, PlainEcho
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.sessions import MESSAGE_CONTENT
from tests.platforms.discord.world import World


@pytest.mark.parametrize("mid_frame", [False, True])
async def test_after_a_cut_the_bot_resumes_and_has_missed_nothing(
    world: World, discord_server: DiscordServer, echo: Bare, *, mid_frame: bool
) -> None:
    ann = world.user("Ann")
    discord_server.gateway.cut(mid_frame=mid_frame)
    await world.until(lambda: not world.sessions.connected())
    world.dm(ann, "while you were away")

    [reply] = await world.until(lambda: world.replies(ann))

    assert reply.content == "while you were away"
    assert (world.sessions.opened, world.sessions.resumed) == (1, 1)
    assert echo.events.count("RESUMED") == 1


@pytest.mark.usefixtures("echo")
async def test_told_to_reconnect_the_bot_resumes(
    world: World, discord_server: DiscordServer
) -> None:
    discord_server.gateway.ask_to_reconnect()

    await world.until(lambda: world.sessions.resumed)

    assert world.sessions.opened == 1


@pytest.mark.usefixtures("echo")
async def test_a_gateway_that_closes_is_resumed(
    world: World, discord_server: DiscordServer
) -> None:
    await discord_server.gateway.close(4000)

    await world.until(lambda: world.sessions.resumed)

    assert world.sessions.opened == 1


@pytest.mark.parametrize(("resumable", "opened", "resumed"), [(True, 1, 1), (False, 2, 0)])
@pytest.mark.usefixtures("echo")
async def test_an_invalid_session_is_resumed_only_if_it_can_be(
    world: World, discord_server: DiscordServer, *, resumable: bool, opened: int, resumed: int
) -> None:
    discord_server.gateway.invalidate(resumable=resumable)

    await world.until(lambda: discord_server.gateway.hellos == 2 and world.sessions.connected())
    assert (world.sessions.opened, world.sessions.resumed) == (opened, resumed)

    ann = world.user("Ann")
    world.dm(ann, "still there?")
    await world.until(lambda: world.replies(ann))


async def test_a_gateway_that_answers_no_heartbeat_is_left(
    world: World, discord_server: DiscordServer, run_bot: Run
) -> None:
    discord_server.gateway.heartbeat_seconds = 0.1
    # Under load an answer may take longer than that: then it is left more than once.
    await run_bot(Echo(heartbeat_timeout=0.5))
    await world.until(lambda: discord_server.gateway.heartbeats > 2)
    ann = world.user("Ann")

    discord_server.gateway.go_deaf()
    world.dm(ann, "into the void")

    [reply] = await world.until(lambda: world.replies(ann))
    assert reply.content == "into the void"
    assert world.sessions.opened == 1
    assert world.sessions.resumed >= 1


async def test_each_shard_gets_its_own_guilds_and_dms_go_to_the_first(
    world: World, discord_server: DiscordServer, run_bot: Run
) -> None:
    discord_server.rest.shards = 2
    ann = world.user("Ann")
    guilds = [world.guild(f"Guild {number}", ann) for number in range(8)]
    channels = [world.channel(guild, "general") for guild in guilds]
    client = Echo()
    await run_bot(client)

    for channel in channels:
        world.say(ann, channel, "hello")
    world.dm(ann, "hello")
    everywhere = [*channels, world.dm_channel(ann)]
    await world.until(lambda: all(world.replies(where) for where in everywhere))

    shards = {session.shard: session for session in world.sessions.connected()}
    of_guild = {guild.id: (guild.id >> 22) % 2 for guild in guilds}
    assert set(shards) == {0, 1}
    for number, session in shards.items():
        sent = [frame["d"] for frame in session.sent if frame["t"] == "MESSAGE_CREATE"]
        seen = {int(found["guild_id"]) for found in sent if "guild_id" in found}
        assert seen == {guild for guild, shard in of_guild.items() if shard == number}
        assert any("guild_id" not in found for found in sent) == (number == 0)


async def test_the_world_survives_a_restart_and_sessions_do_too(
    world: World, discord_server: DiscordServer, run_bot: Run
) -> None:
    # With shards, discord.py does not resume once a reconnection has failed.
    await run_bot(PlainEcho())
    ann = world.user("Ann")
    world.dm(ann, "before")
    await world.until(lambda: world.replies(ann))

    await discord_server.stop()
    world.dm(ann, "between")
    await discord_server.start()

    await world.until(lambda: len(world.replies(ann)) == 2)
    assert [found.content for found in world.replies(ann)] == ["before", "between"]
    assert world.sessions.resumed == 1


@pytest.mark.usefixtures("echo")
async def test_a_forgotten_session_is_opened_anew(
    world: World, discord_server: DiscordServer
) -> None:
    world.sessions.lose()
    discord_server.gateway.cut()

    await world.until(lambda: world.sessions.opened == 2 and world.sessions.connected())


async def test_a_session_that_missed_too_much_cannot_be_resumed(world: World) -> None:
    session = world.sessions.open(shard=0, shards=1, intents=0)
    for number in range(1_500):
        session.dispatch("TYPING_START", {"number": number})

    assert session.missed(499) is None
    assert session.missed(1_501) is None
    assert session.missed(1_500) == []
    assert [frame["s"] for frame in session.missed(1_498) or ()] == [1_499, 1_500]


async def test_a_bot_that_says_goodbye_cannot_resume(
    world: World, discord_server: DiscordServer
) -> None:
    async with Echo() as client:
        running = asyncio.create_task(client.start(discord_server.token))
        await world.until(world.sessions.connected)
        await client.close()
        await running

    await world.until(lambda: not world.sessions.live())


async def test_a_wrong_token_is_refused(discord_server: DiscordServer) -> None:
    async with Echo() as client:
        with pytest.raises(discord.LoginFailure):
            await client.start(f"{discord_server.token}x")


async def test_an_intent_that_is_switched_off_is_refused(
    discord_server: DiscordServer, run_bot: Run
) -> None:
    discord_server.gateway.privileged &= ~MESSAGE_CONTENT

    with pytest.raises(discord.PrivilegedIntentsRequired):
        await run_bot(Echo())


async def test_an_outage_of_the_gateway_is_waited_for(
    world: World, discord_server: DiscordServer, echo: Bare
) -> None:
    discord_server.gateway.refuses = True
    discord_server.gateway.cut()
    await world.until(lambda: not world.sessions.connected())

    discord_server.gateway.refuses = False

    await world.until(world.sessions.connected, seconds=30)
    assert not echo.is_closed()
