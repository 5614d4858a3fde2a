"""Who changes a message while the store is away has it changed when the store is back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bots.again import WAITS_S
from brain.errors import StoreUnavailable
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig
from tests.platforms.telegram.people import User
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


@pytest.mark.parametrize("call", ["person", "get", "rewrite"])
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
    async with asyncio.timeout(30):
        while True:
            if await texts(rig, ann) == {"I live in Oslo."}:
                break
            # The store tells nobody when something changed.
            await asyncio.sleep(0.005)
    moments.over.set()
    await rig.settled()

    assert await texts(rig, ann) == {"I live in Oslo."}
