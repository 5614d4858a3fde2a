"""A file with all that is kept of somebody, however much that is."""

from dataclasses import replace

import pytest
from telegram import Bot

from bots.telegram.chat_migrations import ChatMigrations
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import BotIdentity
from bots.telegram.delivery import DeliveryOptions
from bots.telegram.outgoing_rate_limits import OutgoingLimits
from tests.bots.telegram.rig import Rig, shown
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

LIMIT = "bots.telegram.context.LARGEST_FILE_OF_OWN_SERVER"


async def told(rig: Rig, world: World, ann: User, chat: Chat) -> None:
    """Ann says something of some length."""
    world.say(ann, chat, "tea " * 900)
    await world.reply(chat)
    await rig.settled()


async def test_an_export_above_the_limit_is_packed(
    rig: Rig, world: World, ann: User, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told(rig, world, ann, chat)
    monkeypatch.setattr(LIMIT, 3_000)
    world.say(ann, chat, "/export")
    found = await world.reply(chat, count=2)
    assert found["document"]["file_name"].endswith(".jsonl.zip")


@pytest.mark.parametrize("where", ["private", "group"])
async def test_an_export_that_is_too_large_even_packed_is_left_to_the_terminal(
    rig: Rig, world: World, ann: User, chat: Chat, monkeypatch: pytest.MonkeyPatch, *, where: str
) -> None:
    await told(rig, world, ann, chat)
    monkeypatch.setattr(LIMIT, 30)
    group = world.group("Friends", ann)
    world.say(ann, chat if where == "private" else group, "/export@friend_bot")
    line = shown(await world.reply(chat, count=2))
    assert f"siliconfriend export --account telegram:{ann.id} --out FILE" in line
    assert not world.called("sendDocument")


async def test_an_export_that_the_server_does_not_take_is_sent_once_only(
    telegram: TelegramServer, rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat)
    telegram.refuse("sendDocument", 413, "Request Entity Too Large", times=9)
    world.say(ann, chat, "/export")
    assert "siliconfriend export" in shown(await world.reply(chat, count=2))
    assert len(world.called("sendDocument")) == 1


async def test_telegrams_own_server_takes_less_than_ones_own(rig: Rig) -> None:
    def context(api_base: str | None) -> TelegramContext:
        telegram = rig.settings.telegram.model_copy(update={"api_base": api_base})
        settings = rig.settings.model_copy(update={"telegram": telegram})
        return TelegramContext(
            services=replace(rig.services, settings=settings),
            bot=Bot("1:token"),
            me=BotIdentity(id=1, username="friend_bot"),
            chat_migrations=ChatMigrations(rig.store.values, lambda: 0.0),
            outgoing_limits=OutgoingLimits(lambda: 0.0),
            delivery_options=DeliveryOptions(edit_every_s=3.0),
        )

    assert context(None).largest_file == 50_000_000
    assert context("http://localhost:8081").largest_file == 2_000_000_000
