"""What was said while the bot was away is read on afterwards."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest

from bots.discord.read_positions import AT_ONCE_EVERY, ReadPositions
from brain.clock import ManualClock
from tests.bots.discord.rig import Rig
from tests.factories import NOON
from tests.platforms.discord.world import World


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
    old = [[first.channel.id, None, 1]]
    await rig.store.values.set("discord", "seen:all", json.dumps(old))
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
        bot = rig.platform._bot if rig.platform else None
        assert bot is not None
        while not await rig.store.values.get("discord"):
            await world.a_moment()

        async def killed() -> None:
            """It has no time to keep anything."""

        bot.messages.read_positions.save = killed  # type: ignore[method-assign]
        await rig.stop()


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


async def test_of_many_new_conversations_not_each_is_kept_at_once() -> None:
    clock, written = ManualClock(NOON), 0

    class Counted:
        """Fulfils `Values`."""

        async def set(self, *_: object, **__: object) -> None:
            nonlocal written
            written += 1

    values: Any = Counted()
    read_positions = ReadPositions(values, shards=(), clock=clock)

    async def meets(channel: int) -> int:
        place = SimpleNamespace(id=channel, guild_id=7)
        message: Any = SimpleNamespace(id=channel, channel=place, guild=None)
        await read_positions.record_answered(message)
        return written

    assert [await meets(channel) for channel in range(1, 400)] == [1] * 399
    clock.advance(AT_ONCE_EVERY)
    assert [await meets(400), await meets(401)] == [2, 2]
    read_positions.stop()


async def test_how_far_it_has_read_is_kept_soon(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.discord.read_positions.SAVE_AFTER_S", 0.02)
    ann = world.user("Ann")
    for text in ("one", "two", "three"):
        last = world.dm(ann, text)
    async with asyncio.timeout(60):
        while str(last.id) not in (await rig.store.values.get("discord")).get("seen:all", ""):
            await world.a_moment()
