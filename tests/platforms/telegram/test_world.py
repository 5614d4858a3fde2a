"""What people do reaches python-telegram-bot as updates that it understands."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest

from tests.platforms.telegram.server import TelegramServer, telegram_server
from tests.platforms.telegram.world import World


@pytest.fixture
async def bot(telegram: TelegramServer) -> AsyncIterator[Bot]:
    async with Bot(telegram.token, telegram.base_url, telegram.base_file_url) as bot:
        yield bot


async def _updates(bot: Bot) -> list[Update]:
    """All that wait, which are confirmed."""
    found = list(await bot.get_updates())
    if found:
        await bot.get_updates(offset=found[-1].update_id + 1, timeout=0)
    return found


async def test_every_kind_of_message_is_understood(bot: Bot, world: World) -> None:
    ann = world.user("Ann", language="zh")
    chat = world.private(ann)
    first = world.say(ann, chat, "/start@friend_bot 😀 @bob")
    world.edit(first, "/help")
    for kind in ("photo", "document", "voice", "audio", "video"):
        world.attach(ann, chat, kind, b"data", name="a.bin", caption="Look, @friend_bot")
    world.send(ann, chat, {"location": {"latitude": 1.5, "longitude": 2.5}}, reply_to=first)
    said, edited, *attached, place = await _updates(bot)
    assert said.message is not None
    assert said.message.from_user is not None
    assert said.message.from_user.language_code == "zh"
    assert list(said.message.parse_entities().values()) == ["/start@friend_bot", "@bob"]
    assert edited.edited_message is not None
    assert edited.edited_message.text == "/help"
    assert edited.edited_message.message_id == said.message.message_id
    assert [bool(one.message and one.message.effective_attachment) for one in attached] == [
        True
    ] * 5
    assert place.message is not None
    assert place.message.location is not None
    assert place.message.reply_to_message is not None


async def test_who_joins_leaves_and_blocks_is_told(bot: Bot, world: World) -> None:
    ann = world.user("Ann")
    group = world.group("Friends", ann)
    world.set_bot_status(ann, group, "administrator")
    world.set_bot_status(ann, group, "kicked")
    world.block(ann)
    statuses = [
        one.my_chat_member.new_chat_member.status
        for one in await _updates(bot)
        if one.my_chat_member
    ]
    assert statuses == ["administrator", "kicked", "kicked"]


async def test_a_group_that_moves_says_so_in_both_places(bot: Bot, world: World) -> None:
    ann = world.user("Ann")
    group = world.group("Friends", ann)
    new = world.migrate(ann, group)
    left, came = (one.message for one in await _updates(bot))
    assert left is not None
    assert came is not None
    assert (left.chat_id, left.migrate_to_chat_id) == (group.id, new.id)
    assert (came.chat_id, came.migrate_from_chat_id) == (new.id, group.id)


async def test_topics_and_channels_are_told_apart(bot: Bot, world: World) -> None:
    ann = world.user("Ann")
    world.privacy_mode = False
    forum, channel = world.supergroup("Forum", ann, forum=True), world.channel("News")
    topic = world.topic(forum, "Cats")
    world.say(ann, forum, "Meow", topic=topic)
    world.say(ann, channel, "News!")
    meow, news = await _updates(bot)
    assert meow.message is not None
    assert meow.message.is_topic_message
    assert meow.message.message_thread_id == topic
    assert news.channel_post is not None
    assert news.channel_post.from_user is None


async def test_the_button_of_a_deleted_message_can_be_pressed(bot: Bot, world: World) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    world.say(ann, chat, "/start")
    keys = {"inline_keyboard": [[{"text": "Yes, please", "callback_data": "y"}]]}
    old = world.put(world.bot, chat, {"text": "Well?", "reply_markup": keys})
    await bot.delete_message(chat.id, old["message_id"])
    await _updates(bot)
    query = world.press(ann, old, "Yes")
    (pressed,) = await _updates(bot)
    assert pressed.callback_query is not None
    assert pressed.callback_query.data == "y"
    assert pressed.callback_query.message is not None
    assert not pressed.callback_query.message.is_accessible
    await pressed.callback_query.answer("That was long ago")
    assert world.answers[query]


async def test_what_was_not_confirmed_comes_again_after_a_restart(world: World) -> None:
    ann = world.user("Ann")
    world.say(ann, world.private(ann), "Remember me")
    heard = []
    for _ in range(2):
        async with telegram_server(world) as server, Bot(server.token, server.base_url) as bot:
            heard += [one.update_id for one in await bot.get_updates()]
    assert len(heard) == 2
    assert heard[0] == heard[1]


async def test_a_poll_waits_for_what_is_not_yet_said(bot: Bot, world: World) -> None:
    ann = world.user("Ann")
    world.hold()
    for text in ("one", "two"):
        world.say(ann, world.private(ann), text)
    assert await bot.get_updates(timeout=0) == ()
    world.release(reversed)
    found = await bot.get_updates(timeout=10)
    assert [one.message.text for one in found if one.message] == ["two", "one"]


async def test_a_test_can_have_a_call_refused(
    telegram: TelegramServer, bot: Bot, world: World
) -> None:
    telegram.refuse("getMe", 400, "Bad Request: not today", times=2)
    for _ in range(2):
        with pytest.raises(BadRequest, match="Not today"):
            await bot.get_me()
    assert (await bot.get_me()).id == world.bot.id


async def test_a_wait_in_vain_fails_with_the_last_calls(bot: Bot, world: World) -> None:
    await bot.get_me()
    with pytest.raises(AssertionError, match="getMe 200"):
        await world.until(lambda: False, within=0.01)
