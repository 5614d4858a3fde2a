"""Who speaks to the bot is told why it does not answer, whatever name they use."""

import pytest

from brain.texts import say
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Rig
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.world import World

LINK = "https://t.me/friend_bot"


def anonymous(language: str = "en") -> str:
    return say(language, "telegram-anonymous", name="friend_bot")


@pytest.mark.parametrize("text", ["@friend_bot Hello", "/settings free on", "/memories@friend_bot"])
async def test_an_anonymous_administrator_is_told_to_use_their_own_name(
    rig: Rig, world: World, ann: User, text: str
) -> None:
    group = world.supergroup("Friends", ann)
    world.say_as(group, group, text)
    line = await world.reply(group)
    assert line["text"] == anonymous()
    await rig.settled()
    assert not rig.generator.asked
    assert len(rig.texts(group)) == 1


async def test_who_writes_as_a_channel_is_told_the_same_and_its_posts_are_not(
    rig: Rig, world: World, ann: User
) -> None:
    world.privacy_mode = False
    group, channel = world.supergroup("Friends", ann), world.channel("News")
    world.say_as(channel, group, "@friend_bot is great", is_automatic=True)
    world.say_as(channel, group, "Not to you")
    world.say_as(channel, group, "/roll 6")
    world.say_as(channel, group, "/help@other_bot")
    world.say_as(channel, group, "@friend_bot Hello")
    line = await world.reply(group)
    assert line["text"] == say("en", "telegram-as-channel", name="friend_bot")
    await rig.settled()
    assert len(rig.texts(group)) == 1


async def test_each_of_them_is_told_once_a_minute_in_the_language_of_the_group(
    rig: Rig, world: World, ann: User
) -> None:
    group, channel = world.supergroup("Friends", ann), world.channel("News")
    await rig.services.communities.set_language(f"telegram:{group.id}", "es")
    for _ in range(3):
        world.say_as(group, group, "@friend_bot Hello")
        world.say_as(channel, group, "@friend_bot Hello")
    await world.reply(group, count=2)
    await rig.settled()
    as_channel = say("es", "telegram-as-channel", name="friend_bot")
    assert sorted(rig.texts(group)) == sorted([anonymous("es"), as_channel])


async def test_who_manages_a_group_but_never_wrote_to_it_is_told_to_write_first(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot()
    eve = world.user("Eve")
    group = world.supergroup("Friends", eve)
    group.administrators.add(eve.id)
    for number, text in enumerate(["/settings", "/settings free on", "/memories"], start=1):
        world.say(eve, group, f"{text}@friend_bot" if " " not in text else text)
        line = await world.reply(group, count=number)
        assert LINK in line["text"]
        assert ("settings of a group" in line["text"]) == text.startswith("/settings")
    chosen = await rig.services.communities.settings_of(f"telegram:{group.id}")
    assert chosen.free_places


async def test_a_channel_that_takes_it_in_is_told_that_it_does_not_answer_there(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    channel = world.channel("News")
    channel.bot_status = "left"
    world.set_bot_status(ann, channel, "administrator")
    [line] = await world.until(lambda: list(channel.messages.values()))
    assert line["text"] == say("en", "telegram-channel-hello", name="friend_bot")
    await rig.settled()
    assert rig.texts(chat) == []
