"""What is changed, deleted or left while the bot stops, or while much else goes wrong."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bots.discord.bot import Bot
from bots.discord.lanes import message_lane
from brain.errors import StoreUnavailable
from tests.bots.discord.conftest import Open
from tests.bots.discord.rig import Rig
from tests.platforms.discord.records import Message, User
from tests.platforms.discord.world import World


def bot_of(rig: Rig) -> Bot:
    assert rig.platform is not None
    return rig.platform._bot


async def busy(world: World, rig: Rig, user: User) -> asyncio.Event:
    """Have the bot be at an answer until that is set."""
    await rig.introduce(user)
    go = asyncio.Event()
    rig.says([go, "I see."])
    world.dm(user, "a long question")
    await world.until(lambda: rig.generator.asked)
    return go


async def stopping(world: World, rig: Rig, bot: Bot) -> asyncio.Task[None]:
    task = asyncio.create_task(rig.stop())
    await world.until(lambda: bot._is_stopping)
    return task


async def until_noted(world: World, rig: Rig, kind: str, count: int = 1) -> None:
    async with asyncio.timeout(60):
        while (
            sum(key.startswith(kind) for key in await rig.store.values.get("inbox:discord")) < count
        ):
            await world.a_moment()


@pytest.mark.parametrize("kind", ["edited", "deleted", "left"])
async def test_what_is_told_while_it_stops_is_done_after_the_restart(
    world: World, open_bot: Open, kind: str
) -> None:
    rig = await open_bot(forget_leavers=True)
    ann, ben = world.user("Ann"), world.user("Ben")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    await rig.introduce(ann)
    message = world.say(ann, channel, f"{world.bot.mention} my diary")
    await world.until(lambda: rig.said(channel))
    await rig.until_remembered(ann, ["my diary"])
    go = await busy(world, rig, ben)
    stop = await stopping(world, rig, bot_of(rig))

    if kind == "edited":
        world.edit(message, f"{world.bot.mention} my cat")
    elif kind == "deleted":
        world.delete(message)
    else:
        world.leave(ann, guild)
    await until_noted(world, rig, kind)
    go.set()
    await stop
    assert [turn.text for turn in await rig.remembered(ann)] == ["my diary"]
    await rig.start()

    await rig.until_remembered(ann, ["my cat"] if kind == "edited" else [])


async def test_all_that_a_moderator_deleted_at_once_goes_though_a_stop_cuts_it_off(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    messages: list[Message] = []
    for text in ("a", "b", "c"):
        messages.append(world.say(ann, channel, f"{world.bot.mention} {text}"))
        await world.until(lambda: len(rig.said(channel)) == len(messages))
    await rig.until_remembered(ann, ["a", "b", "c"])
    rig.says([asyncio.Event()])
    world.say(ann, channel, f"{world.bot.mention} d")
    await world.until(lambda: rig.generator.asked)
    bot = bot_of(rig)
    ids = {message.id for message in messages}
    event = SimpleNamespace(message_ids=ids, channel_id=channel.id, guild_id=guild.id)

    deleting = asyncio.create_task(
        bot.on_raw_bulk_message_delete(cast("discord.RawBulkMessageDeleteEvent", event))
    )
    lanes = bot.messages._lanes._lanes
    lane = (channel.id, ann.id)
    await world.until(lambda: len(lanes[lane]) > 1)
    await rig.stop(limit_s=0.05)
    await asyncio.gather(deleting, return_exceptions=True)
    rig.says(["I see."])
    await rig.start()

    await rig.until_remembered(ann, ["d"])


async def test_a_deletion_out_of_line_is_not_given_up_for_an_edit_before_it(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.transport.retrying.WAITS_S", (0.02,) * 3_000)
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    message = world.say(ann, channel, f"{world.bot.mention} My PIN is 4711.")
    await world.until(lambda: rig.said(channel))
    await rig.until_remembered(ann, ["My PIN is 4711."])
    changes = bot_of(rig).messages.changes
    find, is_away = changes.authors.of, True

    async def unknown(name: int) -> int | None:
        if is_away:
            raise StoreUnavailable(reason="test")
        return await find(name)

    monkeypatch.setattr(changes.authors, "of", unknown)
    before = changes._lanes.join(message_lane(guild.id, channel.id, ann.id))

    world.edit(message, f"{world.bot.mention} My PIN is 4712.")
    await world.until(lambda: len(changes._lanes._lanes[channel.id, ann.id]) == 2)
    world.delete(message)
    await world.until(lambda: changes.durable._retrying)
    before.leave()
    await world.until(lambda: not len(changes._lanes))
    is_away = False

    await rig.until_remembered(ann, [])


async def test_a_deletion_in_private_waits_until_discord_tells_whose_it_is(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.transport.retrying.WAITS_S", (0.02,) * 3_000)
    ann = world.user("Ann")
    message = world.dm(ann, "My PIN is 4711.")
    await world.until(lambda: rig.said(ann))
    await rig.until_remembered(ann, ["My PIN is 4711."])
    await rig.stop()
    await rig.start()
    bot, failures = bot_of(rig), 0
    find = bot.channel
    trouble = cast("Any", SimpleNamespace(status=503, reason="Service Unavailable"))

    async def fails(channel: int) -> discord.abc.Messageable | None:
        nonlocal failures
        failures += 1
        if failures <= 3:
            raise discord.DiscordServerError(trouble, "")
        return await find(channel)

    monkeypatch.setattr(bot, "channel", fails)
    world.delete(message)

    await rig.until_remembered(ann, [])
    assert failures > 3


async def test_of_too_many_changes_that_wait_the_oldest_is_for_the_next_start(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.discord.durable_changes.MOST_RETRYING", 2)
    ann = world.user("Ann")
    await rig.introduce(ann)
    messages = []
    for text in ("a", "b", "c"):
        messages.append(world.dm(ann, text))
        await world.until(lambda: len(rig.said(ann)) == len(messages))
    await rig.until_remembered(ann, ["a", "b", "c"])

    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable(reason="test")

    durable = bot_of(rig).messages.changes.durable
    with monkeypatch.context() as outage:
        outage.setattr(rig.store, "get", away)
        for number, message in enumerate(messages, start=1):
            world.edit(message, f"{message.content}!")
            await until_noted(world, rig, "edited", number)
        await world.until(lambda: not durable._deferring)
        assert len(durable._retrying) == 2
        assert len(durable._retrier._queues) == 2
        await rig.stop()

    await rig.start()
    await rig.until_remembered(ann, ["a!", "b!", "c!"])


async def test_an_edit_that_waits_is_asked_for_anew(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.transport.retrying.WAITS_S", (0.02,) * 3_000)
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    own = world.say(ann, channel, f"{world.bot.mention} tea")
    await world.until(lambda: rig.said(channel))
    await rig.until_remembered(ann, ["tea"])
    other = world.say(ann, channel, "for Ben")
    changes, asked = bot_of(rig).messages.changes, list[int]()
    fetch, left = changes._fetch, 4

    async def fetched(place: int, name: int) -> discord.Message | None:
        asked.append(name)
        return await fetch(place, name)

    get = rig.store.get

    async def perhaps(*args: Any, **options: Any) -> Any:  # noqa: ANN401 whatever the store takes
        nonlocal left
        if left:
            left -= 1
            raise StoreUnavailable(reason="test")
        return await get(*args, **options)

    monkeypatch.setattr(changes, "_fetch", fetched)
    monkeypatch.setattr(rig.store, "get", perhaps)
    world.edit(other, "for Bob")
    world.edit(own, f"{world.bot.mention} coffee")

    await rig.until_remembered(ann, ["coffee"])
    await world.until(lambda: not changes.durable._retrying)
    assert asked == [own.id]
