"""Which replies of other turns go with what is forgotten, and that they come back with it."""

from datetime import timedelta

import pytest

from brain.forgetting.planning import Plan
from brain.ids import MemoryId
from brain.memory.record import Kind, Memory
from tests.factories import DAY, IN_PRIVATE, memory
from tests.world import World

HIDDEN = "My sister Marta hid the sapphire ring under the walnut floor."
GRACE = timedelta(days=31)


async def forget(
    world: World, *ids: MemoryId, at_once: bool = False, cut: str | None = None
) -> Plan:
    memories = await world.store.get(IN_PRIVATE, ids)
    plan = await world.companion.forgetting.plan(IN_PRIVATE, memories)
    return await world.companion.forgetting.carry_out(
        plan, at_once=at_once, instead=lambda turn: None if cut is None else changed(turn, cut)
    )


def changed(turn: Memory, text: str) -> Memory:
    return memory(text, id=turn.id, said_at=turn.said_at)


async def archive(world: World) -> list[Memory]:
    page = await world.store.page(IN_PRIVATE, limit=100, archived=True)
    return [*page.memories]


async def put_back(world: World) -> None:
    forgetting = world.companion.forgetting
    await forgetting.restore(IN_PRIVATE, await archive(world), curve=world.companion.curve)


async def reply_of(world: World, turn: Memory) -> str | None:
    [kept] = await world.store.get(IN_PRIVATE, [turn.id])
    return kept.reply


async def say(world: World, text: str, reply: str) -> Memory:
    world.clock.advance(DAY)
    world.model.say_next(reply)
    return await world.say(text)


@pytest.mark.parametrize(
    ("reply", "is_echo"),
    [
        ("The sapphire ring lies under the floor, where Marta hid it.", True),
        ("How is Marta getting on with the ring?", True),
        ("A walnut a day is a balanced diet.", False),
        ("I hope you find your favorite style.", False),
    ],
)
async def test_only_a_reply_that_repeats_the_substance_is_an_echo(
    world: World, reply: str, *, is_echo: bool
) -> None:
    secret = await say(world, HIDDEN, "I see.")
    for day in range(3):
        await say(world, f"A plain day, number {day}.", "Good.")
    turn = await say(world, "Good morning.", reply)
    plan = await forget(world, secret.id)
    assert [echo.id for echo in plan.echoes] == ([turn.id] if is_echo else [])


@pytest.mark.parametrize("told", ["al@x.io", "+1 415 555 0100", "DE89 3704 0044"])
async def test_a_reply_that_repeats_an_identifier_is_an_echo(world: World, told: str) -> None:
    secret = await say(world, f"You reach my old colleague under {told} after lunch.", "Fine.")
    turn = await say(world, "What should I note?", f"Note this: {told}.")
    other = await say(world, "What else?", "Note al.smith@x.io and 415 555 0199.")
    plan = await forget(world, secret.id)
    assert [echo.id for echo in plan.echoes] == [turn.id]
    assert await reply_of(world, other)


async def test_an_erased_reply_comes_back_with_what_it_repeated(either_world: World) -> None:
    world = either_world
    secret = await say(world, HIDDEN, "I see.")
    echo = await say(world, "Where is it?", "The sapphire ring is under the walnut floor.")
    await forget(world, secret.id)
    assert await reply_of(world, echo) is None
    recalled = await world.companion.recall(IN_PRIVATE, "sapphire ring walnut", limit=9)
    assert not any("sapphire" in one.memory.content for one in recalled)
    await world.companion.consolidator.run(quiet=timedelta(0))
    assert not any("sapphire" in note.text for note in await world.every_note(IN_PRIVATE))

    await put_back(world)
    assert await world.store.get(IN_PRIVATE, [secret.id, echo.id]) != ()
    assert await reply_of(world, echo) == "The sapphire ring is under the walnut floor."
    assert await archive(world) == []
    assert len((await world.store.page(IN_PRIVATE, limit=9, kinds={Kind.TURN})).memories) == 2


async def test_an_erased_reply_is_gone_for_good_after_the_grace(either_world: World) -> None:
    world = either_world
    secret = await say(world, HIDDEN, "I see.")
    echo = await say(world, "Where is it?", "The sapphire ring is under the walnut floor.")
    await forget(world, secret.id)
    assert len(await archive(world)) == 2
    world.clock.advance(GRACE)
    await world.companion.upkeep()
    assert await archive(world) == []
    assert await reply_of(world, echo) is None


async def test_erased_at_once_nothing_of_the_reply_is_kept(either_world: World) -> None:
    world = either_world
    secret = await say(world, HIDDEN, "I see.")
    echo = await say(world, "Where is it?", "The sapphire ring is under the walnut floor.")
    await forget(world, secret.id)
    await forget(world, secret.id, at_once=True)
    assert await archive(world) == []
    assert await reply_of(world, echo) is None


async def test_an_edited_or_erased_turn_leaves_no_earlier_version(either_world: World) -> None:
    world = either_world
    secret = await say(world, HIDDEN, "I see.")
    echo = await say(world, "Where is it?", "The sapphire ring is under the walnut floor.")
    await forget(world, secret.id)
    await forget(world, echo.id, at_once=True, cut="Where is the key?")
    assert [one.id for one in await archive(world)] == [secret.id]
    await put_back(world)
    [kept] = await world.store.get(IN_PRIVATE, [echo.id])
    assert (kept.text, kept.reply) == ("Where is the key?", None)


async def test_a_turn_that_was_cut_is_whole_again_after_a_restore(either_world: World) -> None:
    world = either_world
    turn = await say(world, "I live in Ulm and work at Bosch.", "At Bosch in Ulm!")
    await forget(world, turn.id, cut="I live in Ulm.")
    [cut] = await world.store.get(IN_PRIVATE, [turn.id])
    assert (cut.text, cut.reply) == ("I live in Ulm.", None)
    recalled = await world.companion.recall(IN_PRIVATE, "Bosch", limit=9)
    assert not any("Bosch" in one.memory.content for one in recalled)
    await put_back(world)
    [whole] = await world.store.get(IN_PRIVATE, [turn.id])
    assert (whole.text, whole.reply) == (turn.text, turn.reply)


async def test_a_version_that_repeats_what_is_forgotten_later_goes_for_good(
    either_world: World,
) -> None:
    world = either_world
    secret = await say(world, HIDDEN, "I see.")
    other = await say(world, "My PIN is 48151623.", "Noted.")
    echo = await say(world, "Recap?", "A sapphire ring under the walnut floor; PIN 48151623.")
    await forget(world, secret.id)
    await forget(world, other.id)
    assert {one.id for one in await archive(world)} == {secret.id, other.id}
    await put_back(world)
    assert await reply_of(world, echo) is None
