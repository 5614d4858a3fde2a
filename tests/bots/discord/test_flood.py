"""A flood of one person costs nobody else an answer, and is refused in one line."""

import asyncio

from brain.clock import ManualClock
from brain.texts import say
from tests.bots.discord.conftest import Open
from tests.factories import NOON
from tests.platforms.discord.world import World

TOO_FAST = say("en", "chat-too-fast", seconds=61)
DEFAULT = {"messages_per_minute": 12}


async def test_another_is_answered_while_three_hundred_messages_wait(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot(access=DEFAULT, clock=ManualClock(NOON))
    ann, ben = world.user("Ann"), world.user("Ben")
    await rig.introduce(ann, ben)
    end = asyncio.Event()
    rig.says([end, "Slow."], ["Quick."])
    for number in range(300):
        world.dm(ann, f"Message {number}")
    await world.until(lambda: rig.said(ann) == [TOO_FAST] and rig.generator.asked)
    world.dm(ben, "Hello")
    await world.until(lambda: rig.said(ben) == ["Quick."])
    end.set()
    await world.until(lambda: len(rig.said(ann)) == 13)
    await rig.stop()
    assert rig.said(ann) == [TOO_FAST, "Slow.", *["Quick."] * 11]
    # What was refused is not taken up again by the next start.
    await rig.start()
    world.dm(ben, "And now?")
    await world.until(lambda: len(rig.said(ben)) == 2)
    assert len(rig.said(ann)) == 13


async def test_of_many_commands_those_over_the_limit_are_told_once(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot(access={"messages_per_minute": 1}, clock=ManualClock(NOON))
    ann = world.user("Ann")
    world.dm(ann, "Hello")
    await world.until(lambda: rig.said(ann))
    channel = world.dm(ann, "Thank you").channel
    asked = [world.slash(ann, channel, "portrait") for _ in range(12)]
    await world.until(lambda: all(each.answered for each in asked))
    await rig.stop()
    shown = [each.text for each in asked]
    assert shown.count(TOO_FAST) == 1
    assert shown.count(say("en", "portrait-none")) == 3
    # Of the others, not even a line that the bot is thinking is left.
    assert all(each.original is None or each.original.deleted for each in asked if not each.text)
