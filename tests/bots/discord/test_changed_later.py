"""What is changed, deleted or left while the store is away is made good when it is back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from brain.errors import StoreUnavailable
from tests.bots.discord.conftest import Open
from tests.bots.discord.rig import Rig
from tests.platforms.discord.world import World


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.transport.retrying.WAITS_S", (0.02,) * 1_000)


def go_away(rig: Rig, call: str, patch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Have the store be away for two calls of that kind; gives whether that is over."""
    *values, method = call.split(".")
    port = rig.store.values if values else rig.store
    real: Callable[..., Awaitable[Any]] = getattr(port, method)
    left = 2

    async def perhaps(*args: Any, **options: Any) -> Any:  # noqa: ANN401 whatever the store takes
        nonlocal left
        if left:
            left -= 1
            raise StoreUnavailable(reason="test")
        return await real(*args, **options)

    patch.setattr(port, method, perhaps)
    return lambda: left == 0


@pytest.mark.parametrize("call", ["profile", "get", "rewrite"])
async def test_a_deleted_message_goes_when_the_store_is_back(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    ann = world.user("Ann")
    message = world.dm(ann, "a private thing")
    await rig.until_remembered(ann, ["a private thing"])
    await world.until(lambda: rig.said(ann))

    is_back = go_away(rig, call, monkeypatch)
    world.delete(message)

    await world.until(is_back)
    await rig.until_remembered(ann, [])


@pytest.mark.parametrize("call", ["profile", "get", "rewrite"])
async def test_an_edited_message_changes_when_the_store_is_back(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    ann = world.user("Ann")
    message = world.dm(ann, "I live in Ulm.")
    await world.until(lambda: rig.said(ann))
    await rig.until_remembered(ann, ["I live in Ulm."])

    is_back = go_away(rig, call, monkeypatch)
    world.edit(message, "I live in Rome.")

    await world.until(is_back)
    await rig.until_remembered(ann, ["I live in Rome."])


@pytest.mark.parametrize("call", ["profile", "values.get", "page", "rewrite"])
async def test_who_left_is_forgotten_when_the_store_is_back(
    world: World, open_bot: Open, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    rig = await open_bot(forget_leavers=True)
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    world.say(ann, channel, f"{world.bot.mention} my diary")
    await world.until(lambda: rig.said(channel))
    await rig.until_remembered(ann, ["my diary"])

    is_back = go_away(rig, call, monkeypatch)
    world.leave(ann, guild)

    await world.until(is_back)
    await rig.until_remembered(ann, [])


async def test_who_left_while_a_message_waited_is_forgotten_after_it(
    world: World, open_bot: Open
) -> None:
    rig = await open_bot(forget_leavers=True)
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channels = [world.channel(guild, name) for name in ("general", "tea")]
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says([go, "One."], [go, "Two."], ["Three."])
    for text, channel in (("first", channels[0]), ("other", channels[1]), ("last", channels[0])):
        world.say(ann, channel, f"{world.bot.mention} {text}")
    await world.until(lambda: len(rig.generator.asked) == 2)

    world.leave(ann, guild)
    world.dm(ann, "in private")
    await world.until(lambda: rig.said(ann))
    go.set()

    await world.until(lambda: len(rig.said(channels[0])) == 2)
    await rig.until_remembered(ann, ["in private"])


async def test_what_they_say_when_they_are_back_stays(world: World, open_bot: Open) -> None:
    rig = await open_bot(forget_leavers=True)
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says([go, "One."], ["Two."])
    world.say(ann, channel, f"{world.bot.mention} before")
    await world.until(lambda: rig.generator.asked)

    world.leave(ann, guild)
    world.join(ann, guild)
    world.say(ann, channel, f"{world.bot.mention} after")
    go.set()

    await world.until(lambda: len(rig.said(channel)) == 2)
    await rig.until_remembered(ann, ["after"])


async def test_what_a_stop_cut_off_is_forgotten_after_the_restart(
    world: World, open_bot: Open
) -> None:
    rig = await open_bot(forget_leavers=True)
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "general")
    await rig.introduce(ann)
    rig.says([asyncio.Event()])
    world.say(ann, channel, f"{world.bot.mention} my diary")
    await world.until(lambda: rig.generator.asked)
    world.leave(ann, guild)
    bot = rig.platform._bot if rig.platform else None
    assert bot is not None
    await world.until(lambda: ("left", guild.id, ann.id) in bot.messages._lanes._lanes)
    await rig.stop(limit_s=0.05)
    assert [turn.text for turn in await rig.remembered(ann)] == ["my diary"]

    rig.says(["I see."])
    await rig.start()

    await world.until(lambda: rig.said(channel))
    await rig.until_remembered(ann, [])


@pytest.mark.parametrize("kind", ["edited", "deleted"])
async def test_what_a_killed_process_was_at_is_done_after_the_restart(
    world: World, rig: Rig, kind: str
) -> None:
    ann = world.user("Ann")
    message = world.dm(ann, "I live in Ulm.")
    await world.until(lambda: rig.said(ann))
    await rig.stop()
    if kind == "edited":
        world.edit(message, "I live in Rome.")
    where = {"channel": message.channel.id, "message": message.id, "guild": None}
    note = json.dumps({"kind": kind, **where})
    await rig.store.values.add("inbox:discord", f"{kind}:1", f"somebody\n{note}", ttl_s=600)

    await rig.start()

    await rig.until_remembered(ann, ["I live in Rome."] if kind == "edited" else [])


async def test_what_was_said_in_a_channel_that_is_gone_is_forgotten_with_its_server(
    world: World, open_bot: Open
) -> None:
    rig = await open_bot(forget_leavers=True)
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    channel = world.channel(guild, "old")
    world.say(ann, channel, f"{world.bot.mention} long ago")
    world.dm(ann, "in private")
    await world.until(lambda: rig.said(channel) and rig.said(ann))
    await rig.until_remembered(ann, ["in private", "long ago"])
    found = rig.platform._bot.get_guild(guild.id) if rig.platform else None
    assert found is not None
    # As discord.py does when it hears that a channel was deleted.
    found._channels.pop(channel.id)

    world.leave(ann, guild)

    await rig.until_remembered(ann, ["in private"])
