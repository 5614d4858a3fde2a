"""/portrait and /persona: who somebody is to the companion, and who it is to them."""

import pytest

from brain.ids import PersonId, PlaceId
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import Kind
from brain.messages import Person, Place
from brain.texts import say
from tests.bots.telegram.rig import Rig, labels
from tests.factories import memory
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.world import World


async def painted(rig: Rig, user: User, text: str, *, place: Place) -> None:
    """As consolidation leaves the portrait of a whole life, for one place."""
    name = f"telegram:{user.id}"
    own = Group(PersonId(name), None if place.private else place.id)
    note = memory(
        text,
        id=node_id(own, Kind.PORTRAIT, LIFE),
        person=Person(PersonId(name)),
        place=place,
        kind=Kind.PORTRAIT,
        sources=["somewhere"],
        period=LIFE,
    )
    await rig.store.add([note], [None])


def instructions(rig: Rig) -> str:
    """What the model was told before the conversation, the last time that it was asked."""
    return rig.generator.asked[-1][0].content


async def test_a_portrait_and_facts_are_shown_and_not_before_there_are_any(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.say(ann, chat, "/portrait")
    assert (await world.reply(chat))["text"] == say("en", "portrait-none")
    await painted(
        rig, ann, "Ann grows roses.", place=Place(PlaceId(f"telegram:{chat.id}"), private=True)
    )
    world.say(ann, chat, "/remember my sister is called Ida")
    await world.reply(chat, count=2)
    world.say(ann, chat, "/portrait")
    shown = (await world.reply(chat, count=3))["text"]
    assert "Ann grows roses." in shown
    assert "Ida" in shown


async def test_a_portrait_that_is_asked_for_in_a_group_is_that_of_the_group_and_comes_in_private(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    group = world.group("Friends", ann)
    world.say(ann, chat, "Hello")
    await world.reply(chat)
    private = Place(PlaceId(f"telegram:{chat.id}"), private=True)
    await painted(rig, ann, "Ann has a secret.", place=private)
    await painted(
        rig, ann, "Ann brings cake.", place=Place(PlaceId(f"telegram:{group.id}"), private=False)
    )
    world.say(ann, group, "/portrait@friend_bot")
    shown = (await world.reply(chat, count=2))["text"]
    assert "Ann brings cake." in shown
    assert "secret" not in shown
    assert "cake" not in (await world.reply(group))["text"]


async def test_a_preference_for_how_it_is_holds_in_private_until_it_is_taken_back(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    group = world.group("Friends", ann)
    world.say(ann, chat, "/persona Call me Captain")
    screen = await world.reply(chat)
    assert "A friend (en)." in screen["text"]
    assert "Call me Captain" in screen["text"]
    world.say(ann, chat, "Hello")
    await world.reply(chat, count=2)
    assert "Call me Captain" in instructions(rig)
    world.say(ann, group, "@friend_bot hello")
    await world.reply(group)
    assert "Captain" not in instructions(rig)
    query = world.press(ann, screen, say("en", "persona-button-reset"))
    await world.until(lambda: world.answers[query])
    await rig.settled()
    assert "Call me Captain" not in screen["text"]
    assert labels(screen) == []
    world.say(ann, chat, "And now?")
    await world.reply(chat, count=3)
    assert "Call me Captain" not in instructions(rig)


@pytest.mark.parametrize("words", ["", " reset"])
async def test_who_it_is_without_a_preference(
    world: World, ann: User, chat: Chat, *, words: str
) -> None:
    world.say(ann, chat, f"/persona{words}")
    shown = await world.reply(chat)
    assert "A friend (en)." in shown["text"]
    assert "/persona" in shown["text"]
    assert labels(shown) == []


async def test_in_a_group_who_it_is_there_is_shown_and_a_preference_is_not_taken(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    group = world.group("Friends", ann)
    world.say(ann, chat, "Hello")
    await world.reply(chat)
    world.say(ann, group, "/persona@friend_bot")
    assert "A friend (en)." in (await world.reply(chat, count=2))["text"]
    world.say(ann, group, "/persona@friend_bot Call me Captain")
    told = await world.reply(chat, count=3)
    assert told["text"] == f"About “Friends”\n{say('en', 'persona-only-private')}"
    world.say(ann, chat, "Hello again")
    await world.reply(chat, count=4)
    assert "Captain" not in instructions(rig)
