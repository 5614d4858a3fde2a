"""A short life: what replies use grows stronger, and small talk stays as it was."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from brain.ids import MessageId
from brain.memory.record import Memory
from brain.memory.reinforcement import whole_gain
from brain.memory.retention import COMPANION
from brain.messages import Incoming
from tests.factories import ANNA, ANNAS_DM, DAY, IN_PRIVATE, MINUTE
from tests.world import World, open_redis_world, open_world

WEDDING = "My brother Ben is getting married"
LIFE = (
    WEDDING,
    "The bus was late today",
    "haha ok",
    "I live in Kyoto",
    "My cat is called Miso",
)
LATER = (
    ("I am so tired this week", "The preparations for your brother, I guess? Rest a little."),
    ("My soup was cold", "How annoying! Haha, warm it up."),
    ("I need a new suit", "For when Ben gets married? Take a dark one."),
    ("The train was full", "Tomorrow is another day."),
    ("What should I cook?", "Something easy, you had a long day."),
    ("Which gift would you choose?", "For Ben and his bride: something for the kitchen."),
    ("I slept badly", "Oh no. Go to bed early."),
    ("It rains again", "Then stay in and read."),
    ("When is my brother getting married?", "Ben told you in spring, I think."),
    ("I bought shoes", "Nice! Are they comfortable?"),
    ("My boss is angry", "Tell me more."),
    ("I wrote a speech", "Will your brother cry when he hears it?"),
    ("lol", "Haha!"),
    ("Nothing works today", "Take a walk around the block."),
    ("I have the rings of my brother in my bag", "Do not lose them, Ben trusts you."),
    ("Good night", "Sleep well!"),
)


@pytest.fixture(params=["sqlite", "redis"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    if request.param == "sqlite":
        async with open_world(tmp_path / "memories.db") as opened:
            yield opened
    else:
        async with open_redis_world() as (opened, _):
            yield opened


async def say(world: World, text: str, reply: str) -> Memory:
    world.model.reactions = {text: reply}
    return await world.say(text)


async def told(world: World, *texts: str) -> list[Memory]:
    kept = []
    for text in texts:
        kept.append(await say(world, text, "I see."))
        world.clock.advance(DAY)
    world.clock.advance(7 * DAY)
    return kept


async def now(world: World, *known: Memory) -> list[Memory]:
    return list(await world.store.get(IN_PRIVATE, [one.id for one in known]))


async def test_what_replies_use_becomes_the_strongest_and_small_talk_stays(world: World) -> None:
    life = await told(world, *LIFE)
    for message, reply in LATER:
        await say(world, message, reply)
        world.clock.advance(5 * DAY)
    after = await now(world, *life)
    wedding, bus, haha, *_ = after
    assert max(after, key=lambda one: one.strength) == wedding
    assert wedding.strength > life[0].strength + COMPANION.step
    for before, small_talk in ((life[1], bus), (life[2], haha)):
        assert small_talk == before


async def test_a_memory_gains_once_in_a_conversation(world: World) -> None:
    [wedding] = await told(world, WEDDING)
    await say(world, "My day is getting long", "Is it for Ben?")
    [once] = await now(world, wedding)
    assert once.strength > wedding.strength
    for _ in range(2):
        world.clock.advance(10 * MINUTE)
        await say(world, "My day is getting longer", "Ben is your brother, he can help.")
    assert await now(world, wedding) == [once]
    world.clock.advance(DAY)
    await say(world, "My day is getting long", "Is it for Ben?")
    [twice] = await now(world, wedding)
    assert 0 < twice.strength - once.strength < once.strength - wedding.strength


async def test_a_person_who_says_that_the_reply_is_right_makes_the_gain_whole(
    world: World,
) -> None:
    first, second = "My day is getting long", "Yes, exactly."
    [wedding] = await told(world, WEDDING)
    await say(world, first, "Is it for your brother?")
    [used] = await now(world, wedding)
    at = world.clock.now()
    world.clock.advance(MINUTE)
    await say(world, second, "I thought so.")
    [right] = await now(world, wedding)
    whole = whole_gain(wedding, now=at, curve=COMPANION).days
    assert wedding.strength < used.strength < right.strength
    assert right.strength - wedding.strength == pytest.approx(whole)
    world.clock.advance(MINUTE)
    await say(world, "That's right.", "Good.")
    assert await now(world, wedding) == [right]


async def test_the_next_message_reinforces_what_the_reply_was_given(world: World) -> None:
    [wedding] = await told(world, WEDDING)
    await say(world, "Somebody is getting nervous", "Take your time.")
    assert await now(world, wedding) == [wedding]
    world.clock.advance(MINUTE)
    await say(world, "Ben, my brother, I mean", "I see.")
    [after] = await now(world, wedding)
    assert after.strength > wedding.strength


async def test_a_message_off_the_record_reinforces_nothing(world: World) -> None:
    [wedding] = await told(world, WEDDING)
    world.model.reactions = {"So much to do": "Is it for Ben?"}
    incoming = Incoming(
        id=MessageId("aside"), person=ANNA, place=ANNAS_DM, text="So much to do", off_record=True
    )
    async with world.companion.turn(incoming) as turn:
        async for _ in turn:
            pass
    assert turn.reply == "Is it for Ben?"
    assert await now(world, wedding) == [wedding]


async def test_a_conversation_that_was_forgotten_reinforces_nothing_later(world: World) -> None:
    [wedding] = await told(world, WEDDING)
    await say(world, "Somebody is getting nervous", "Take your time.")
    await world.companion.forget_held(lambda known: known.id == wedding.id)
    world.clock.advance(MINUTE)
    await say(world, "Ben, my brother, I mean", "I see.")
    assert await now(world, wedding) == [wedding]


async def test_words_that_are_forgotten_are_not_kept_for_the_next_message(world: World) -> None:
    await say(world, "Somebody is getting nervous", "Take your time.")
    kept = await say(world, "My brother Ben, I mean", "I see.")
    assert world.companion._ledger._last
    await world.companion.forget_held(lambda known: known.id == kept.id)
    assert not world.companion._ledger._last


async def test_with_the_rule_of_the_paper_whatever_is_given_gains_the_step(
    world: World,
) -> None:
    curve = replace(COMPANION, reinforced="given")
    world.companion._ledger._writer._curve = curve
    life = await now(world, *await told(world, *LIFE))
    kept = await say(world, "When is my brother getting married?", "Soon!")
    given = set(kept.sources)
    assert given
    for before, after in zip(life, await now(world, *life), strict=True):
        gained = COMPANION.step if before.id in given else 0
        assert after.strength == before.strength + gained
