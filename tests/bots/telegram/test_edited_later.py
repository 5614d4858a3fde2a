"""Who changes a message while the store is away has it changed when the store is back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bots.transport.inbox import Inbox, Left
from bots.transport.retrying import WAITS_S
from brain.errors import StoreUnavailable
from brain.ids import PersonId
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig
from tests.platforms.telegram.records import User
from tests.platforms.telegram.world import World


def away(times: int, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The same, but so often the store is not there."""
    refusals = iter(range(times))

    async def perhaps(*args: Any, **options: Any) -> Any:  # noqa: ANN401 whatever the store takes
        if next(refusals, None) is not None:
            raise StoreUnavailable(reason="test")
        return await call(*args, **options)

    return perhaps


async def texts(rig: Rig, user: User) -> set[str]:
    return {memory.text for memory in await rig.remembered(user)}


async def eventually(rig: Rig, user: User, expected: set[str]) -> None:
    """That is kept of somebody, sooner or later."""
    async with asyncio.timeout(30):
        while True:
            if await texts(rig, user) == expected:
                return
            # The store tells nobody when something changed.
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("call", ["profile", "get", "rewrite"])
async def test_an_edit_is_taken_over_when_the_store_is_back(
    rig: Rig, world: World, ann: User, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    chat = world.private(ann)
    message = world.say(ann, chat, "My PIN is 4711.")
    await world.reply(chat)
    await rig.settled()

    monkeypatch.setattr(rig.store, call, away(2, getattr(rig.store, call)))
    world.edit(message, "My PIN is a secret.")
    await rig.settled()

    assert await texts(rig, ann) == {"My PIN is a secret."}


async def test_of_two_edits_the_last_one_counts_whenever_the_store_takes_them(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = Moments(world, WAITS_S[0])
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    message = world.say(ann, chat, "I live in Ulm.")
    await world.reply(chat)

    monkeypatch.setattr(rig.store, "get", away(1, rig.store.get))
    world.edit(message, "I live in Rome.")
    await world.until(lambda: moments.begun)
    world.edit(message, "I live in Oslo.")
    await eventually(rig, ann, {"I live in Oslo."})
    moments.over.set()
    await rig.settled()

    assert await texts(rig, ann) == {"I live in Oslo."}


@pytest.mark.parametrize("noted", [True, False])
async def test_an_edit_that_still_waits_for_the_store_holds_up_no_stop_and_outlasts_it(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch, *, noted: bool
) -> None:
    moments = Moments(world, WAITS_S[0])
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    message = world.say(ann, chat, "My PIN is 4711.")
    await world.reply(chat)
    await rig.settled()

    with monkeypatch.context() as patch:
        patch.setattr(rig.store, "get", away(9, rig.store.get))
        if not noted:
            patch.setattr(rig.store.values, "add", away(9, rig.store.values.add))
        world.edit(message, "My PIN is a secret.")
        await world.until(lambda: moments.begun)
        await world.until(lambda: not world.queue)
    platform = rig.platform
    assert platform is not None
    async with asyncio.timeout(30):
        # Nobody says that the moment is over.
        await platform.stop()
    await rig.stop()
    moments.over.set()
    await rig.start()
    await eventually(rig, ann, {"My PIN is a secret."})


async def test_an_edit_that_a_dead_process_left_does_not_undo_a_newer_one(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = Moments(world, WAITS_S[0])
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    message = world.say(ann, chat, "I live in Ulm.")
    await world.reply(chat)
    await rig.settled()

    with monkeypatch.context() as patch:
        patch.setattr(rig.store, "get", away(9, rig.store.get))
        world.edit(message, "I live in Rome.")
        await world.until(lambda: moments.begun)
    await rig.stop()
    moments.over.set()
    world.edit(message, "I live in Oslo.")
    # What was left is found late, as the store is away for a moment.
    find_left, go_on = Inbox.find_left, asyncio.Event()

    async def late(self: Inbox) -> list[Left]:
        if not go_on.is_set():
            raise StoreUnavailable(reason="test")
        return await find_left(self)

    monkeypatch.setattr(Inbox, "find_left", late)
    await rig.start()
    await eventually(rig, ann, {"I live in Oslo."})
    go_on.set()
    async with asyncio.timeout(30):
        # The store tells nobody when something changed.
        while await rig.store.values.get(f"inbox:telegram:{world.bot.id}"):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert await texts(rig, ann) == {"I live in Oslo."}


async def test_an_edit_that_was_left_does_not_bring_back_what_was_erased_since(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = Moments(world, WAITS_S[0])
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    message = world.say(ann, chat, "My PIN is 4711.")
    await world.reply(chat)
    await rig.settled()

    with monkeypatch.context() as patch:
        patch.setattr(rig.store, "get", away(9, rig.store.get))
        world.edit(message, "My PIN is 4712.")
        await world.until(lambda: moments.begun)
    await rig.stop()
    moments.over.set()
    box = f"inbox:telegram:{world.bot.id}"
    assert await rig.store.values.get(box)
    assert await rig.services.companion.erase_person(PersonId(f"telegram:{ann.id}"))
    await rig.start()
    async with asyncio.timeout(30):
        # The store tells nobody when something changed.
        while await rig.store.values.get(box):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert await texts(rig, ann) == set()
