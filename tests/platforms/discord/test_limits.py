import asyncio

import aiohttp
import discord
import pytest

from tests.platforms.discord.conftest import Run
from tests.platforms.discord.echo_bot import Bare, Echo
from tests.platforms.discord.faults import Drop
from tests.platforms.discord.limits import NO_LIMITS, Group, Limit, Limiter, Limits
from tests.platforms.discord.records import User
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World

QUICK = Limits(messages=Limit(3, 0.2), edits=Limit(2, 0.2))


def test_a_window_opens_with_its_first_request_and_is_counted_per_place() -> None:
    now = [100.0]
    limiter = Limiter(Limits(messages=Limit(2, 5.0)), seconds=lambda: now[0])

    taken = [limiter.take(Group.MESSAGES, "a") for _ in range(3)]
    other = limiter.take(Group.MESSAGES, "b")
    edit = limiter.take(Group.EDITS, "a")

    assert [found.allowed for found in taken] == [True, True, False]
    assert [found.headers["X-RateLimit-Remaining"] for found in taken] == ["1", "0", "0"]
    assert other.allowed
    assert edit.allowed
    now[0] += 4
    refused = limiter.take(Group.MESSAGES, "a")
    assert refused.body["retry_after"] == pytest.approx(1, abs=0.01)
    assert refused.headers["X-RateLimit-Scope"] == "user"
    now[0] += 1
    assert limiter.take(Group.MESSAGES, "a").allowed


def test_the_limit_for_all_leaves_answers_to_interactions_alone() -> None:
    limiter = Limiter(Limits(overall=Limit(1, 5.0)), seconds=lambda: 0.0)

    assert limiter.take(Group.OTHERS, "a").allowed
    refused = limiter.take(Group.OTHERS, "b")
    assert (refused.allowed, refused.body["global"]) == (False, True)
    assert limiter.take(Group.WEBHOOKS, "token").allowed
    assert limiter.take(Group.FREE, "").allowed


async def test_a_bot_that_reads_the_headers_earns_no_429(
    world: World, discord_server: DiscordServer, echo: Bare
) -> None:
    ann = world.user("Ann")
    channel = await _dm(echo, ann)
    discord_server.edge.set_limits(QUICK)

    message = await channel.send("0")
    for number in range(1, 8):
        await channel.send(str(number))
    for number in range(5):
        await message.edit(content=f"edit {number}")

    assert [found.content for found in world.replies(ann)][1:] == list("1234567")
    assert not discord_server.edge.limited


async def test_two_processes_of_one_bot_earn_429s_and_obey_them(
    world: World, discord_server: DiscordServer, run_bot: Run
) -> None:
    class Silent(Echo):
        async def on_message(self, message: discord.Message) -> None:
            pass

    one, two = Silent(), Silent()
    await run_bot(one)
    await run_bot(two)
    ann = world.user("Ann")
    channels = [await _dm(client, ann) for client in (one, two)]
    # A window that no machine is too slow for: neither knows what the other one sent in it.
    discord_server.edge.set_limits(Limits(messages=Limit(4, 5.0)))

    await asyncio.gather(*(channel.send("x") for channel in channels for _ in range(4)))

    assert len(world.replies(ann)) == 8
    assert discord_server.edge.limited["POST /channels/{channel_id}/messages"] > 0


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_storm_of_429s_is_sat_out(
    world: World, discord_server: DiscordServer, echo: Bare, *, everywhere: bool
) -> None:
    ann = world.user("Ann")
    channel = await _dm(echo, ann)
    discord_server.faults.order(r"POST /channels/\d+/messages", 429, times=3, everywhere=everywhere)

    await channel.send("through")

    assert [found.content for found in world.replies(ann)] == ["through"]
    tried = [found.status for found in discord_server.edge.requests][-4:]
    assert tried == [429, 429, 429, 200]
    assert not discord_server.edge.limited


async def test_a_server_error_is_tried_again_and_another_one_told(
    world: World, discord_server: DiscordServer, echo: Bare
) -> None:
    ann = world.user("Ann")
    channel = await _dm(echo, ann)

    discord_server.faults.order("POST", 503)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("lost")
    discord_server.faults.order("POST", 500)
    await channel.send("kept")

    assert [found.content for found in world.replies(ann)] == ["kept"]


@pytest.mark.parametrize(("how", "written"), [(Drop.UNHEARD, 0), (Drop.UNANSWERED, 1)])
async def test_a_request_can_be_cut_before_and_after_it_is_done(
    world: World, discord_server: DiscordServer, echo: Bare, *, how: Drop, written: int
) -> None:
    ann = world.user("Ann")
    channel = await _dm(echo, ann)
    discord_server.faults.order("POST", how)

    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("hello?")

    assert len(world.replies(ann)) == written
    assert discord_server.faults.left == 0


async def test_requests_can_be_held(
    world: World, discord_server: DiscordServer, echo: Bare
) -> None:
    ann = world.user("Ann")
    channel = await _dm(echo, ann)
    discord_server.edge.set_limits(NO_LIMITS)
    discord_server.edge.held.clear()

    sending = asyncio.create_task(channel.send("later"))
    await world.until(lambda: discord_server.edge.waiting)
    assert not world.replies(ann)
    discord_server.edge.held.set()
    await sending

    assert [found.content for found in world.replies(ann)] == ["later"]


async def _dm(client: Bare, user: User) -> discord.DMChannel:
    return await (await client.fetch_user(user.id)).create_dm()
