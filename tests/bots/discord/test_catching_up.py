"""What was said while the bot was away is read on afterwards."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bots.transport.inbox import Inbox
from bots.transport.journal import Journal
from brain.errors import StoreUnavailable
from tests.bots.discord.rig import Rig
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World
from tests.stores import KINDS, opened


@pytest.fixture(params=KINDS)
async def either(
    request: pytest.FixtureRequest, discord_server: DiscordServer, tmp_path: Path
) -> AsyncIterator[Rig]:
    """The bot over each store in turn, ready."""
    async with opened(request.param, tmp_path) as on_test:
        rig = Rig(discord_server, on_test.store, folder=tmp_path)
        await rig.start()
        yield rig
        await rig.stop()


async def test_chatter_does_not_hide_what_was_said_to_the_bot(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    channel = world.channel(world.guild("Home", ann), "general")
    world.say(ann, channel, f"{world.bot.mention} before")
    await world.until(lambda: rig.said(channel))
    await rig.stop()

    for number in range(130):
        world.say(ann, channel, f"chatter {number}")
    world.say(ann, channel, f"{world.bot.mention} are you there?")
    for number in range(130):
        world.say(ann, channel, f"more chatter {number}")
    await rig.start()

    await world.until(lambda: len(rig.said(channel)) == 2)


async def test_what_was_said_long_ago_is_not_answered_any_more(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    first = world.dm(ann, "before")
    await world.until(lambda: rig.said(ann))
    await rig.stop()
    # As if the last thing that was read were older than all that there is.
    await rig.store.values.set("discord:read", str(first.channel.id), "0 1")
    gone = first.id - ((4 * 86_400_000) << 22)
    world.written(first.channel)[0].id = gone

    await rig.start()
    world.dm(ann, "now")

    await world.until(lambda: any("now" in str(asked[-1]) for asked in rig.generator.asked))
    await rig.stop()
    assert len(rig.said(ann)) == 2


async def test_after_a_crash_it_is_known_where_it_was(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    for run in range(3):
        world.dm(ann, f"while it was down {run}")
        if run:
            await rig.start()
        while len(rig.said(ann)) <= run:
            await world.a_moment()
        await rig.kill()


async def test_conversations_that_began_just_before_a_crash_are_read_on(
    world: World, either: Rig
) -> None:
    people = [world.user(f"Ann {number}") for number in range(30)]
    await either.introduce(*people)
    guild = world.guild("Home", *people)
    channels = [world.channel(guild, f"channel-{number}") for number in range(10)]
    for person in people:
        world.dm(person, "before")
    for channel in channels:
        world.say(people[0], channel, f"{world.bot.mention} before")
    places = [*people, *channels]
    await world.until(lambda: all(either.said(place) for place in places))
    await either.kill()

    for person in people:
        world.dm(person, "while it was down")
    for channel in channels:
        world.say(people[1], channel, f"{world.bot.mention} while it was down")
    await either.start()

    await world.until(lambda: all(len(either.said(place)) == 2 for place in places))


async def test_what_is_said_before_it_has_read_on_hides_nothing(world: World, either: Rig) -> None:
    ann = world.user("Ann")
    await either.introduce(ann)
    world.dm(ann, "before")
    await world.until(lambda: either.said(ann))
    await either.kill()
    world.dm(ann, "while it was down")

    values = either.store.values
    read, refused = values.get, 0

    async def get(owner: str) -> Mapping[str, str]:
        nonlocal refused
        if owner == "discord:read" and len(either.said(ann)) == 1:
            refused += 1
            raise StoreUnavailable(reason="test")
        return await read(owner)

    values.get = get  # type: ignore[method-assign]
    await either.start()
    world.dm(ann, "now")
    # The positions can be loaded once this is answered.
    await world.until(lambda: len(either.said(ann)) == 3)
    assert refused
    said = [asked[-1].content for asked in either.generator.asked]
    assert said == ["before", "now", "while it was down"]


async def test_a_new_session_reads_on_from_before_the_old_one_ended(
    world: World, rig: Rig, discord_server: DiscordServer
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    world.dm(ann, "before")
    await world.until(lambda: rig.said(ann))
    bot = rig.platform._bot if rig.platform else None
    assert bot is not None
    released = asyncio.Event()
    catching_up = bot.messages.catching_up
    catch_up = catching_up.catch_up

    async def later(shard: int) -> None:
        await released.wait()
        await catch_up(shard)

    catching_up.catch_up = later  # type: ignore[method-assign]
    hellos = discord_server.gateway.hellos
    world.sessions.lose()
    discord_server.gateway.cut()
    world.dm(ann, "missed")
    # The first tries to resume, the second opens a session.
    await world.until(lambda: discord_server.gateway.hellos >= hellos + 2)
    await world.until(lambda: rig.platform is not None and rig.platform.is_healthy)
    world.dm(ann, "now")
    other = world.user("Ben")
    await rig.introduce(other)
    world.dm(other, "me too")
    await world.until(lambda: rig.said(other))
    assert len(rig.said(ann)) == 1
    released.set()
    await world.until(lambda: len(rig.said(ann)) == 3)
    said = [asked[-1].content for asked in rig.generator.asked]
    assert said == ["before", "me too", "missed", "now"]


async def test_a_channel_that_a_dead_process_had_not_noted_yet_is_read_on(
    world: World, either: Rig
) -> None:
    ann = world.user("Ann")
    await either.introduce(ann)
    await either.stop()
    first = world.dm(ann, "It died with this.")
    journal = Journal(either.settings.data_dir / "another")
    inbox = Inbox(either.store, platform="discord", journal=journal)
    payload = json.dumps({"channel": first.channel.id, "message": first.id})
    await inbox.leave(str(first.id), payload)
    world.dm(ann, "while it was down")

    await either.start()

    await world.until(lambda: len(either.said(ann)) == 2)
    assert [asked[-1].content for asked in either.generator.asked] == [
        "It died with this.",
        "while it was down",
    ]


async def test_what_others_say_moves_the_mark_where_the_bot_is_spoken_to(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel, other = world.channel(guild, "general"), world.channel(guild, "other")
    world.say(ann, channel, f"{world.bot.mention} hello")
    await world.until(lambda: rig.said(channel))
    world.say(ann, other, "chatter")
    last = world.say(ann, channel, "chatter")
    bot = rig.platform._bot if rig.platform else None
    assert bot is not None
    read_positions = bot.messages.read_positions

    await world.until(lambda: dict(read_positions.items())[channel.id].message == last.id)

    assert other.id not in dict(read_positions.items())


async def test_how_far_it_has_read_is_kept_soon(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.discord.read_positions.SAVE_AFTER_S", 0.02)
    ann = world.user("Ann")
    for text in ("one", "two", "three"):
        last = world.dm(ann, text)
    async with asyncio.timeout(60):
        read = await rig.store.values.get("discord:read")
        while str(last.id) not in read.get(str(last.channel.id), ""):
            read = await rig.store.values.get("discord:read")
            await world.a_moment()
