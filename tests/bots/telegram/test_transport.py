"""How updates arrive: polls and webhooks, each update once, whatever happens on the way."""

import asyncio
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bots.telegram.errors import SecondPoller, WebhookRefused, WrongSecret
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Rig, open_rig
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World
from tests.ports import held_port

SECRET = "right_secret"  # noqa: S105 of this test only


def webhook(port: int) -> dict[str, object]:
    """Settings of a webhook on loopback."""
    return {
        "webhook_url": f"http://127.0.0.1:{port}/telegram",
        "webhook_port": port,
        "webhook_secret": SECRET,
    }


@pytest.fixture
def port() -> Iterator[int]:
    """That nobody else gets."""
    with held_port() as held:
        yield held


@pytest.fixture
async def hooked(open_bot: Open, port: int) -> Rig:
    """The bot behind a webhook."""
    return await open_bot(**webhook(port))


async def friend(rig: Rig, world: World) -> tuple[User, Chat]:
    """Somebody who knows what is kept, and their private chat."""
    user = world.user("Ann")
    await rig.introduce(user)
    return user, world.private(user)


async def test_an_update_that_comes_five_times_is_answered_once(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.say(ann, chat, "Hello")
    await world.reply(chat)
    update = world.updates[-1]
    world.repeat(update, 4)
    await rig.settled()
    await rig.stop()
    world.repeat(update)
    await rig.start()
    await rig.settled()
    assert rig.texts(chat) == ["I see."]
    assert len(rig.generator.asked) == 1


async def test_two_processes_that_get_the_same_update_answer_it_once(
    telegram: TelegramServer, tmp_path: Path, world: World, port: int
) -> None:
    async with (
        open_rig(telegram, tmp_path, **webhook(port)) as first,
        # The second one listens where the system likes; both are posted to by hand.
        open_rig(telegram, tmp_path, **webhook(port) | {"webhook_port": 0}) as second,
    ):
        await first.start()
        ann, chat = await friend(first, world)
        await second.start()
        assert first.platform is not None
        assert second.platform is not None
        world.hold()
        world.say(ann, chat, "Hello")
        update = world.updates[-1]
        statuses = await asyncio.gather(
            *(
                _post(port, update, SECRET)
                for port in (first.platform.webhook_port, second.platform.webhook_port)
                for _ in range(3)
            )
        )
        assert set(statuses) == {200}
        await world.reply(chat)
        await first.settled()
        await second.settled()
        assert first.texts(chat) == ["I see."]


async def test_updates_in_the_wrong_order_are_all_answered(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.hold()
    for text in ("one", "two", "three"):
        world.say(ann, chat, text)
    world.release(reversed)
    await world.reply(chat, count=3)
    await rig.settled()
    assert len(rig.generator.asked) == 3


async def test_what_was_said_while_telegram_was_away_is_answered_once(
    telegram: TelegramServer, rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    assert rig.platform is not None
    with telegram.outage():
        world.say(ann, chat, "Are you there?")
        await world.until(lambda: len([one for one in world.calls if one.status == 502]) > 3)
    await world.reply(chat)
    await telegram.stop()
    world.say(ann, chat, "And now?")
    await telegram.start()
    await world.reply(chat, count=2)
    await rig.settled()
    assert rig.texts(chat) == ["I see.", "I see."]
    assert rig.platform.is_healthy


async def test_a_reply_waits_for_telegram_to_come_back(
    telegram: TelegramServer, rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    end = asyncio.Event()
    rig.says([end, "Here."])
    world.say(ann, chat, "Hello")
    await world.until(lambda: rig.generator.asked)
    with telegram.outage():
        end.set()
        await world.until(
            lambda: [c for c in world.calls if (c.method, c.status) == ("sendMessage", 502)]
        )
    await world.reply(chat)
    await rig.settled()
    assert rig.texts(chat) == ["Here."]


async def test_a_stop_lets_what_is_in_flight_end(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    end = asyncio.Event()
    rig.says([end, "The last word."])
    world.say(ann, chat, "Hello")
    await world.until(lambda: rig.generator.asked)
    stopping = asyncio.create_task(rig.stop())
    await asyncio.sleep(0)
    end.set()
    await stopping
    assert rig.texts(chat) == ["The last word."]
    assert world.queue == []


async def test_what_a_stop_cut_off_is_answered_after_the_next_start(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    rig.says([asyncio.Event(), "Never said."])
    world.say(ann, chat, "Hello")
    await world.until(lambda: rig.generator.asked)
    await rig.stop(limit_s=0.05)
    assert rig.texts(chat) == []
    rig.says(["Sorry, here I am."])
    await rig.start()
    await world.reply(chat)
    await rig.stop()
    assert rig.texts(chat) == ["Sorry, here I am."]
    [turn] = await rig.remembered(ann)
    assert turn.reply == "Sorry, here I am."


async def test_a_second_poller_is_told_in_one_sentence_and_goes(
    rig: Rig, world: World, ann: User, chat: Chat, tmp_path: Path
) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    # What the first one hears proves that it was there before.
    world.say(ann, chat, "Hello")
    await world.reply(chat)
    await rig.settled()
    async with open_rig(rig.server, folder) as second:
        with pytest.raises(SecondPoller) as found:
            await second.serve()
        assert "@friend_bot" in str(found.value)
    world.say(ann, chat, "Still there?")
    await world.reply(chat, count=2)


async def test_a_webhook_answers_quickly_and_works_after(hooked: Rig, world: World) -> None:
    ann, chat = await friend(hooked, world)
    end = asyncio.Event()
    hooked.says([end, "Slowly."])
    world.say(ann, chat, "Hello")
    await world.until(lambda: hooked.generator.asked)
    await world.until(lambda: world.deliveries)
    assert [(one.secret, one.status) for one in world.deliveries] == [(SECRET, 200)]
    end.set()
    assert (await world.reply(chat))["text"] == "Slowly."


@pytest.mark.parametrize("secret", ["wrong", "", "röng", None])
async def test_a_webhook_sends_strangers_away(
    telegram: TelegramServer, hooked: Rig, world: World, secret: str | None
) -> None:
    ann, chat = await friend(hooked, world)
    world.hold()
    world.say(ann, chat, "Forged")
    assert hooked.platform is not None
    port = hooked.platform.webhook_port
    assert await _post(port, world.updates[-1], secret) == 403
    await hooked.settled()
    assert hooked.texts(chat) == []
    assert telegram.updates.webhook["secret"] == SECRET


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"no JSON", 400),
        (b"[1]", 400),
        (b"{}", 400),
        (b'{"update_id": "x", "message": 5}', 400),
        (b"[" * 100_000, 400),
        (b'{"a": "' + b"x" * (1 << 20) + b'"}', 413),
    ],
)
async def test_a_webhook_takes_updates_only_and_no_endless_ones(
    hooked: Rig, world: World, *, body: bytes, status: int
) -> None:
    assert hooked.platform is not None
    port = hooked.platform.webhook_port
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    url = f"http://127.0.0.1:{port}/telegram"
    async with (
        ClientSession() as session,
        session.post(url, data=BytesIO(body), headers=headers) as said,
    ):
        assert said.status == status
    ann, chat = await friend(hooked, world)
    world.say(ann, chat, "Still well?")
    await world.reply(chat)


async def test_a_webhook_takes_what_cannot_be_read_so_that_it_comes_only_once(
    hooked: Rig, world: World
) -> None:
    ann, chat = await friend(hooked, world)
    world.update("message", {"message_id": 5, "date": 1, "chat": {"id": ann.id}})
    world.say(ann, chat, "Still well?")
    await world.reply(chat)
    assert [one.status for one in world.deliveries] == [200, 200]


async def test_a_webhook_tells_its_health(hooked: Rig) -> None:
    assert hooked.platform is not None
    url = f"http://127.0.0.1:{hooked.platform.webhook_port}/healthz"
    async with ClientSession() as session, session.get(url) as said:
        assert said.status == 200
        assert await said.json() == {"telegram": True}


async def test_the_secret_of_a_webhook_is_made_where_none_is_set(
    telegram: TelegramServer, open_bot: Open, world: World, port: int
) -> None:
    rig = await open_bot(**{**webhook(port), "webhook_secret": None})
    secret = telegram.updates.webhook["secret"]
    assert len(secret) == 64
    assert secret not in telegram.token
    await rig.stop()
    await rig.start()
    assert telegram.updates.webhook["secret"] == secret
    ann, chat = await friend(rig, world)
    world.say(ann, chat, "Hello")
    await world.reply(chat)


async def test_polls_begin_where_a_webhook_was_before(
    telegram: TelegramServer, hooked: Rig, world: World
) -> None:
    await hooked.stop()
    ann, chat = await friend(hooked, world)
    world.say(ann, chat, "Said in between")
    hooked.settings = hooked.settings.model_copy(
        update={"telegram": hooked.settings.telegram.model_copy(update={"webhook_url": None})}
    )
    await hooked.start()
    await world.reply(chat)
    assert telegram.updates.webhook == {}


async def test_a_webhook_that_telegram_cannot_use_is_refused_in_one_sentence(
    open_bot: Open, port: int
) -> None:
    options = {**webhook(port), "webhook_url": "http://friend.example/telegram"}
    with pytest.raises(WebhookRefused, match=r"(?i)an https url"):
        await open_bot(**options)


async def test_a_secret_that_telegram_would_not_take_is_refused_before(
    open_bot: Open, port: int
) -> None:
    with pytest.raises(WrongSecret):
        await open_bot(**{**webhook(port), "webhook_secret": "with spaces"})


async def _post(port: int | None, update: Json, secret: str | None) -> int:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    url = f"http://127.0.0.1:{port}/telegram"
    async with ClientSession() as session, session.post(url, json=update, headers=headers) as said:
        return said.status
