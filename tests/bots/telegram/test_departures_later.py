"""Who leaves while the store is away is forgotten when it is back, and nobody waits for that."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bots.conversation.communities import CommunitySettings
from bots.telegram.chat_migrations import OWNER
from bots.transport.inbox import Inbox, Left
from bots.transport.retrying import WAITS_S
from brain.errors import StoreUnavailable
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig
from tests.bots.telegram.test_departures import forgets, texts, told
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.world import World


async def eventually(rig: Rig, user: User, expected: set[str]) -> None:
    """That is kept of somebody, sooner or later."""
    async with asyncio.timeout(30):
        while True:
            if await texts(rig, user) == expected:
                return
            # The store tells nobody when something changed.
            await asyncio.sleep(0.005)


async def test_leavers_are_forgotten_when_the_store_is_back(
    rig: Rig, world: World, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    await told(rig, world, ann, group, "@friend_bot hello")
    refusals = iter(range(2))
    page = rig.store.page

    async def away(*args: Any, **options: Any) -> Any:  # noqa: ANN401 whatever the store takes
        if next(refusals, None) is not None:
            raise StoreUnavailable(reason="test")
        return await page(*args, **options)

    monkeypatch.setattr(rig.store, "page", away)
    world.leave(ann, group)
    await rig.settled()
    assert await texts(rig, ann) == set()


@pytest.mark.parametrize("restarted", [False, True])
async def test_who_is_back_while_the_store_is_away_is_answered_and_only_the_old_is_forgotten(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    moments = Moments(world, WAITS_S[0])
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    group = world.group("Friends", ann)
    await forgets(rig, group)
    world.clock.advance(-60)
    await told(rig, world, ann, group, "@friend_bot before")
    page, back = rig.store.page, asyncio.Event()

    async def away(*args: Any, **options: Any) -> Any:  # noqa: ANN401 whatever the store takes
        if not back.is_set():
            raise StoreUnavailable(reason="test")
        return await page(*args, **options)

    monkeypatch.setattr(rig.store, "page", away)
    world.leave(ann, group)
    await world.until(lambda: moments.begun and not world.queue)
    world.clock.advance(30)
    group.members[ann.id] = ann
    world.say(ann, group, "@friend_bot here again")
    await world.reply(group, count=2)
    if restarted:
        await rig.stop(limit_s=0.05)
        back.set()
        await rig.start()
    back.set()
    moments.over.set()
    await eventually(rig, ann, {"here again"})
    await rig.settled()
    assert await texts(rig, ann) == {"here again"}


async def test_leavers_who_wait_for_the_store_keep_nobody_from_being_answered(
    rig: Rig, world: World, ann: User, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.telegram.intake.IN_PROGRESS", 1)
    await rig.stop()
    rig.pause = moments = Moments(world, WAITS_S[0])
    await rig.start()
    bob = world.user("Bob")
    group = world.group("Friends", bob)
    of, back = rig.services.communities.stored_settings_of, asyncio.Event()

    async def away(community: str | None) -> CommunitySettings:
        if community == f"telegram:{group.id}" and not back.is_set():
            raise StoreUnavailable(reason="test")
        return await of(community)

    monkeypatch.setattr(rig.services.communities, "stored_settings_of", away)
    world.leave(bob, group)
    await world.until(lambda: moments.begun)
    world.say(ann, chat, "Hello")
    await world.reply(chat)
    back.set()
    moments.over.set()
    await rig.settled()


async def test_who_leaves_a_group_that_moved_while_the_store_is_away_is_forgotten_when_it_is_back(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = Moments(world, WAITS_S[0])
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    group = world.group("Friends", ann)
    await forgets(rig, group)
    world.clock.advance(-60)
    await told(rig, world, ann, group, "@friend_bot before")
    new = world.migrate(ann, group)
    await rig.settled()
    await told(rig, world, ann, new, "@friend_bot since")
    world.clock.advance(30)
    # Another process does not know by itself that the group moved.
    await rig.stop()
    get = rig.store.values.get

    async def away(owner: str) -> Mapping[str, str]:
        if owner == OWNER:
            raise StoreUnavailable(reason="test")
        return await get(owner)

    await rig.start()
    with monkeypatch.context() as patch:
        patch.setattr(rig.store.values, "get", away)
        world.leave(ann, new)
        await world.until(lambda: moments.begun)
    moments.over.set()
    await rig.settled()
    assert await texts(rig, ann) == set()


async def test_what_a_dead_process_left_of_somebody_who_left_since_is_forgotten_too(
    rig: Rig, world: World, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = world.group("Friends", ann)
    await forgets(rig, group)
    world.clock.advance(-60)
    await told(rig, world, ann, group, "@friend_bot before")
    rig.says([asyncio.Event(), "Nobody hears this."], ["I see."])
    world.say(ann, group, "@friend_bot a last word")
    await world.until(lambda: rig.generator.asked)
    await rig.stop(limit_s=0.05)
    world.leave(ann, group)
    # What was left is found late, as the store is away for a moment.
    find_left, go_on = Inbox.find_left, asyncio.Event()

    async def late(self: Inbox) -> list[Left]:
        if not go_on.is_set():
            raise StoreUnavailable(reason="test")
        return await find_left(self)

    monkeypatch.setattr(Inbox, "find_left", late)
    rig.says(["I see."])
    await rig.start()
    await eventually(rig, ann, set())
    await rig.settled()
    go_on.set()
    await world.reply(group, count=2)
    await rig.settled()
    assert await texts(rig, ann) == set()
