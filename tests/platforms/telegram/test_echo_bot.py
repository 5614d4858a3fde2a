"""The server, driven by a bare python-telegram-bot over real HTTP."""

import pytest
from telegram import Bot
from telegram.error import Conflict

from tests.platforms.telegram.echo_bot import behind_webhook, polling
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

SECRET = "right_secret"  # noqa: S105 of this test only


async def test_a_bot_that_polls_hears_and_answers(telegram: TelegramServer, world: World) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with polling(telegram):
        world.say(ann, chat, "Hello 🐱")
        assert (await world.reply(chat))["text"] == "Hello 🐱"
        await world.until(lambda: not world.queue)


async def test_a_button_is_pressed_answered_and_gone(
    telegram: TelegramServer, world: World
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with polling(telegram):
        world.say(ann, chat, "/choose")
        asked = await world.reply(chat)
        query = world.press(ann, asked, "Yes")
        answer = await world.until(lambda: world.answers[query])
        assert answer is not None
        assert answer["text"] == "Thanks"
        edited = await world.until(lambda: "You said yes" in asked["text"])
        assert edited
    assert "reply_markup" not in asked
    assert chat.versions[asked["message_id"]] == ["Well?", "You said yes"]


async def test_what_was_said_while_the_server_was_away_is_answered_once(
    telegram: TelegramServer, world: World
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with polling(telegram):
        await world.until(lambda: world.called("getMe"))
        with telegram.outage():
            world.say(ann, chat, "Are you there?")
            await world.until(lambda: [one for one in world.calls if one.status == 502])
        await world.reply(chat)
        await telegram.stop()
        world.say(ann, chat, "And now?")
        await telegram.start()
        await world.reply(chat, count=2)
    assert [one["text"] for one in world.replies(chat)] == ["Are you there?", "And now?"]


async def test_an_update_that_comes_five_times_comes_five_times(
    telegram: TelegramServer, world: World
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with polling(telegram):
        world.say(ann, chat, "Hello")
        await world.reply(chat)
        world.repeat(world.updates[-1], 4)
        await world.reply(chat, count=5)


async def test_updates_can_come_in_the_wrong_order(telegram: TelegramServer, world: World) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with behind_webhook(telegram, secret=SECRET):
        world.hold()
        for text in ("one", "two", "three"):
            world.say(ann, chat, text)
        world.release(reversed)
        await world.reply(chat, count=3)
    assert [one["text"] for one in world.replies(chat)] == ["three", "two", "one"]


async def test_a_second_poller_sends_the_first_one_away(
    telegram: TelegramServer, world: World
) -> None:
    async with polling(telegram), Bot(telegram.token, telegram.base_url) as second:
        await world.until(lambda: world.called("getMe"))
        await second.get_updates(timeout=0)
        call = await world.until(lambda: world.called("getUpdates", ok=False))
    assert call[0].status == 409
    assert "terminated by other getUpdates request" in call[0].description


async def test_a_webhook_gets_updates_with_the_secret(
    telegram: TelegramServer, world: World
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with behind_webhook(telegram, secret=SECRET) as app:
        world.say(ann, chat, "Hello")
        await world.reply(chat)
        assert [(one.secret, one.status) for one in world.deliveries] == [(SECRET, 200)]
        with pytest.raises(Conflict, match="while webhook is active"):
            await app.bot.get_updates()


@pytest.mark.parametrize("secret", ["wrong", None])
async def test_a_stranger_can_post_with_a_wrong_secret_or_none(
    telegram: TelegramServer, world: World, secret: str | None
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    message = world.say(ann, chat, "Before the bot was there")
    forged = {"update_id": 1, "message": message}
    async with behind_webhook(telegram, secret=SECRET):
        assert await telegram.post(forged, secret=secret) == 403


async def test_an_update_that_the_webhook_refused_comes_again(
    telegram: TelegramServer, world: World
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with behind_webhook(telegram, secret=SECRET) as app:
        url = telegram.updates.webhook["url"]
        await app.bot.set_webhook(f"{url}/nowhere", secret_token=SECRET)
        world.say(ann, chat, "Hello")
        await world.until(lambda: [one for one in world.deliveries if one.status == 404])
        info = await app.bot.get_webhook_info()
        assert info.pending_update_count == 1
        assert info.last_error_message == "Wrong response from the webhook: 404"
        await app.bot.set_webhook(url, secret_token=SECRET)
        assert (await world.reply(chat))["text"] == "Hello"


async def test_in_a_group_with_privacy_mode_only_what_concerns_the_bot_arrives(
    telegram: TelegramServer, world: World
) -> None:
    ann, bob = world.user("Ann"), world.user("Bob")
    group = world.group("Friends", ann, bob)
    async with polling(telegram):
        world.say(ann, group, "Between us")
        world.say(bob, group, "@friend_bot hello")
        heard = await world.reply(group)
        assert heard["text"] == "@friend_bot hello"
        world.say(ann, group, "Nice", reply_to=heard)
        assert (await world.reply(group, count=2))["text"] == "Nice"
    assert len(world.updates) == 2
