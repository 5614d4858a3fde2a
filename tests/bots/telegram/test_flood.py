"""A flood of one person costs nobody else an answer, and is refused in one line."""

import asyncio
from datetime import timedelta

import pytest

from brain.clock import ManualClock
from brain.texts import say
from tests.bots.telegram.conftest import Open
from tests.factories import NOON
from tests.platforms.telegram.world import World

TOO_FAST = say("en", "chat-too-fast", seconds=61)
DEFAULT = {"messages_per_minute": 12}


async def test_three_are_answered_while_three_hundred_messages_of_another_wait(
    open_bot: Open, world: World
) -> None:
    clock = ManualClock(NOON)
    rig = await open_bot(access=DEFAULT, clock=clock)
    ann, *others = [world.user(name) for name in ("Ann", "Ben", "Cleo", "Dan")]
    await rig.introduce(ann, *others)
    chat, end = world.private(ann), asyncio.Event()
    rig.says([end, "Slow."], ["Quick."])
    for number in range(300):
        world.say(ann, chat, f"Message {number}")
    await world.until(lambda: rig.generator.asked and not world.queue)
    for other in others:
        world.say(other, world.private(other), "Hello")
        await world.reply(world.private(other))
    # All that is over the limit was refused when it came, in one line.
    assert rig.texts(chat) == [TOO_FAST]
    end.set()
    await rig.settled()
    assert rig.texts(chat) == [TOO_FAST, "Slow.", *["Quick."] * 11]
    assert len(await rig.remembered(ann)) == 12
    clock.advance(timedelta(minutes=1))
    world.say(ann, chat, "And now?")
    await world.reply(chat, count=14)


async def test_as_many_wait_as_may_be_written_in_a_minute_however_long_the_model_takes(
    open_bot: Open, world: World
) -> None:
    clock = ManualClock(NOON)
    rig = await open_bot(access={"messages_per_minute": 3}, clock=clock)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat, end = world.private(ann), asyncio.Event()
    rig.says([end, "Slow."])
    for minute in range(2):
        for number in range(3):
            world.say(ann, chat, f"Message {minute}.{number}")
        await world.until(lambda: rig.generator.asked and not world.queue)
        clock.advance(timedelta(minutes=1))
    await world.reply(chat)
    end.set()
    await rig.settled()
    assert rig.texts(chat) == [say("en", "chat-still-answering"), *["Slow."] * 3]


async def test_an_album_counts_as_one_message_and_is_refused_as_a_whole(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot(access={"messages_per_minute": 2}, clock=ManualClock(NOON))
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    for album in ("first", "second", "third"):
        for number in range(3):
            words = f"Page {number}".encode()
            world.attach(ann, chat, "document", words, name="a.txt", album=album)
    await rig.settled()
    assert sorted(rig.texts(chat)) == sorted([TOO_FAST, "I see.", "I see."])


@pytest.mark.parametrize("in_group", [False, True])
async def test_two_hundred_commands_are_answered_up_to_the_limit_and_then_by_one_line(
    open_bot: Open, world: World, *, in_group: bool
) -> None:
    clock = ManualClock(NOON)
    rig = await open_bot(access=DEFAULT, clock=clock)
    ann = world.user("Ann")
    await rig.introduce(ann)
    private = world.private(ann)
    world.put(ann, private, {"text": "Hello"})
    chat = world.group("Friends", ann) if in_group else private
    for _ in range(200):
        world.say(ann, chat, "/portrait")
    await rig.settled()
    assert rig.texts(private).count(TOO_FAST) == 1
    assert len(rig.texts(private)) == 37
    assert len(rig.texts(chat)) == 37


async def test_a_person_has_a_few_places_and_the_others_have_the_rest(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot()
    ann, ben = world.user("Ann"), world.user("Ben")
    await rig.introduce(ann, ben)
    groups = [world.group(f"Group {number}", ann) for number in range(8)]
    end = asyncio.Event()
    slow: list[str | Exception | asyncio.Event] = [end, "Slow."]
    rig.says(slow, slow, slow, slow, ["Quick."])
    for group in groups:
        world.say(ann, group, f"Hello @{world.bot.username}")
    await world.until(lambda: len(rig.generator.asked) == 4 and not world.queue)
    world.say(ben, world.private(ben), "Hello")
    await world.reply(world.private(ben))
    assert len(rig.generator.asked) == 5
    end.set()
    await rig.settled()
    assert sorted(text for group in groups for text in rig.texts(group)) == sorted(
        ["Slow."] * 4 + ["Quick."] * 4
    )
