"""The bot's life: lost connections, restarts, signals, and starts that fail."""

import asyncio
from dataclasses import replace

import pytest

from bots.discord.errors import (
    DiscordIntentMissing,
    DiscordTokenMissing,
    DiscordTokenRefused,
    DiscordUnreachable,
    ShardsUnclear,
)
from bots.platform import PlatformError
from tests.bots.discord.conftest import Open
from tests.bots.discord.rig import HURRIED, Rig
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.sessions import GUILD_MEMBERS, MESSAGE_CONTENT
from tests.platforms.discord.world import World
from tests.ports import closed_address


async def test_a_socket_that_is_cut_in_the_middle_of_a_reply_loses_nothing(
    world: World, discord_server: DiscordServer, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says(["One", go, " two."], ["Three."])
    world.dm(ann, "count")
    await world.until(lambda: rig.said(ann) == ["One"])

    discord_server.gateway.cut(mid_frame=True)
    world.dm(ann, "and on")
    go.set()

    await world.until(lambda: rig.said(ann) == ["One two.", "Three."])
    assert (world.sessions.opened, world.sessions.resumed) == (1, 1)


async def test_after_an_outage_the_session_is_resumed(
    world: World, discord_server: DiscordServer, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    discord_server.gateway.refuses = True
    discord_server.gateway.cut()
    tries = discord_server.gateway.hellos
    await world.until(lambda: not world.sessions.connected())
    world.dm(ann, "while you were away")
    assert rig.platform is not None
    platform = rig.platform
    await world.until(lambda: not platform.is_healthy)

    discord_server.gateway.refuses = False
    await world.until(lambda: rig.said(ann) == ["I see."], seconds=30)

    assert discord_server.gateway.hellos > tries
    assert (world.sessions.opened, world.sessions.resumed) == (1, 1)
    await world.until(lambda: platform.is_healthy)


async def test_what_was_said_while_a_session_was_lost_is_read_afterwards(
    world: World, discord_server: DiscordServer, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    channel = world.channel(world.guild("Home", ann), "general")
    world.dm(ann, "before")
    world.say(ann, channel, f"{world.bot.mention} before")
    await world.until(lambda: rig.said(ann) and rig.said(channel))

    world.sessions.lose()
    world.dm(ann, "between")
    world.say(ann, channel, f"{world.bot.mention} between")
    world.say(ann, channel, "not for the bot")
    discord_server.gateway.cut()
    await world.until(lambda: len(rig.said(ann)) == 2 and len(rig.said(channel)) == 2)
    await rig.stop()

    assert world.sessions.opened == 2
    texts = [turn.text for turn in await rig.remembered(ann)]
    assert sorted(texts) == ["before", "before", "between", "between"]


async def test_a_gateway_that_answers_no_heartbeat_is_unhealthy_and_left(
    world: World, discord_server: DiscordServer, open_bot: Open
) -> None:
    discord_server.gateway.heartbeat_seconds = 0.1
    rig = await open_bot(timing=replace(HURRIED, heartbeat_s=1.0, dead_after_s=0.2))
    platform = rig.platform
    assert platform is not None
    ann = world.user("Ann")
    await rig.introduce(ann)

    discord_server.gateway.go_deaf()
    world.dm(ann, "into the void")
    await world.until(lambda: not platform.is_healthy)

    await world.until(lambda: rig.said(ann) == ["I see."])
    await world.until(lambda: platform.is_healthy)
    assert world.sessions.opened == 1
    assert world.sessions.resumed >= 1


async def test_the_same_event_twice_is_answered_once_also_after_a_restart(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    message = world.dm(ann, "hello")
    await world.until(lambda: rig.said(ann))

    world._tell("MESSAGE_CREATE", message)
    await rig.stop()
    await rig.start()
    world._tell("MESSAGE_CREATE", message)
    world.dm(ann, "and now?")
    await world.until(lambda: len(rig.said(ann)) == 2)
    await rig.stop()

    assert [turn.text for turn in await rig.remembered(ann)] == ["and now?", "hello"]


async def test_a_stop_lets_what_is_in_flight_finish(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says([go, "At last."])
    world.dm(ann, "wait for it")
    await world.until(lambda: rig.generator.asked)

    stopping = asyncio.create_task(rig.stop())
    await asyncio.sleep(0)
    go.set()
    await stopping

    assert rig.said(ann) == ["At last."]
    assert world.sessions.live() == []


async def test_what_a_stop_cut_off_is_answered_after_the_restart(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    rig.says([asyncio.Event()])
    world.dm(ann, "first")
    world.dm(ann, "second")
    await world.until(lambda: rig.generator.asked)
    await rig.stop(limit_s=0.05)
    assert rig.said(ann) == []

    rig.says(["Here I am."], ["And here."])
    await rig.start()
    await world.until(lambda: rig.said(ann) == ["Here I am.", "And here."])
    await rig.stop()

    assert [turn.text for turn in await rig.remembered(ann)] == ["second", "first"]


async def test_what_is_said_while_it_is_stopped_is_answered_after_the_start(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    world.dm(ann, "before")
    await world.until(lambda: rig.said(ann))
    await rig.stop()

    world.dm(ann, "while you slept")
    await rig.start()

    await world.until(lambda: len(rig.said(ann)) == 2)


async def test_two_processes_share_the_shards(
    world: World, discord_server: DiscordServer, open_bot: Open
) -> None:
    ann = world.user("Ann")
    guilds = [world.guild(f"Guild {number}", ann) for number in range(6)]
    channels = [world.channel(guild, "general") for guild in guilds]
    first = await open_bot(shard_count=2, shard_ids=("0",))
    await first.introduce(ann)
    folder = first.settings.data_dir
    second = Rig(discord_server, first.store, folder=folder, shard_count=2, shard_ids=("1",))
    await second.start()
    try:
        for channel in channels:
            world.say(ann, channel, f"{world.bot.mention} hello")
        world.dm(ann, "hello")
        await world.until(lambda: all(first.said(where) for where in [*channels, ann]))
    finally:
        await second.stop()

    assert all(len(first.said(where)) == 1 for where in [*channels, ann])
    assert first.generator.asked
    await world.until(lambda: {found.shard for found in world.sessions.live()} == {0})


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"token": "nonsense"}, DiscordTokenRefused),
        ({"token": None}, DiscordTokenMissing),
        ({"api_base": f"http://{closed_address()}"}, DiscordUnreachable),
    ],
)
async def test_a_start_that_fails_says_why(
    open_bot: Open, wrong: dict[str, str], error: type[PlatformError]
) -> None:
    with pytest.raises(error) as told:
        await open_bot(**wrong)

    assert str(told.value)
    assert "nonsense" not in str(told.value)


@pytest.mark.parametrize(
    ("intent", "named"), [(MESSAGE_CONTENT, "Message Content"), (GUILD_MEMBERS, "Server Members")]
)
async def test_a_missing_intent_is_told_with_the_page_to_click(
    world: World, discord_server: DiscordServer, open_bot: Open, intent: int, named: str
) -> None:
    discord_server.gateway.privileged &= ~intent

    with pytest.raises(DiscordIntentMissing) as told:
        await open_bot(forget_leavers=True)

    assert named in str(told.value)
    page = f"https://discord.com/developers/applications/{world.bot.id}/bot"
    assert page in str(told.value)


@pytest.mark.parametrize("wrong", [{"shard_ids": ("0",)}, {"shard_ids": ("2",), "shard_count": 2}])
async def test_shards_that_are_not_clear_are_told(open_bot: Open, wrong: dict[str, object]) -> None:
    with pytest.raises(ShardsUnclear):
        await open_bot(**wrong)


async def test_a_stop_before_the_start_does_nothing(
    rig: Rig, discord_server: DiscordServer
) -> None:
    other = Rig(discord_server, rig.store, folder=rig.settings.data_dir)
    from bots.discord.platform import DiscordPlatform  # noqa: PLC0415

    platform = DiscordPlatform(other._services(), timing=HURRIED)

    await platform.stop()

    assert not platform.is_healthy
