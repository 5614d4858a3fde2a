"""Who leaves a group is forgotten there, if the group chose so."""

import asyncio

import pytest

from brain.accounts.linking import join
from brain.ids import PersonId
from brain.messages import Scope
from brain.texts import say
from tests.bots.telegram.rig import Rig
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.world import World


async def forgets(rig: Rig, *groups: Chat) -> None:
    """Those who manage these groups chose that leavers are forgotten."""
    for group in groups:
        await rig.services.communities.set_forget_leavers(f"telegram:{group.id}", forget=True)


async def told(
    rig: Rig, world: World, user: User, chat: Chat, *texts: str, topic: int | None = None
) -> None:
    """Somebody says so much to the bot, and is answered."""
    for text in texts:
        before = len(world.replies(chat))
        world.say(user, chat, text, topic=topic)
        await world.reply(chat, count=before + 1)
    await rig.settled()


async def texts(rig: Rig, user: User) -> set[str]:
    """What is kept of somebody."""
    return {memory.text for memory in await rig.remembered(user)}


async def test_who_leaves_a_group_is_forgotten_in_all_its_topics_and_nowhere_else(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    bob = world.user("Bob")
    await rig.introduce(bob)
    forum = world.supergroup("Forum", ann, bob, forum=True)
    other = world.supergroup("Others", ann)
    cats, dogs = world.topic(forum, "Cats"), world.topic(forum, "Dogs")
    await told(rig, world, ann, chat, "In private.")
    await told(rig, world, ann, forum, "@friend_bot to all")
    await told(rig, world, ann, forum, "@friend_bot of cats", topic=cats)
    await told(rig, world, ann, forum, "@friend_bot of dogs", topic=dogs)
    await told(rig, world, bob, forum, "@friend_bot I stay", topic=cats)
    await told(rig, world, ann, other, "@friend_bot elsewhere")
    await forgets(rig, forum, other)
    await rig.stop()
    # Another process knows of the topics as well.
    await rig.start()
    world.leave(ann, forum)
    await rig.settled()
    assert await texts(rig, ann) == {"In private.", "elsewhere"}
    assert await texts(rig, bob) == {"I stay"}


async def test_who_leaves_a_group_that_chose_nothing_is_remembered(
    rig: Rig, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    await told(rig, world, ann, group, "@friend_bot hello")
    world.leave(ann, group)
    await rig.settled()
    assert await texts(rig, ann) == {"hello"}


@pytest.mark.parametrize("thrown_out", [False, True])
async def test_an_administrator_hears_of_leavers_in_a_group_that_says_nothing(
    rig: Rig, world: World, ann: User, *, thrown_out: bool
) -> None:
    eve = world.user("Eve")
    group = world.supergroup("A thousand friends", ann, eve)
    await forgets(rig, group)
    await told(rig, world, ann, group, "@friend_bot hello")
    group.bot_status = "administrator"
    world.leave(ann, group, by=eve if thrown_out else None, in_silence=True)
    await rig.settled()
    assert await texts(rig, ann) == set()


async def test_that_somebody_left_may_be_said_twice(rig: Rig, world: World, ann: User) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    await told(rig, world, ann, group, "@friend_bot hello")
    group.bot_status = "administrator"
    world.leave(ann, group)
    await rig.settled()
    assert [update for update in world.updates if "chat_member" in update]
    assert [update for update in world.updates if "left_chat_member" in str(update)]
    assert await texts(rig, ann) == set()
    assert len(rig.texts(group)) == 1


async def test_what_is_being_answered_while_somebody_leaves_is_forgotten_too(
    rig: Rig, world: World, ann: User
) -> None:
    forum = world.supergroup("Forum", ann, forum=True)
    cats = world.topic(forum, "Cats")
    await forgets(rig, forum)
    end = asyncio.Event()
    rig.says([end, "I see."])
    for text in ("a last word", "and another"):
        world.say(ann, forum, f"@friend_bot {text}", topic=cats)
    await world.until(lambda: rig.generator.asked)
    world.leave(ann, forum)
    await world.until(lambda: not world.queue)
    end.set()
    await world.reply(forum, count=2)
    await rig.settled()
    assert await texts(rig, ann) == set()


async def test_what_somebody_says_who_came_back_is_kept(rig: Rig, world: World, ann: User) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    await told(rig, world, ann, group, "@friend_bot before")
    # All of it came while the bot was away.
    await rig.stop()
    world.leave(ann, group)
    world.say(ann, group, "@friend_bot here again")
    await rig.start()
    await world.reply(group, count=2)
    await rig.settled()
    assert await texts(rig, ann) == {"here again"}


async def test_what_was_put_away_before_is_erased_as_well(
    rig: Rig, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    await told(rig, world, ann, group, "@friend_bot hello")
    scope = Scope.everything_of(PersonId(f"telegram:{ann.id}"))
    [turn] = await rig.remembered(ann)
    await rig.store.archive(scope, [turn.id], now=turn.said_at)
    world.leave(ann, group)
    await rig.settled()
    assert (await rig.store.page(scope, limit=9, archived=True)).memories == ()


async def test_who_leaves_a_group_that_became_a_supergroup_is_forgotten_there(
    rig: Rig, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    await told(rig, world, ann, group, "@friend_bot before")
    new = world.migrate(ann, group)
    await told(rig, world, ann, new, "@friend_bot after")
    world.leave(ann, new)
    await rig.settled()
    assert await texts(rig, ann) == set()


async def test_a_joined_account_that_leaves_is_forgotten_there(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    await told(rig, world, ann, chat, "In private.")
    await told(rig, world, ann, group, "@friend_bot in the group")
    await join(rig.store, PersonId("discord:1"), PersonId(f"telegram:{ann.id}"))
    world.leave(ann, group)
    await rig.settled()
    scope = Scope.everything_of(PersonId("discord:1"))
    assert {one.text for one in (await rig.store.page(scope, limit=9)).memories} == {"In private."}


async def test_the_bot_that_is_thrown_out_forgets_nobody_and_comes_back_as_it_was(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    await told(rig, world, ann, group, "@friend_bot hello")
    end = asyncio.Event()
    rig.says([end, "Nobody hears this."], ["I see."])
    world.say(ann, group, "@friend_bot are you there?")
    await world.until(lambda: rig.generator.asked)
    world.put(ann, group, {"left_chat_member": world.bot.json()})
    world.update("message", group.messages[max(group.messages)])
    world.set_bot_status(ann, group, "kicked")
    await world.until(lambda: not world.queue)
    end.set()
    await rig.settled()
    assert await texts(rig, ann) == {"hello", "are you there?"}
    await told(rig, world, ann, chat, "And in private?")
    world.set_bot_status(ann, group, "member")
    await rig.settled()
    assert "@friend_bot" in rig.texts(group)[-1]
    world.leave(ann, group)
    await rig.settled()
    assert await texts(rig, ann) == {"And in private?"}


async def test_a_group_that_is_deleted_under_a_reply_harms_nothing(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    group = world.group("Friends", ann)
    end = asyncio.Event()
    rig.says([end, "Nobody hears this."], ["I see."])
    world.say(ann, group, "@friend_bot are you there?")
    await world.until(lambda: rig.generator.asked)
    del world.chats[group.id]
    end.set()
    await rig.settled()
    await told(rig, world, ann, chat, "Still there?")
    assert rig.texts(chat) == ["I see."]


async def test_bots_that_leave_and_people_who_leave_a_channel_are_nothing_to_it(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    robot, channel = world.user("Robot"), world.channel("News")
    robot.is_bot = True
    group = world.group("Friends", ann, robot)
    channel.members[ann.id] = ann
    await forgets(rig, group, channel)
    world.leave(robot, group)
    world.leave(ann, channel, in_silence=True)
    await told(rig, world, ann, chat, "Hello")
    assert await texts(rig, ann) == {"Hello"}


async def test_an_administrator_chooses_that_leavers_are_forgotten(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "In private.")
    group = world.group("Friends", ann)
    group.administrators.add(ann.id)
    await told(rig, world, ann, group, "@friend_bot hello")
    world.say(ann, group, "/settings leavers on")
    line = say("en", "community-leavers-on")
    await world.until(lambda: [text for text in rig.texts(chat) if line.lstrip("- ") in text])
    world.leave(ann, group)
    await rig.settled()
    assert await texts(rig, ann) == {"In private."}
